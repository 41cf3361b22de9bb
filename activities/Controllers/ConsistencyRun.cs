using System.Collections.Immutable;
using System.Text.Json;
using Idp.Activities.Sensors;
using Idp.Core;
using Idp.Core.Controllers.Consistency;
using Idp.Core.Controllers.Placement;
using Idp.Core.Controllers.Replication;
using Idp.Core.Telemetry;
using Idp.Core.Value;
using Idp.Policies.Intents;
using Idp.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Idp.Activities.Controllers;

/// <summary>Learns from the operations that clients have told which reads must be strong (docs/decisions/0028).</summary>
/// <remarks>Each time is looked at once, in order; a repeated activity finds nothing new and changes nothing.</remarks>
internal sealed partial class ConsistencyRun(
    TelemetryStore telemetry,
    SnapshotStore snapshots,
    IOptions<ConsistencyOptions> options,
    IOptions<ReplicationOptions> replication,
    IOptions<PlaneOptions> plane,
    ILogger<ConsistencyRun> logger)
{
    private const double ForgottenPerDay = 0.01;
    private const int SettlePeriods = 2; // By then all clients have reported.
    private const int LagMargin = 2; // A write may be missed for longer than the P99 of the lag.

    private static readonly TimeSpan Turn = TimeSpan.FromHours(1);

    /// <param name="declared">What each dataset declares; datasets that declare nothing may be left out.</param>
    /// <returns>What is known now; null before the first run.</returns>
    public async Task<ConsistencyRecord?> RunAsync(
        CollectedSnapshot collected, IReadOnlyDictionary<DatasetId, ConsistencyRequirement> declared, CancellationToken cancellationToken)
    {
        var last = await snapshots.ReadLatestAsync(SnapshotKinds.Consistency, cancellationToken) is { } found ? JsonSerializer.Deserialize<ConsistencyRecord>(found.Json) : null;
        var asOf = collected.Placement.AsOf;
        var settle = SettlePeriods * plane.Value.TelemetryPeriod;
        var reported = await telemetry.ReportedUntilAsync(asOf, plane.Value.TelemetryPeriod, cancellationToken);
        var until = reported < asOf - settle ? reported : asOf - settle;
        var since = last?.Until ?? until - Turn;
        if (until <= since)
        {
            return last;
        }

        var sample = await telemetry.ReadOperationsAsync(since, until, settle, options.Value.MaxEvents, cancellationToken);
        var record = Decide(collected, declared, last, since, until, sample);
        await snapshots.SaveAsync(SnapshotKinds.Consistency, asOf, JsonSerializer.Serialize(record), cancellationToken);
        await telemetry.DropOperationsBeforeAsync(until, cancellationToken);
        LogLearned(record.Operations.Length, sample.Events.Length, record.Share);
        return record;
    }

    private ConsistencyRecord Decide(
        CollectedSnapshot collected,
        IReadOnlyDictionary<DatasetId, ConsistencyRequirement> declared,
        ConsistencyRecord? last,
        DateTimeOffset since,
        DateTimeOffset until,
        OperationSample sample)
    {
        var isComplete = sample.Level < OperationSample.MaxLevel;
        var share = isComplete ? Math.Pow(2, -sample.Level) : 0;
        var completeUntil = isComplete ? until : last?.CompleteUntil ?? since;
        var lag = replication.Value.AssumedLag;
        var report = new AccessPatternDetector(LagMargin * lag, options.Value.RaceWindow).Observe(last?.Trails ?? [], sample.Events);
        var known = (last?.Operations ?? []).ToDictionary(operation => (operation.Decision.Dataset, operation.Decision.Operation));
        var seen = report.Operations.ToDictionary(operation => (operation.Dataset, operation.Operation));
        var counted = known.Keys.Union(seen.Keys)
            .Select(name => (Name: name, Known: known.GetValueOrDefault(name), Evidence: seen.GetValueOrDefault(name)))
            .Select(entry => (
                entry.Name,
                entry.Known?.Memory,
                entry.Evidence,
                Reads: Counted(entry.Known?.Reads, entry.Evidence?.Reads),
                Writes: Counted(entry.Known?.Writes, entry.Evidence?.Writes)))
            .Where(entry => PerDay(entry.Reads) + PerDay(entry.Writes) >= ForgottenPerDay)
            .OrderByDescending(entry => PerDay(entry.Reads) + PerDay(entry.Writes))
            .ThenBy(entry => entry.Name.Dataset.Value, StringComparer.Ordinal)
            .ThenBy(entry => entry.Name.Operation, StringComparer.Ordinal)
            .Take(options.Value.MaxOperations)
            .ToArray();
        var waits = Waits(collected.Placement);
        var operations = ImmutableArray.CreateBuilder<OperationRecord>(counted.Length);
        foreach (var dataset in counted.GroupBy(entry => entry.Name.Dataset))
        {
            var value = DatasetValue.Find(collected.Placement.Values, dataset.Key, collected.InForce.ToLatencyValue());
            var (ownerMs, nearestMs) = waits.GetValueOrDefault(dataset.Key);
            var entries = dataset.Select(entry => (Entry: entry, Floor: FloorOf(declared.GetValueOrDefault(dataset.Key), entry.Name.Operation))).ToArray();
            var plan = new ConsistencyController(options.Value, value).Decide(new ConsistencySnapshot(
                until,
                until - since,
                until - completeUntil,
                Turn,
                [
                    .. entries.Select(operation => new OperationFacts(
                        dataset.Key, operation.Entry.Name.Operation, operation.Floor ?? ReadLevel.Strong, Invariant: null, Tolerance: null,
                        lag, ownerMs, nearestMs, operation.Entry.Evidence, operation.Entry.Memory)),
                ],
                isComplete ? share : 1));
            operations.AddRange(entries.Select((operation, index) => new OperationRecord(
                operation.Floor is null ? Undeclared(plan.Decisions[index]) : plan.Decisions[index],
                plan.Memories[index], operation.Floor, operation.Entry.Evidence, operation.Entry.Reads, operation.Entry.Writes)));
        }

        return new ConsistencyRecord(until, completeUntil, share, operations.ToImmutable(), report.Trails);

        DecayedCount Counted(DecayedCount? before, long? events) =>
            (before ?? new DecayedCount(0, since)).Add(events is { } some && share > 0 ? (long)(some / share) : 0, until, OperationRecord.HalfLife);

        double PerDay(DecayedCount count) => count.PerDay(until, OperationRecord.HalfLife);
    }

    private static ConsistencyDecision Undeclared(ConsistencyDecision decision) => decision with
    {
        Reason = $"{decision.Operation} stays strong: {decision.Dataset} declares no consistency",
        Flip = "requirements.consistency in its declaration; what was seen until then counts",
    };

    private static ReadLevel? FloorOf(ConsistencyRequirement? declared, string operation) =>
        declared?.StrongForOperations.Contains(operation, StringComparer.Ordinal) is true ? ReadLevel.Strong : declared?.Level.ToReadLevel();

    /// <returns>By dataset, what a read waits at the owner and in its caller's own region, in milliseconds; the mean over reads.</returns>
    private static Dictionary<DatasetId, (double OwnerMs, double NearestMs)> Waits(PlacementSnapshot snapshot) => snapshot.Objects
        .SelectMany(subject => subject.Demand.Select(demand => (subject.Object.Dataset, subject.Primary, Caller: demand.Region, Reads: demand.ReadsPerDay)))
        .GroupBy(read => read.Dataset)
        .Select(dataset => (dataset.Key, Reads: dataset.Sum(read => read.Reads), Dataset: dataset))
        .Where(dataset => dataset.Reads > 0)
        .ToDictionary(
            dataset => dataset.Key,
            dataset => (
                dataset.Dataset.Sum(read => read.Reads * snapshot.RoundTrips[read.Caller, read.Primary]) / dataset.Reads,
                dataset.Dataset.Sum(read => read.Reads * snapshot.Regions.Min(region => snapshot.RoundTrips[read.Caller, region.Id])) / dataset.Reads));

    [LoggerMessage(LogLevel.Information, "Consistency: {Operations} operations known; {Events} seen, of {Share} of the objects")]
    private partial void LogLearned(int operations, int events, double share);
}
