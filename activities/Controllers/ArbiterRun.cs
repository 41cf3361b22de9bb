using System.Collections.Immutable;
using System.Text.Json;
using Idp.Activities.Sensors;
using Idp.Core;
using Idp.Core.Arbitration;
using Idp.Core.Controllers.Placement;
using Idp.Core.Decisions;
using Idp.Core.Migrations;
using Idp.Core.Value;
using Idp.Storage;
using Idp.Workflows.Contracts;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Idp.Activities.Controllers;

/// <summary>Gathers what binds the arbiter, lets it decide, and commits: once a tick, and never over another run's decisions.</summary>
internal sealed partial class ArbiterRun(
    SnapshotStore snapshots,
    DecisionLog decisions,
    Catalog catalog,
    MigrationLog migrations,
    ControlSettings settings,
    AlertLog alerts,
    PolicyGate gate,
    IOptions<ArbiterOptions> arbitration,
    IOptions<ValueOptions> value,
    ILogger<ArbiterRun> logger)
{
    private const int MaxReasonLength = 500;
    private const int MaxQuarantines = 1_000;
    private const int MaxAttempts = 10; // Each lost race is another run's success; three loops cannot lose ten.

    public async Task<ArbitrateResult> RunAsync(ArbitrateStep step, CancellationToken cancellationToken)
    {
        if (await decisions.ListOfTickAsync(step.Tick.Id, cancellationToken) is { IsEmpty: false } committed)
        {
            return Answer(step.Tick, [.. committed.Select(stored => (JsonSerializer.Deserialize<DecisionDetail>(stored.Detail)!.Decision, stored.Id))]);
        }

        var placement = await ReadAsync<ImmutableArray<Proposal>>(step.ProposalsId, cancellationToken);
        ImmutableArray<Proposal> proposals = step.ComplianceId == 0
            ? placement
            : [.. placement, .. (await ReadAsync<ComplianceFindings>(step.ComplianceId, cancellationToken)).Proposals];
        var snapshot = (await ReadAsync<CollectedSnapshot>(step.SnapshotId, cancellationToken)).Placement;
        for (var attempt = 1; attempt <= MaxAttempts; attempt++)
        {
            var (revision, memory) = await decisions.ReadMemoryAsync(cancellationToken);
            var context = await ContextAsync(placement, proposals, snapshot, cancellationToken) with
            {
                Memory = memory is null ? ArbiterMemory.Empty : JsonSerializer.Deserialize<ArbiterMemory>(memory)!,
            };
            var result = new Arbiter(arbitration.Value).Decide(proposals, context);
            if (await TryCommitAsync(step, context, result, revision, cancellationToken) is { } answer)
            {
                await AlertAsync(result.Memory.Breaker, cancellationToken);
                LogDecided(step.Tick.Id, answer.Outcomes);
                return answer;
            }
        }

        throw new InvalidOperationException($"Tick {step.Tick.Id} has lost {MaxAttempts} commits to other runs of the arbiter.");
    }

    // The proposals of every tick are kept whole; the log keeps what was more than holding, and all of it once an hour.
    private async Task<ArbitrateResult?> TryCommitAsync(
        ArbitrateStep step, ArbiterContext context, ArbitrationResult result, long revision, CancellationToken cancellationToken)
    {
        ImmutableArray<Decision> recorded = step.Tick.Kind is LoopKind.Urgent
            ? [.. result.Decisions.Where(decision => decision.Outcome is not DecisionOutcome.Hold)]
            : result.Decisions;
        var contextId = recorded.IsEmpty
            ? 0
            : await snapshots.SaveAsync(SnapshotKinds.Arbitration, context.AsOf, JsonSerializer.Serialize(new StoredArbitration(arbitration.Value, context)), cancellationToken);
        var ids = await decisions.TryCommitAsync(
            step.Tick.Id,
            step.SnapshotId,
            [.. recorded.Select(decision => Stored(decision, context.AsOf, new DecisionDetail(decision, gate.Revision, step.SnapshotId, step.ProposalsId, step.ComplianceId, contextId)))],
            revision,
            JsonSerializer.Serialize(result.Memory),
            cancellationToken);
        return ids is { } given ? Answer(step.Tick, [.. recorded.Zip(given)], result.Decisions.Length - recorded.Length) : null;
    }

    private static StoredDecision Stored(Decision decision, DateTimeOffset asOf, DecisionDetail detail) => new(
        0,
        decision.Proposal.Object,
        decision.Proposal.Controller,
        decision.Outcome.ToString(),
        decision.Proposal.From,
        decision.Proposal.To,
        decision.Reason,
        decision.ValueUsdPerDay,
        asOf,
        JsonSerializer.Serialize(detail));

    /// <param name="placement">The placement controller's alone: one for each object, so that what objects cost is counted once.</param>
    private async Task<ArbiterContext> ContextAsync(
        ImmutableArray<Proposal> placement, ImmutableArray<Proposal> proposals, PlacementSnapshot snapshot, CancellationToken cancellationToken)
    {
        ImmutableArray<Proposal> moves = [.. proposals.Where(proposal => proposal.Kind is ProposalKind.Migrate)];
        var datasets = (await catalog.ListDatasetsAsync(cancellationToken)).ToDictionary(dataset => dataset.Name);
        var denied = Denials(moves, datasets, await catalog.ListDrainsAsync(cancellationToken));
        return new ArbiterContext(
            snapshot.AsOf,
            (await settings.ReadPauseAsync(cancellationToken)) is { } pause ? $"{pause.Reason} ({pause.By})" : null,
            datasets.ToImmutableDictionary(pair => pair.Key, pair => pair.Value.Mode),
            [.. denied, .. await QuarantinedAsync(moves, cancellationToken)],
            [
                .. (await migrations.ListCopyingAsync(cancellationToken)).Select(open => new OpenChange(open.Object, open.Source, open.Target, open.Batch)),
            ])
        {
            Moved = await MovedAsync(moves, snapshot, cancellationToken),
            Spending = Spending.Of(value.Value, placement),
            Recent = await decisions.ListRecentAsync(snapshot.AsOf - TimeSpan.FromDays(1), cancellationToken),
            Signal = FleetSignal.Of(snapshot, placement),
        };
    }

    private async Task<ImmutableArray<MovedObject>> MovedAsync(
        ImmutableArray<Proposal> moves, PlacementSnapshot snapshot, CancellationToken cancellationToken)
    {
        var now = await catalog.ListVersionsAsync([.. moves.Select(move => move.Object)], cancellationToken);
        return
        [
            .. snapshot.Objects
                .Where(subject => now.TryGetValue(subject.Object, out var version) && version != subject.PlacementVersion)
                .Select(subject => new MovedObject(subject.Object, subject.PlacementVersion, now[subject.Object])),
        ];
    }

    private IEnumerable<Denial> Denials(
        ImmutableArray<Proposal> moves, Dictionary<DatasetId, DatasetRecord> datasets, ImmutableArray<RegionDrain> drains) => moves
        .Where(move => datasets.ContainsKey(move.Object.Dataset))
        .Select(move => (
            Move: move,
            Verdict: gate.Judge(datasets[move.Object.Dataset], move.Object, move.From, move.To),
            Drain: drains.FirstOrDefault(drain => drain.Region == move.To)))
        .Where(judged => !judged.Verdict.IsAllowed || judged.Drain is not null)
        .Select(judged => new Denial(
            judged.Move.Object,
            judged.Move.Kind,
            judged.Move.To,
            judged.Drain?.Because ?? string.Join("; ", judged.Verdict.Denials.Select(denial => denial.Reason))));

    // What is refused at its begin would only be decided again by every turn.
    private async Task<IEnumerable<Denial>> QuarantinedAsync(ImmutableArray<Proposal> moves, CancellationToken cancellationToken)
    {
        var quarantines = (await migrations.ListQuarantineAsync(onlyOpen: true, MaxQuarantines, cancellationToken))
            .GroupBy(failed => (failed.Dataset, failed.Source, failed.Target))
            .ToDictionary(group => group.Key, group => group.MaxBy(failed => failed.Until)!.Because);
        return moves
            .Where(move => quarantines.ContainsKey((move.Object.Dataset, move.From, move.To)))
            .Select(move => new Denial(move.Object, move.Kind, move.To, quarantines[(move.Object.Dataset, move.From, move.To)]));
    }

    // By what is, not by what has changed: a worker that dies before this has committed the change already.
    private async Task AlertAsync(BreakerState now, CancellationToken cancellationToken)
    {
        if (now.Phase is BreakerPhase.Closed)
        {
            await alerts.ClearAsync("breaker", "automation", cancellationToken);
        }
        else if (now.Phase is BreakerPhase.Open)
        {
            await alerts.OpenAsync(
                AlertSeverity.Critical,
                "breaker",
                "automation",
                $"Automation has stopped itself: {now.Because}.",
                $"It tries one change after {arbitration.Value.Breaker.OpenFor.TotalMinutes:0} min and goes on if that lasts. 'idp why OBJECT' tells what was decided; 'idp pause' keeps it stopped.",
                migration: null,
                expiresAt: null,
                cancellationToken);
        }
    }

    private static ArbitrateResult Answer(LoopTick tick, ImmutableArray<(Decision Decision, long Id)> recorded, int unrecordedHolds = 0) => new(
        [.. recorded.Where(pair => pair.Decision.Outcome is DecisionOutcome.Migrate).Select(pair => Request(tick, pair.Decision, pair.Id))],
        string.Join(", ", recorded.Select(pair => pair.Decision.Outcome)
            .Concat(Enumerable.Repeat(DecisionOutcome.Hold, unrecordedHolds))
            .CountBy(outcome => outcome)
            .OrderBy(group => group.Key)
            .Select(group => $"{group.Value} {group.Key}")));

    // Named by its decision: a repeated tick asks for the same migration again, and that starts nothing new.
    private static MigrationRequest Request(LoopTick tick, Decision decision, long id) => new(
        MigrationId.Parse($"m-{id}"),
        decision.Proposal.Object,
        decision.Proposal.To,
        $"loop/{tick.Kind}",
        decision.Reason.Length <= MaxReasonLength ? decision.Reason : decision.Reason[..MaxReasonLength],
        id,
        decision.NeedsApproval);

    private async Task<T> ReadAsync<T>(long id, CancellationToken cancellationToken) =>
        JsonSerializer.Deserialize<T>((await snapshots.ReadAsync(id, cancellationToken)).Json)!;

    [LoggerMessage(LogLevel.Information, "Tick {TickId} decided: {Outcomes}")]
    private partial void LogDecided(string tickId, string outcomes);
}
