using System.Net;
using Idp.Core.Decisions;
using Idp.Storage;
using Idp.Testing.Planes;
using Idp.Workflows;
using Idp.Workflows.Contracts;
using Idp.Workflows.Loops;
using Temporalio.Client;

namespace Idp.Api.Tests;

/// <summary>What real loops have decided, asked over HTTP.</summary>
[Collection(ApiHost.WithWorker)]
public sealed class ExplainTests(DatabaseFixture postgres, TemporalFixture temporal) : IAsyncLifetime
{
    private readonly PlaneFixture _plane = new(postgres, temporal);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _plane.InitializeAsync();
        await _plane.AdoptAsync("explained-1", "explained-2");
    }

    public ValueTask DisposeAsync() => _plane.DisposeAsync();

    [Fact]
    public async Task Loop_TwoAtOnce_BothCommitAndEveryDecisionReplaysByteForByte()
    {
        await using var api = await ApiHost.StartAsync(_plane, withWorker: true);

        await Task.WhenAll(LoopAsync(api, "one"), LoopAsync(api, "two"));

        var decisions = (await api.GetJsonAsync("decisions"))["items"]!.AsArray();
        Assert.Equal(4, decisions.Count(decision => (string)decision!["object"]! is "users/explained-1" or "users/explained-2"));
        foreach (var id in decisions.Select(decision => (long)decision!["id"]!))
        {
            var replayed = await api.GetJsonAsync($"decisions/{id}/replay");
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

        var other = await api.GetJsonAsync($"objects/users/explained-1/why-not/{PlaneFixture.West}");
        var own = await api.GetJsonAsync("objects/users/explained-1/why-not/us-east-1");
        using var unknown = await api.Http.GetAsync(new Uri("/api/v1/objects/users/explained-1/why-not/mars-1", UriKind.Relative), Cancelled);

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
        var found = await api.GetJsonAsync("compliance");
        var decision = (await api.GetJsonAsync("decisions"))["items"]!.AsArray().First(item => (string?)item!["outcome"] == "Migrate")!;
        await api.UntilAsync("objects", list => list["items"]!.AsArray().All(known => (string?)known!["region"] == PlaneFixture.West.Value));

        await LoopAsync(api, "two");
        var after = await api.GetJsonAsync("compliance");

        Assert.Equal((2, 2, 0), ((int)found["report"]!["objectsChecked"]!, (int)found["report"]!["open"]!, (int)found["report"]!["objectsCompliant"]!));
        Assert.All(found["violations"]!.AsArray(), violation => Assert.Equal("GDPR-EU-Residency", (string?)violation!["policy"]));
        Assert.Contains("GDPR-EU-Residency denies us-east-1", (string?)decision["reason"], StringComparison.Ordinal);
        Assert.Equal((0, 2), ((int)after["report"]!["open"]!, (int)after["report"]!["objectsCompliant"]!));
        var replayed = await api.GetJsonAsync($"decisions/{(long)decision["id"]!}/replay");
        Assert.True((bool)replayed["sameProposal"]! && (bool)replayed["sameDecision"]!, replayed.ToString());
    }

    // A strategic turn records every decision; the schedules of the worker do not interfere, since ticks differ.
    private static async Task LoopAsync(ApiHost api, string name) => await api.Get<ITemporalClient>().ExecuteWorkflowAsync(
        (LoopWorkflow loop) => loop.RunAsync(new LoopTick(LoopKind.Strategic, string.Empty)),
        new($"loop/strategic-{name}", TaskQueues.Control) { Rpc = new() { CancellationToken = Cancelled } });
}
