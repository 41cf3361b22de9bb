using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Idp.Core;
using Idp.Core.Migrations;
using Idp.Storage;
using Idp.Testing.Planes;

namespace Idp.Api.Tests;

/// <summary>What needs an operator: alerts, quarantines and what the reconciler did.</summary>
public sealed class OperationTests(DatabaseFixture postgres, TemporalFixture temporal) : IAsyncLifetime
{
    private readonly PlaneFixture _plane = new(postgres, temporal);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _plane.InitializeAsync();
        await _plane.AdoptAsync("failed", "similar");
    }

    public ValueTask DisposeAsync() => _plane.DisposeAsync();

    [Fact]
    public async Task Quarantine_RefusesListsAndIsLiftedWithANote()
    {
        var log = new MigrationLog(_plane.Control);
        await log.BeginAsync(new MigrationRequest(MigrationId.Parse("m-failed"), new ObjectId(PlaneFixture.Users, "failed"), PlaneFixture.West, "ada", "test"), Cancelled);
        await log.QuarantineAsync(MigrationId.Parse("m-failed"), "disk full", TimeSpan.FromHours(24), Cancelled);
        await log.SetPhaseAsync(MigrationId.Parse("m-failed"), MigrationPhase.Failed, Cancelled);
        await using var api = await ApiHost.StartAsync(_plane);

        using var refused = await StartAsync(api, priority: 1);
        var listed = (await api.Http.GetFromJsonAsync<JsonObject>("/api/v1/quarantines", Cancelled))!["items"]!.AsArray();
        var lift = $"/api/v1/quarantines/{(long)listed[0]!["id"]!}/lift";
        using var unexplained = await api.Http.PostAsJsonAsync(lift, new { @operator = "ada", note = " " }, Cancelled);
        using var unknown = await api.Http.PostAsJsonAsync("/api/v1/quarantines/999/lift", new { @operator = "ada", note = "mended" }, Cancelled);
        using var lifted = await api.Http.PostAsJsonAsync(lift, new { @operator = "ada", note = "mended" }, Cancelled);
        using var permitted = await StartAsync(api, priority: 1);

        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        var problem = (await refused.Content.ReadFromJsonAsync<JsonObject>(Cancelled))!;
        Assert.Contains("since m-failed failed: disk full", (string?)problem["detail"], StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, unexplained.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        Assert.Equal("ada", (string?)(await lifted.Content.ReadFromJsonAsync<JsonObject>(Cancelled))!["liftedBy"]);
        Assert.Equal(HttpStatusCode.Accepted, permitted.StatusCode);
        Assert.Empty((await api.Http.GetFromJsonAsync<JsonObject>("/api/v1/quarantines", Cancelled))!["items"]!.AsArray());
        Assert.Single((await api.Http.GetFromJsonAsync<JsonObject>("/api/v1/quarantines?all=true", Cancelled))!["items"]!.AsArray());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(6)]
    public async Task Start_PriorityOutsideItsRange_IsRefused(int priority)
    {
        await using var api = await ApiHost.StartAsync(_plane);

        using var refused = await StartAsync(api, priority);

        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Contains($"Priority is {priority}; expected 1", await refused.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AlertsAndReconciliations_AreListed()
    {
        await new AlertLog(_plane.Control).OpenAsync(
            AlertSeverity.Critical, "migration", "m-1", "users/x is parked", "resume or cancel it", MigrationId.Parse("m-1"), expiresAt: null, Cancelled);
        await new ReconciliationLog(_plane.Control).AppendAsync(
            PlaneFixture.East, new ObjectId(PlaneFixture.Users, "x"), "lost attempt", "Move 7", "void it", "ada", Cancelled);
        await using var api = await ApiHost.StartAsync(_plane);

        var alerts = (await api.Http.GetFromJsonAsync<JsonObject>("/api/v1/alerts", Cancelled))!["items"]!.AsArray();
        var done = (await api.Http.GetFromJsonAsync<JsonObject>("/api/v1/reconciliations", Cancelled))!["items"]!.AsArray();

        Assert.Equal(("Critical", "m-1", "resume or cancel it"), ((string?)alerts[0]!["severity"], (string?)alerts[0]!["subject"], (string?)alerts[0]!["remedy"]));
        Assert.Equal(("users/x", "lost attempt"), ((string?)done[0]!["object"], (string?)done[0]!["finding"]));
    }

    private static Task<HttpResponseMessage> StartAsync(ApiHost api, int priority) => api.Http.PostAsJsonAsync(
        "/api/v1/migrations", new { @object = "users/similar", to = "eu-west-1", reason = "test", priority }, Cancelled);
}
