using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Idp.Core.Decisions;
using Idp.Storage;
using Idp.Testing.Planes;
using Idp.Workflows;
using Idp.Workflows.Contracts;
using Idp.Workflows.Loops;
using Temporalio.Client;

namespace Idp.Api.Tests;

/// <summary>What real loops have decided, asked over HTTP.</summary>
public sealed class ExplainTests(DatabaseFixture postgres, TemporalFixture temporal) : IAsyncLifetime
{
    private readonly PlaneFixture _plane = new(postgres, temporal);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _plane.InitializeAsync();
        await _plane.AdoptAsync("a", "b");
    }

    public ValueTask DisposeAsync() => _plane.DisposeAsync();

    [Fact]
    public async Task Loop_TwoAtOnce_BothCommitAndEveryDecisionReplaysByteForByte()
    {
        await using var api = await ApiHost.StartAsync(_plane, withWorker: true);

        await Task.WhenAll(LoopAsync(api, "one"), LoopAsync(api, "two"));

        var decisions = (await GetAsync(api, "decisions"))["items"]!.AsArray();
        Assert.Equal(4, decisions.Count(decision => (string)decision!["object"]! is "users/a" or "users/b"));
        foreach (var id in decisions.Select(decision => (long)decision!["id"]!))
        {
            var replayed = await GetAsync(api, $"decisions/{id}/replay");
            Assert.True((bool)replayed["sameProposal"]! && (bool)replayed["sameDecision"]!, replayed.ToString());
        }

        using var unknown = await api.Http.GetAsync(new Uri("/api/v1/decisions/999999/replay", UriKind.Relative), Cancelled);
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
    }

    [Fact]
    public async Task Loop_TheSameTickAgain_DecidesNothingNew()
    {
        await using var api = await ApiHost.StartAsync(_plane, withWorker: true);
        await LoopAsync(api, "one");
        var before = await new DecisionLog(_plane.Control).ListAsync(100, before: null, Cancelled);
        var (revision, _) = await new DecisionLog(_plane.Control).ReadMemoryAsync(Cancelled);

        await LoopAsync(api, "one");

        Assert.Equal(before, await new DecisionLog(_plane.Control).ListAsync(100, before: null, Cancelled));
        Assert.Equal(revision, (await new DecisionLog(_plane.Control).ReadMemoryAsync(Cancelled)).Revision);
    }

    [Fact]
    public async Task WhyNot_OtherRegionAndTheOwn_TellsCostAndWhere()
    {
        await using var api = await ApiHost.StartAsync(_plane, withWorker: true);
        await LoopAsync(api, "one");

        var other = await GetAsync(api, $"objects/users/a/why-not/{PlaneFixture.West}");
        var own = await GetAsync(api, "objects/users/a/why-not/us-east-1");
        using var unknown = await api.Http.GetAsync(new Uri("/api/v1/objects/users/a/why-not/mars-1", UriKind.Relative), Cancelled);

        Assert.StartsWith(PlaneFixture.West.Value, (string)other["because"]!, StringComparison.Ordinal);
        Assert.Equal("It is in us-east-1.", (string)own["because"]!);
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
    }

    [Fact]
    public async Task Loop_ObjectsWhereAPolicyForbidsThem_AreFoundMovedAndResolved()
    {
        await _plane.Catalog.ApplyDatasetAsync(
            (await _plane.Catalog.ListDatasetsAsync(Cancelled)).Single() with { DataClassification = "personal_data", UserRegion = "EU", Mode = OperatingMode.Auto }, Cancelled);
        await using var api = await ApiHost.StartAsync(_plane, withWorker: true);

        await LoopAsync(api, "one");
        var found = await GetAsync(api, "compliance");
        var decision = (await GetAsync(api, "decisions"))["items"]!.AsArray().First(item => (string?)item!["outcome"] == "Migrate")!;
        while ((await _plane.Catalog.ListObjectsAsync(PlaneFixture.Users, 10, null, Cancelled)).Any(known => known.Placement.Primary != PlaneFixture.West))
        {
            await Task.Delay(100, Cancelled);
        }

        await LoopAsync(api, "two");
        var after = await GetAsync(api, "compliance");

        Assert.Equal((2, 2, 0), ((int)found["report"]!["objectsChecked"]!, (int)found["report"]!["open"]!, (int)found["report"]!["objectsCompliant"]!));
        Assert.All(found["violations"]!.AsArray(), violation => Assert.Equal("GDPR-EU-Residency", (string?)violation!["policy"]));
        Assert.Contains("GDPR-EU-Residency denies us-east-1", (string?)decision["reason"], StringComparison.Ordinal);
        Assert.Equal((0, 2), ((int)after["report"]!["open"]!, (int)after["report"]!["objectsCompliant"]!));
        var replayed = await GetAsync(api, $"decisions/{(long)decision["id"]!}/replay");
        Assert.True((bool)replayed["sameProposal"]! && (bool)replayed["sameDecision"]!, replayed.ToString());
    }

    // A strategic turn records every decision; the schedules of the worker do not interfere, since ticks differ.
    private static async Task LoopAsync(ApiHost api, string name) => await api.Get<ITemporalClient>().ExecuteWorkflowAsync(
        (LoopWorkflow loop) => loop.RunAsync(new LoopTick(LoopKind.Strategic, string.Empty)),
        new($"loop/strategic-{name}", TaskQueues.Control) { Rpc = new() { CancellationToken = Cancelled } });

    private static async Task<JsonObject> GetAsync(ApiHost api, string path) => (await api.Http.GetFromJsonAsync<JsonObject>($"/api/v1/{path}", Cancelled))!;
}
