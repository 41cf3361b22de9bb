using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Threading.Channels;
using Idp.Core.Migrations;
using Idp.Workflows.Contracts;
using Temporalio.Activities;

namespace Idp.Workflows.Tests.Hosting;

/// <summary>Answers every turn of a loop by its own script.</summary>
internal sealed class FakeLoopActivities : ILoopActivities
{
    private readonly ConcurrentDictionary<string, LoopScript> _scripts = new();

    private readonly Channel<string> _collected = Channel.CreateUnbounded<string>();

    /// <summary>The ids of turns as they collect.</summary>
    public ChannelReader<string> Collected => _collected.Reader;

    public LoopScript Script(string tickId) => _scripts.GetOrAdd(tickId, _ => new LoopScript());

    [Activity]
    public async Task<CollectResult> CollectAsync(LoopTick tick)
    {
        _collected.Writer.TryWrite(tick.Id);
        await Script(tick.Id).PassAsync("Collect");
        return new CollectResult(7, DateTimeOffset.UnixEpoch, ObjectCount: 100);
    }

    [Activity]
    public Task ForeseeAsync(LoopTick tick) => Script(tick.Id).PassAsync("Foresee");

    [Activity]
    public async Task<ProposeResult> ProposePlacementAsync(ProposeStep step)
    {
        await Script(step.Tick.Id).PassAsync($"Propose {step.SnapshotId}");
        return new ProposeResult(8, MoveCount: 2);
    }

    [Activity]
    public async Task<ProposeResult> ProposeComplianceAsync(ProposeStep step)
    {
        await Script(step.Tick.Id).PassAsync($"Comply {step.SnapshotId}");
        return new ProposeResult(9, MoveCount: 0);
    }

    [Activity]
    public Task AccountAsync(ProposeStep step) => Script(step.Tick.Id).PassAsync($"Account {step.SnapshotId}");

    [Activity]
    public Task AdviseAsync(ProposeStep step) => Script(step.Tick.Id).PassAsync($"Advise {step.SnapshotId}");

    [Activity]
    public async Task<ArbitrateResult> ArbitrateAsync(ArbitrateStep step)
    {
        await Script(step.Tick.Id).PassAsync($"Arbitrate {step.SnapshotId} {step.ProposalsId} {step.ComplianceId}");
        return new ArbitrateResult(Script(step.Tick.Id).Start, "2 Migrate, 98 Hold");
    }

    [Activity]
    public async Task<ImmutableArray<MigrationRequest>> FindOrphansAsync(LoopTick tick)
    {
        await Script(tick.Id).PassAsync("FindOrphans");
        return Script(tick.Id).Orphans;
    }

    [Activity]
    public async Task<SweepResult> SweepStoresAsync(LoopTick tick)
    {
        await Script(tick.Id).PassAsync("SweepStores");
        return new SweepResult(100, Resolved: 1, Unresolved: 0);
    }

    [Activity]
    public Task SenseLoadAsync(LoopTick tick) => Script(tick.Id).PassAsync("SenseLoad");

    [Activity]
    public Task KeepHouseAsync(LoopTick tick) => Script(tick.Id).PassAsync("KeepHouse");
}
