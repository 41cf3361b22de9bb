using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Idp.Core;
using Idp.Core.Migrations;
using Idp.Storage;
using Idp.Testing.Planes;

namespace Idp.Api.Tests;

/// <summary>Many objects at once over HTTP: planned, started once, watched, acted on; regions emptied and opened again.</summary>
[Collection(ApiHost.WithWorker)]
public sealed class BatchTests(DatabaseFixture postgres, TemporalFixture temporal) : IAsyncLifetime
{
    private readonly PlaneFixture _plane = new(postgres, temporal);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _plane.InitializeAsync();
        await _plane.AdoptAsync("b1", "b2", "b3", "other");
    }

    public ValueTask DisposeAsync() => _plane.DisposeAsync();

    [Fact]
    public async Task Post_DryRun_PlansWhatIsNamedAndStartsNothing()
    {
        await using var api = await ApiHost.StartAsync(_plane);

        using var planned = await PostAsync(api, "batches", new { dataset = "users", to = "eu-west-1", reason = "test", keys = new[] { "b1", "b3", "nobody" }, dryRun = true });

        Assert.Equal(HttpStatusCode.OK, planned.StatusCode);
        var plan = await JsonAsync(planned);
        Assert.Equal((2, 1, 0), ((int)plan["objects"]!, (int)plan["unknown"]!, (int)plan["alreadyThere"]!));
        Assert.Empty((await api.GetJsonAsync("batches"))["items"]!.AsArray());
    }

    [Fact]
    public async Task Post_SameIdempotencyKey_StartsOneBatchThatMovesItsObjects()
    {
        await using var api = await ApiHost.StartAsync(_plane, withWorker: true);
        api.Http.DefaultRequestHeaders.Add("Idempotency-Key", "k-1");
        var body = new { dataset = "users", to = "eu-west-1", reason = "test", match = "b?" };

        using var first = await PostAsync(api, "batches", body);
        using var second = await PostAsync(api, "batches", body);

        Assert.Equal((HttpStatusCode.Accepted, HttpStatusCode.Accepted), (first.StatusCode, second.StatusCode));
        var id = (string)(await JsonAsync(first))["groups"]![0]!["batch"]!;
        Assert.Equal(id, (string)(await JsonAsync(second))["groups"]![0]!["batch"]!);
        var moved = await api.UntilAsync($"batches/{id}", view => (int)view["batch"]!["counts"]!["moved"]! == 3);
        Assert.Equal(["users/b1", "users/b2", "users/b3"], moved["members"]!.AsArray().Select(member => (string)member!["object"]!).Order(StringComparer.Ordinal));
        Assert.Single((await api.GetJsonAsync("batches"))["items"]!.AsArray());
        using var absent = await api.Http.GetAsync(new Uri("/api/v1/batches/b-nothing-00001", UriKind.Relative), Cancelled);
        Assert.Equal(HttpStatusCode.NotFound, absent.StatusCode);
    }

    [Fact]
    public async Task Post_RepeatedAfterTheEngineWasAway_StartsEveryGroupAndEveryObjectThatTravelsAlone()
    {
        _plane.Settings["Batch:Size"] = "1";
        await using (var grow = _plane.Control.CreateCommand("UPDATE idp.object SET size_bytes = 20 << 20 WHERE key = 'other'"))
        {
            await grow.ExecuteNonQueryAsync(Cancelled);
        }

        var body = new { dataset = "users", to = "eu-west-1", reason = "test" };
        var engine = _plane.Settings["Temporal:Address"];
        _plane.Settings["Temporal:Address"] = "127.0.0.1:1";
        await using (var cut = await ApiHost.StartAsync(_plane))
        {
            cut.Http.DefaultRequestHeaders.Add("Idempotency-Key", "k-cut");
            using var failed = await PostAsync(cut, "batches", body);

            Assert.Equal(HttpStatusCode.ServiceUnavailable, failed.StatusCode);
            Assert.Equal(3, (await cut.GetJsonAsync("batches"))["items"]!.AsArray().Count);
        }

        _plane.Settings["Temporal:Address"] = engine;
        await using var api = await ApiHost.StartAsync(_plane, withWorker: true);
        api.Http.DefaultRequestHeaders.Add("Idempotency-Key", "k-cut");
        using var second = await PostAsync(api, "batches", body);
        using var third = await PostAsync(api, "batches", body);

        Assert.Equal((HttpStatusCode.Accepted, HttpStatusCode.Accepted), (second.StatusCode, third.StatusCode));
        var plan = await JsonAsync(second);
        var single = (string)plan["alone"]![0]!["migration"]!;
        Assert.Equal((4, 3), ((int)plan["objects"]!, plan["groups"]!.AsArray().Count));
        Assert.All((await JsonAsync(third))["alone"]!.AsArray(), again => Assert.Equal(single, (string?)again!["migration"]));
        foreach (var group in plan["groups"]!.AsArray())
        {
            await api.UntilAsync($"batches/{(string)group!["batch"]!}", view => (int)view["batch"]!["counts"]!["moved"]! == 1);
        }

        await api.UntilAsync("migrations", list => list["items"]!.AsArray().Count == 4);
        var link = "/api/v1/batches?limit=2"; // Planned in one transaction, so of one instant.
        var listed = new List<string>();
        while (link is not null)
        {
            var page = (await api.Http.GetFromJsonAsync<JsonObject>(link, Cancelled))!;
            listed.AddRange(page["items"]!.AsArray().Select(item => (string)item!["id"]!));
            link = (string?)page["next"];
        }

        Assert.Equal(plan["groups"]!.AsArray().Select(group => (string)group!["batch"]!), listed);
        await api.UntilAsync($"migrations/{single}", view => (string?)view["migration"]!["phase"] == "Grace");
    }

    [Fact]
    public async Task Post_ThatWaitsForApproval_IsRejectedAndMovesNothing()
    {
        await using var api = await ApiHost.StartAsync(_plane, withWorker: true);
        using var started = await PostAsync(api, "batches", new { dataset = "users", to = "eu-west-1", reason = "test", keys = new[] { "b1", "b2" }, needsApproval = true });
        var id = (string)(await JsonAsync(started))["groups"]![0]!["batch"]!;
        await api.UntilAsync($"batches/{id}", view => (string?)view["status"]?["phase"] == "AwaitingApproval");

        using var tooLate = await PostAsync(api, $"batches/{id}/revert", new { @operator = "ada", note = "no" });
        using var rejected = await PostAsync(api, $"batches/{id}/reject", new { @operator = "ada", note = "not now" });

        Assert.Equal(HttpStatusCode.Conflict, tooLate.StatusCode);
        Assert.Equal(HttpStatusCode.OK, rejected.StatusCode);
        var ended = await api.UntilAsync($"batches/{id}", view => view["batch"]!["finishedAt"] is not null);
        Assert.Equal(0, (int)ended["batch"]!["counts"]!["moved"]!);
        Assert.Equal(0L, await RowsInTheWestAsync());
    }

    [Fact]
    public async Task Evacuation_PlannedStartedCancelled_LiftsTheDrain()
    {
        await using var api = await ApiHost.StartAsync(_plane, withWorker: true);
        await new ControlSettings(_plane.Control).PauseAsync("ada", "the evacuation must not end by itself", Cancelled);

        using var planned = await PostAsync(api, "evacuations", new { region = "us-east-1", reason = "test", dryRun = true });
        var none = await api.Http.GetAsync(new Uri("/api/v1/evacuations/us-east-1", UriKind.Relative), Cancelled);
        using var started = await PostAsync(api, "evacuations", new { region = "us-east-1", reason = "test" });
        using var again = await PostAsync(api, "evacuations", new { region = "us-east-1", reason = "test" });
        var drains = (await api.GetJsonAsync("drains"))["items"]!.AsArray();
        using var open = await PostAsync(api, "regions/us-east-1/open", new { });
        using var cancelled = await PostAsync(api, "evacuations/us-east-1/cancel", new { @operator = "ada", note = "wrong region" });
        await api.UntilAsync("drains", list => list["items"]!.AsArray().Count == 0);

        Assert.Equal(4, (int)(await JsonAsync(planned))["objects"]!);
        Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);
        Assert.Equal((HttpStatusCode.Accepted, HttpStatusCode.Conflict, HttpStatusCode.Conflict), (started.StatusCode, again.StatusCode, open.StatusCode));
        Assert.Single(drains);
        Assert.Equal(HttpStatusCode.OK, cancelled.StatusCode);
        none.Dispose();
    }

    [Theory]
    [InlineData("migrations", """{"object":"users/b1","to":"eu-west-1","reason":"test","operator":"a\u0000da"}""")]
    [InlineData("batches", """{"dataset":"users","to":"eu-west-1","reason":"test","operator":"a\u0000da"}""")]
    [InlineData("batches", """{"dataset":"users","to":"eu-west-1","reason":"test","keys":["b1","b\u0000"]}""")]
    [InlineData("evacuations", """{"region":"us-east-1","reason":"test","operator":"a\u0000da"}""")]
    [InlineData("evacuations", """{"region":"us-east-1","reason":"test","operator":"a\u0000da","dryRun":true}""")]
    [InlineData("evacuations/us-east-1/cancel", """{"operator":"ada","note":"n\u0000"}""")]
    [InlineData("quarantines/1/lift", """{"operator":"a\u0000da","note":"fine"}""")]
    [InlineData("quarantines/1/lift", """{"operator":"ada","note":"n\u0000"}""")]
    [InlineData("batches/b-known/cancel", """{"operator":"a\u0000da","note":"fine"}""")]
    [InlineData("batches/b-known/approve", """{"operator":"ada","note":"n\u0000"}""")]
    [InlineData("migrations/m-known-001/revert", """{"operator":"a\u0000da","note":"fine"}""")]
    [InlineData("migrations/m-known-001/pause", """{"operator":"ada","note":"n\u0000"}""")]
    public async Task Post_ControlCharacterInAName_IsRefusedBeforeAnythingStarts(string path, string body)
    {
        var batches = new BatchLog(_plane.Control);
        var known = new BatchRequest(BatchId.Parse("b-known"), PlaneFixture.Users, PlaneFixture.East, PlaneFixture.West, "ada", "test");
        await batches.PlanAsync(known, ["b1"], Cancelled);
        await batches.BeginAsync(known.Id, needsApproval: false, Cancelled);
        await using var api = await ApiHost.StartAsync(_plane);

        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var answer = await api.Http.PostAsync(new Uri($"/api/v1/{path}", UriKind.Relative), content, Cancelled);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("control character", (string)(await JsonAsync(answer))["detail"]!, StringComparison.Ordinal);
    }

    private static async Task<HttpResponseMessage> PostAsync(ApiHost api, string path, object body) =>
        await api.Http.PostAsJsonAsync($"/api/v1/{path}", body, Cancelled);

    private static async Task<JsonObject> JsonAsync(HttpResponseMessage response) => (await response.Content.ReadFromJsonAsync<JsonObject>(Cancelled))!;

    private async Task<long> RowsInTheWestAsync()
    {
        await using var command = _plane.Region(PlaneFixture.West).CreateCommand("SELECT count(*) FROM profile");
        return (long)(await command.ExecuteScalarAsync(Cancelled))!;
    }
}
