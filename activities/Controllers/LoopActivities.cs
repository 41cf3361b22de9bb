using System.Collections.Immutable;
using System.Text.Json;
using Idp.Activities.Sensors;
using Idp.Core;
using Idp.Core.Arbitration;
using Idp.Core.Controllers.Placement;
using Idp.Core.Decisions;
using Idp.Core.Migrations;
using Idp.Storage;
using Idp.Workflows.Contracts;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Temporalio.Activities;

namespace Idp.Activities.Controllers;

/// <summary>Runs the pure controllers and the arbiter on stored snapshots, and stores what they say.</summary>
internal sealed partial class LoopActivities(
    SnapshotSensor sensor,
    OrphanSensor orphans,
    StoreReconciler reconciler,
    Housekeeper housekeeper,
    SnapshotStore snapshots,
    MemoryStore memories,
    DecisionLog decisions,
    Catalog catalog,
    MigrationLog migrations,
    ControlSettings settings,
    PolicyGate gate,
    IOptions<PlacementOptions> placement,
    IOptions<ArbiterOptions> arbitration,
    IOptions<PlaneOptions> plane,
    ILogger<LoopActivities> logger) : ILoopActivities
{
    private const int MaxReasonLength = 500;
    private const int MaxQuarantines = 1_000;

    /// <summary>Below the activity's own minute.</summary>
    private static readonly TimeSpan SweepLimit = TimeSpan.FromSeconds(45);

    private static CancellationToken Token => ActivityExecutionContext.Current.CancellationToken;

    [Activity]
    public Task<CollectResult> CollectAsync(LoopTick tick) => sensor.CollectAsync(Token);

    [Activity]
    public async Task<ProposeResult> ProposePlacementAsync(ProposeStep step)
    {
        var snapshot = await ReadAsync<CollectedSnapshot>(step.SnapshotId);
        var controller = new PlacementController(placement.Value);
        var plan = controller.Decide(snapshot.Placement);

        // Memory is in the snapshot: deciding again from it writes the same again.
        await memories.WriteAsync(
            controller.Name, plan.Memories.ToDictionary(memory => memory.Object, memory => JsonSerializer.Serialize(memory)), Token);
        var id = await snapshots.SaveAsync(
            SnapshotKinds.Proposals, snapshot.Placement.AsOf, JsonSerializer.Serialize(plan.Proposals), Token);
        return new ProposeResult(id, plan.Proposals.Count(proposal => proposal.Kind is ProposalKind.Migrate));
    }

    [Activity]
    public async Task<ArbitrateResult> ArbitrateAsync(ArbitrateStep step)
    {
        var proposals = await ReadAsync<ImmutableArray<Proposal>>(step.ProposalsId);
        var (asOf, _) = await snapshots.ReadAsync(step.SnapshotId, Token);
        var datasets = (await catalog.ListDatasetsAsync(Token)).ToDictionary(dataset => dataset.Name);
        var denied = Denials(proposals, datasets, await catalog.ListDrainsAsync(Token));
        var decided = new Arbiter(arbitration.Value).Decide(proposals, new ArbiterContext(
            (await settings.ReadPauseAsync(Token)) is { } pause ? $"{pause.Reason} ({pause.By})" : null,
            datasets.ToImmutableDictionary(pair => pair.Key, pair => pair.Value.Mode),
            denied.AddRange(await QuarantinedAsync(proposals, denied)),
            [.. (await migrations.ListOpenAsync(Token))
                .Where(open => open.Phase is not MigrationPhase.Grace) // It copies nothing any more, so it takes no slot.
                .Select(open => new OpenChange(open.Object, open.Source, open.Target, open.Batch))]));

        // The proposals of every tick are kept whole; the log keeps what was more than holding, and all of it once an hour.
        var recorded = step.Tick.Kind is LoopKind.Urgent
            ? [.. decided.Where(decision => decision.Outcome is not DecisionOutcome.Hold)]
            : decided;
        var ids = await decisions.AppendAsync(
            step.Tick.Id,
            step.SnapshotId,
            [.. recorded.Select(decision => new StoredDecision(
                0,
                decision.Proposal.Object,
                decision.Outcome.ToString(),
                decision.Proposal.From,
                decision.Proposal.To,
                decision.Reason,
                decision.ValueUsdPerDay,
                asOf,
                JsonSerializer.Serialize(new DecisionDetail(decision, gate.Revision))))],
            Token);

        var start = recorded.Zip(ids)
            .Where(pair => pair.First.Outcome is DecisionOutcome.Migrate)
            .Select(pair => Request(step.Tick, pair.First, pair.Second))
            .ToImmutableArray();
        var outcomes = string.Join(", ", decided
            .GroupBy(decision => decision.Outcome)
            .OrderBy(group => group.Key)
            .Select(group => $"{group.Count()} {group.Key}"));
        LogDecided(step.Tick.Id, outcomes);
        return new ArbitrateResult(start, outcomes);
    }

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
    public Task KeepHouseAsync(LoopTick tick) => housekeeper.RunAsync(Token);

    private ImmutableDictionary<ObjectId, string> Denials(
        ImmutableArray<Proposal> proposals, Dictionary<DatasetId, DatasetRecord> datasets, ImmutableArray<RegionDrain> drains) => proposals
        .Where(proposal => proposal.Kind is ProposalKind.Migrate && datasets.ContainsKey(proposal.Object.Dataset))
        .Select(proposal => (
            proposal.Object,
            Verdict: gate.Judge(datasets[proposal.Object.Dataset], proposal.Object, proposal.From, proposal.To),
            Drain: drains.FirstOrDefault(drain => drain.Region == proposal.To)))
        .Where(judged => !judged.Verdict.IsAllowed || judged.Drain is not null)
        .ToImmutableDictionary(
            judged => judged.Object,
            judged => judged.Drain?.Because ?? string.Join("; ", judged.Verdict.Denials.Select(denial => denial.Reason)));

    // What is refused at its begin would only be decided again by every turn.
    private async Task<IEnumerable<KeyValuePair<ObjectId, string>>> QuarantinedAsync(
        ImmutableArray<Proposal> proposals, ImmutableDictionary<ObjectId, string> denied)
    {
        var quarantines = (await migrations.ListQuarantineAsync(onlyOpen: true, MaxQuarantines, Token))
            .GroupBy(failed => (failed.Dataset, failed.Source, failed.Target))
            .ToDictionary(group => group.Key, group => group.MaxBy(failed => failed.Until)!.Because);
        return proposals
            .Where(proposal => proposal.Kind is ProposalKind.Migrate && !denied.ContainsKey(proposal.Object))
            .Where(proposal => quarantines.ContainsKey((proposal.Object.Dataset, proposal.From, proposal.To)))
            .Select(proposal => KeyValuePair.Create(proposal.Object, quarantines[(proposal.Object.Dataset, proposal.From, proposal.To)]));
    }

    // Named by its decision: a repeated tick asks for the same migration again, and that starts nothing new.
    private static MigrationRequest Request(LoopTick tick, Decision decision, long id) => new(
        MigrationId.Parse($"m-{id}"),
        decision.Proposal.Object,
        decision.Proposal.To,
        $"loop/{tick.Kind}",
        decision.Reason.Length <= MaxReasonLength ? decision.Reason : decision.Reason[..MaxReasonLength],
        id,
        decision.NeedsApproval);

    private async Task<T> ReadAsync<T>(long id) => JsonSerializer.Deserialize<T>((await snapshots.ReadAsync(id, Token)).Json)!;

    [LoggerMessage(LogLevel.Information, "Tick {TickId} decided: {Outcomes}")]
    private partial void LogDecided(string tickId, string outcomes);
}
