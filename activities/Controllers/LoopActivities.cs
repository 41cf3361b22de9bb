using System.Collections.Immutable;
using System.Text.Json;
using Idp.Activities.Sensors;
using Idp.Core.Controllers.Placement;
using Idp.Core.Decisions;
using Idp.Core.Migrations;
using Idp.Storage;
using Idp.Workflows.Contracts;
using Microsoft.Extensions.Options;
using Temporalio.Activities;

namespace Idp.Activities.Controllers;

/// <summary>Runs the pure controllers and the arbiter on stored snapshots, and stores what they say.</summary>
internal sealed class LoopActivities(
    SnapshotSensor sensor,
    OrphanSensor orphans,
    LoadSensor loads,
    StoreReconciler reconciler,
    Housekeeper housekeeper,
    SnapshotStore snapshots,
    MemoryStore memories,
    MigrationLog migrations,
    ForesightRun foresight,
    SpendRun spend,
    AdviceRun advice,
    ArbiterRun arbiter,
    IOptions<PlacementOptions> placement,
    IOptions<PlaneOptions> plane) : ILoopActivities
{
    /// <summary>Below the activity's own minute.</summary>
    private static readonly TimeSpan SweepLimit = TimeSpan.FromSeconds(45);

    private static CancellationToken Token => ActivityExecutionContext.Current.CancellationToken;

    [Activity]
    public Task<CollectResult> CollectAsync(LoopTick tick) => sensor.CollectAsync(Token);

    [Activity]
    public Task ForeseeAsync(LoopTick tick) => foresight.RunAsync(Token);

    [Activity]
    public async Task<ProposeResult> ProposePlacementAsync(ProposeStep step)
    {
        var snapshot = await ReadAsync<CollectedSnapshot>(step.SnapshotId);
        var controller = new PlacementController(snapshot.Options ?? placement.Value);
        var plan = controller.Decide(snapshot.Placement);

        // Memory is in the snapshot: deciding again from it writes the same again.
        await memories.RememberAsync(controller.Name, plan.Memories, memory => memory.Object, Token);
        var id = await snapshots.SaveAsync(
            SnapshotKinds.Proposals, snapshot.Placement.AsOf, JsonSerializer.Serialize(plan.Proposals), Token);
        return new ProposeResult(id, plan.Proposals.Count(proposal => proposal.Kind is ProposalKind.Migrate));
    }

    [Activity]
    public async Task<ProposeResult> ProposeComplianceAsync(ProposeStep step)
    {
        var snapshot = await ReadAsync<CollectedSnapshot>(step.SnapshotId);
        if (ComplianceFindings.Of(snapshot) is not { } findings)
        {
            return new ProposeResult(0, 0); // Collected by an earlier release.
        }

        var id = await snapshots.SaveAsync(SnapshotKinds.Compliance, snapshot.Placement.AsOf, JsonSerializer.Serialize(findings), Token);
        return new ProposeResult(id, findings.Proposals.Length);
    }

    [Activity]
    public async Task AccountAsync(ProposeStep step) => await spend.RunAsync(await ReadAsync<CollectedSnapshot>(step.SnapshotId), Token);

    [Activity]
    public async Task AdviseAsync(ProposeStep step) => await advice.RunAsync(await ReadAsync<CollectedSnapshot>(step.SnapshotId), Token);

    [Activity]
    public Task<ArbitrateResult> ArbitrateAsync(ArbitrateStep step) => arbiter.RunAsync(step, Token);

    [Activity]
    public Task<ImmutableArray<MigrationRequest>> FindOrphansAsync(LoopTick tick) =>
        orphans.FindAsync(ActivityExecutionContext.Current.TemporalClient, Token);

    [Activity]
    public async Task<SweepResult> SweepStoresAsync(LoopTick tick)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        limit.CancelAfter(SweepLimit);
        try
        {
            await migrations.DropLostSlotsAsync(plane.Value.SlotLease, limit.Token);
            var report = await reconciler.RunAsync(tick.Id, isCheck: false, plane.Value.SweepRows, limit.Token);
            return new SweepResult(
                report.RowsRead, report.Findings.Count(finding => finding.IsResolved), report.Findings.Count(finding => !finding.IsResolved) + report.Unreachable.Length);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !Token.IsCancellationRequested)
        {
            return new SweepResult(0, 0, 0); // What was done is written down; the next turn goes on.
        }
    }

    [Activity]
    public Task SenseLoadAsync(LoopTick tick) => loads.RunAsync(Token);

    [Activity]
    public Task KeepHouseAsync(LoopTick tick) => housekeeper.RunAsync(Token);

    private async Task<T> ReadAsync<T>(long id) => JsonSerializer.Deserialize<T>((await snapshots.ReadAsync(id, Token)).Json)!;
}
