using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Idp.Core;
using Idp.Core.Telemetry;
using Idp.Testing.Planes;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;

namespace Idp.Api.Tests;

[Collection(ApiHost.WithWorker)]
public sealed class ApiTests(DatabaseFixture postgres, TemporalFixture temporal) : IAsyncLifetime
{
    private readonly PlaneFixture _plane = new(postgres, temporal);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _plane.InitializeAsync();
        await _plane.AdoptAsync("eu-1042", "a/b");
    }

    public ValueTask DisposeAsync() => _plane.DisposeAsync();

    [Fact]
    public async Task EveryRoute_WithoutToken_Answers401ExceptLivez()
    {
        await using var api = await ApiHost.StartAsync(_plane);
        var routes = api.Routes.ToList();
        Assert.True(routes.Count > 15);

        foreach (var route in routes)
        {
            var path = route.RoutePattern.RawText!.Replace("{id}", "m-1", StringComparison.Ordinal).Replace("{dataset}/{key}", "users/x", StringComparison.Ordinal);
            var method = route.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods[0];
            using var request = new HttpRequestMessage(new HttpMethod(method), path);
            using var answer = await api.Open.SendAsync(request, Cancelled);

            var isOpen = route.Metadata.GetMetadata<IAllowAnonymous>() is not null;
            Assert.Equal(isOpen, path == "/livez");
            Assert.Equal(isOpen ? HttpStatusCode.OK : HttpStatusCode.Unauthorized, answer.StatusCode);
        }

        using var unknown = await api.Open.GetAsync(new Uri("/api/v1/nothing", UriKind.Relative), Cancelled);
        Assert.Equal(HttpStatusCode.Unauthorized, unknown.StatusCode);
        Assert.Equal("Bearer realm=\"idp\"", unknown.Headers.WwwAuthenticate.ToString());
    }

    [Fact]
    public async Task Token_FirstStart_OnlyItsHashIsStored()
    {
        await using var api = await ApiHost.StartAsync(_plane);

        Assert.Equal(43, api.Token.Length);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, OperatingSystem.IsWindows() ? default : File.GetUnixFileMode(Path.Combine(_plane.Home, "api-token")));
        await using var second = await ApiHost.StartAsync(_plane);
        Assert.Equal(api.Token, second.Token);
    }

    [Theory]
    [InlineData("GET", "/api/v1/objects?limit=0", 400, "urn:idp:problem:invalid")]
    [InlineData("GET", "/api/v1/objects?limit=1001", 400, "urn:idp:problem:invalid")]
    [InlineData("GET", "/api/v1/decisions?before=x", 400, "urn:idp:problem:invalid")]
    [InlineData("GET", "/api/v1/routes?after=-1", 400, "urn:idp:problem:invalid")]
    [InlineData("GET", "/api/v1/migrations/m-none", 404, "urn:idp:problem:not-found")]
    [InlineData("GET", "/api/v1/objects/users/nobody/why", 404, "urn:idp:problem:not-found")]
    [InlineData("POST", "/api/v1/migrations", 400, "urn:idp:problem:invalid")]
    [InlineData("GET", "/api/v1/nothing", 404, null)]
    public async Task BadRequest_AnswersProblemDetails(string method, string path, int status, string? type)
    {
        await using var api = await ApiHost.StartAsync(_plane);
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Content = method == "POST" ? JsonContent.Create(new { @object = "users/eu-1042" }) : null;

        using var answer = await api.Http.SendAsync(request, Cancelled);

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        var problem = (await answer.Content.ReadFromJsonAsync<JsonObject>(Cancelled))!;
        Assert.Equal(status, (int)problem["status"]!);
        Assert.NotNull(problem["title"]);
        if (type is not null)
        {
            Assert.Equal(type, (string?)problem["type"]);
            Assert.NotEmpty((string)problem["detail"]!);
        }
    }

    [Fact]
    public async Task Objects_PagesFollowNext()
    {
        await using var api = await ApiHost.StartAsync(_plane);

        var first = (await api.Http.GetFromJsonAsync<JsonObject>("/api/v1/objects?limit=1", Cancelled))!;
        var second = (await api.Http.GetFromJsonAsync<JsonObject>((string)first["next"]!, Cancelled))!;

        Assert.Equal("users/a/b", (string?)first["items"]![0]!["object"]);
        Assert.Equal("users/eu-1042", (string?)second["items"]![0]!["object"]);
        Assert.Equal("us-east-1", (string?)second["items"]![0]!["region"]);
    }

    [Fact]
    public async Task Migration_StartsOnceMovesAndReverts()
    {
        await using var api = await ApiHost.StartAsync(_plane, withWorker: true);
        var body = new { @object = "users/eu-1042", to = "eu-west-1", reason = "moved to Dublin", needsApproval = true };

        using var started = await PostAsync(api, "/api/v1/migrations", body, "once");
        var start = (await started.Content.ReadFromJsonAsync<JsonObject>(Cancelled))!;
        Assert.Equal(HttpStatusCode.Accepted, started.StatusCode);
        Assert.Equal("change/users/eu-1042", (string?)start["workflowId"]);
        Assert.Equal("http://127.0.0.1:8233/namespaces/default/workflows/change%2Fusers%2Feu-1042", (string?)start["temporalUi"]);
        Assert.Equal($"/api/v1/migrations/{start["migrationId"]}", started.Headers.Location!.ToString());

        using var repeated = await PostAsync(api, "/api/v1/migrations", body, "once");
        Assert.Equal(HttpStatusCode.Accepted, repeated.StatusCode);
        using var other = await PostAsync(api, "/api/v1/migrations", body, "another");
        var conflict = (await other.Content.ReadFromJsonAsync<JsonObject>(Cancelled))!;
        Assert.Equal(HttpStatusCode.Conflict, other.StatusCode);
        Assert.Contains((string)start["migrationId"]!, (string)conflict["detail"]!, StringComparison.Ordinal);

        var path = $"/api/v1/migrations/{start["migrationId"]}";
        await WaitAsync(api, path, "AwaitingApproval");
        using var early = await PostAsync(api, $"{path}/revert", new { @operator = "ada", note = "too early" });
        Assert.Equal(HttpStatusCode.Conflict, early.StatusCode);
        Assert.Contains("only during its grace period", (string)(await early.Content.ReadFromJsonAsync<JsonObject>(Cancelled))!["detail"]!, StringComparison.Ordinal);

        using var approved = await PostAsync(api, $"{path}/approve", new { @operator = "ada", note = "CHG-42" });
        Assert.Equal(HttpStatusCode.OK, approved.StatusCode);
        var moved = await WaitAsync(api, path, "Grace");
        Assert.True((bool)moved["migration"]!["isVerified"]!);
        Assert.Equal("ada", (string?)moved["status"]!["approval"]!["operator"]);

        using var reverted = await PostAsync(api, $"{path}/revert", new { @operator = "ada", note = "back" });
        Assert.Equal(HttpStatusCode.OK, reverted.StatusCode);
        await WaitAsync(api, path, "RolledBack");
    }

    [Fact]
    public async Task Events_PlacementChanges_ArePushed()
    {
        await using var api = await ApiHost.StartAsync(_plane);
        using var events = await api.Http.GetAsync(new Uri("/api/v1/routes/events", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, Cancelled);
        using var reader = new StreamReader(await events.Content.ReadAsStreamAsync(Cancelled));
        Assert.Equal("text/event-stream", events.Content.Headers.ContentType!.MediaType);
        Assert.Equal(": connected", await reader.ReadLineAsync(Cancelled));
        await reader.ReadLineAsync(Cancelled);

        await _plane.Catalog.RegisterObjectsAsync(PlaneFixture.Users, ["new"], PlaneFixture.East, Cancelled);

        Assert.Equal("event: routes", await reader.ReadLineAsync(Cancelled));
        var pushed = JsonSerializer.Deserialize<RoutingDocument>((await reader.ReadLineAsync(Cancelled))!["data: ".Length..], JsonSerializerOptions.Web)!;
        Assert.False(pushed.IsComplete);
        Assert.Equal("users/new", Assert.Single(pushed.Routes).Object.ToString());
    }

    [Fact]
    public async Task Telemetry_UnknownObjects_AreRegisteredAndCountedOnce()
    {
        await using var api = await ApiHost.StartAsync(_plane);
        var latency = new LatencySketch();
        latency.Add(12);
        var batch = new TelemetryBatch(
            Guid.NewGuid(), PlaneFixture.West,
            [new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), ObjectId.Parse("users/born"), PlaneFixture.East, 3, 1, 0, latency)]);

        foreach (var _ in Enumerable.Range(0, 2))
        {
            using var answer = await api.Http.PostAsJsonAsync("/api/v1/telemetry", batch, JsonSerializerOptions.Web, Cancelled);
            Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        }

        Assert.Equal(PlaneFixture.East, (await _plane.Catalog.FindObjectAsync(ObjectId.Parse("users/born"), Cancelled))!.Placement.Primary);
        await using var count = _plane.Control.CreateCommand("SELECT sum(reads)::bigint FROM idp.telemetry_minute");
        Assert.Equal(3L, await count.ExecuteScalarAsync(Cancelled));
    }

    [Theory]
    [InlineData("mars-1", 1, 1, "1970-01-01")]
    [InlineData("eu-west-1", -1, 1, "1970-01-01")]
    [InlineData("eu-west-1", 1_000_000_001, 1, "1970-01-01")]
    [InlineData("eu-west-1", 1, long.MaxValue, "1970-01-01")] // The sum with anything else is no bigint.
    [InlineData("eu-west-1", 1, 1, "9999-12-31T23:59:00Z")] // All sensors would believe that telemetry reaches that far.
    public async Task Telemetry_BadBatch_IsRefused(string caller, long reads, long writes, string minute)
    {
        await using var api = await ApiHost.StartAsync(_plane);
        var batch = new TelemetryBatch(
            Guid.NewGuid(),
            RegionId.Parse(caller),
            [new(DateTimeOffset.Parse(minute, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal), ObjectId.Parse("users/x"), PlaneFixture.East, reads, writes, 0, new LatencySketch())]);

        using var answer = await api.Http.PostAsJsonAsync("/api/v1/telemetry", batch, JsonSerializerOptions.Web, Cancelled);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task Telemetry_NullAmongAccesses_IsRefused()
    {
        await using var api = await ApiHost.StartAsync(_plane);
        using var content = new StringContent(
            $$"""{"id":"{{Guid.NewGuid()}}","callerRegion":"eu-west-1","accesses":[null]}""", Encoding.UTF8, "application/json");

        using var answer = await api.Http.PostAsync(new Uri("/api/v1/telemetry", UriKind.Relative), content, Cancelled);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("accesses", await answer.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Body_AboveOneMebibyte_IsRefused()
    {
        await using var api = await ApiHost.StartAsync(_plane);
        using var content = new StringContent(new string(' ', (1024 * 1024) + 1), Encoding.UTF8, "application/json");

        using var answer = await api.Http.PostAsync(new Uri("/api/v1/telemetry", UriKind.Relative), content, Cancelled);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
    }

    private static async Task<HttpResponseMessage> PostAsync(ApiHost api, string path, object body, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        return await api.Http.SendAsync(request, Cancelled);
    }

    private static async Task<JsonObject> WaitAsync(ApiHost api, string path, string phase)
    {
        while (true)
        {
            using var answer = await api.Http.GetAsync(new Uri(path, UriKind.Relative), Cancelled);
            if (answer.IsSuccessStatusCode && (await answer.Content.ReadFromJsonAsync<JsonObject>(Cancelled))! is { } view)
            {
                var now = (string?)view["migration"]!["phase"];
                if (now == phase)
                {
                    return view;
                }

                Assert.False(now is "Failed" or "Done", view.ToJsonString());
            }

            await Task.Delay(100, Cancelled);
        }
    }
}
