using System.Collections.Immutable;
using System.Text.Json;
using Idp.Activities.Sensors;
using Idp.Core;
using Idp.Core.Controllers.Placement;
using Idp.Core.Controllers.Replication;
using Idp.Core.Controllers.Tiering;
using Idp.Core.Decisions;
using Idp.Core.Value;
using Idp.Policies.Intents;
using Idp.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Idp.Activities.Controllers;

/// <summary>Asks the controllers whose changes no actuator makes yet: what they would change is advice, and nobody carries it out.</summary>
internal sealed partial class AdviceRun(
    Catalog catalog,
    TelemetryStore telemetry,
    SnapshotStore snapshots,
    MemoryStore memories,
    ConsistencyRun consistency,
    PriceSource prices,
    IOptions<AdviceOptions> options,
    IOptions<ReplicationOptions> replication,
    IOptions<TieringOptions> tiering,
    ILogger<AdviceRun> logger)
{
    private const string ReplicationKey = "replication";
    private const string TieringKey = "tiering";

    public async Task RunAsync(CollectedSnapshot collected, CancellationToken cancellationToken)
    {
        if (!options.Value.IsEnabled)
        {
            return;
        }

        ImmutableArray<RegionId> regions = [.. collected.Placement.Regions.Select(region => region.Id)];
        var intents = (await catalog.ListDatasetsAsync(cancellationToken))
            .ToDictionary(dataset => dataset.Name, dataset => DataObjectParser.Parse(dataset.Name.Value, dataset.Document, regions).DataObject?.Requirements);
        var declared = intents.Where(intent => intent.Value?.Consistency is not null).ToDictionary(intent => intent.Key, intent => intent.Value!.Consistency!);
        var operations = await consistency.RunAsync(collected, declared, cancellationToken);
        var advice = Advice.Of([.. await ReplicateAsync(collected, intents, operations, cancellationToken), .. await TierAsync(collected, cancellationToken)]);
        await snapshots.SaveAsync(SnapshotKinds.Advice, collected.Placement.AsOf, JsonSerializer.Serialize(advice), cancellationToken);
        LogAdvised(advice.Length, advice.Sum(change => change.Objects));
    }

    private async Task<IEnumerable<(Proposal Proposal, ImmutableArray<string> Arithmetic)>> ReplicateAsync(
        CollectedSnapshot collected, Dictionary<DatasetId, DataObjectRequirements?> intents, ConsistencyRecord? operations, CancellationToken cancellationToken)
    {
        var snapshot = collected.Placement;
        var memory = await memories.RecallAsync<ReplicationMemory>(ReplicationKey, cancellationToken);
        var busiest = Most(snapshot, subject => subject.Demand.Sum(demand => demand.OperationsPerDay));
        var answerBytes = collected.InForce.AnswerBytes;
        var plans = busiest.GroupBy(subject => subject.Object.Dataset)
            .Select(dataset => new ReplicationController(replication.Value, ValueOf(collected, dataset.Key)).Decide(new ReplicationSnapshot(
                snapshot.AsOf,
                snapshot.TelemetryAge,
                snapshot.TelemetryPeriod,
                snapshot.RoundTrips,
                snapshot.Regions,
                Reliability: [],
                [
                    .. dataset.Select(subject => new ReplicationSubject(
                        subject.Object,
                        subject.Primary,
                        Replicas: [],
                        subject.SizeBytes,
                        subject.Demand,
                        answerBytes,
                        WriteBytes: answerBytes,
                        operations?.NearReadShare(dataset.Key, replication.Value.AssumedLag) ?? NearReadShare(intents.GetValueOrDefault(dataset.Key)?.Consistency),
                        (double?)intents.GetValueOrDefault(dataset.Key)?.Availability?.TargetUptime,
                        intents.GetValueOrDefault(dataset.Key)?.Availability?.MaxDataLoss,
                        Lags: [],
                        subject.Excluded,
                        subject.IsChanging,
                        memory.GetValueOrDefault(subject.Object))),
                ])))
            .ToArray();
        await memories.RememberAsync(ReplicationKey, plans.SelectMany(plan => plan.Memories), remembered => remembered.Object, cancellationToken);
        return plans.SelectMany(plan => plan.Proposals.Zip(plan.Arithmetic, (proposal, arithmetic) => (proposal, arithmetic.Lines)));
    }

    private async Task<IEnumerable<(Proposal Proposal, ImmutableArray<string> Arithmetic)>> TierAsync(CollectedSnapshot collected, CancellationToken cancellationToken)
    {
        var snapshot = collected.Placement;
        var tiers = prices.TiersOf(DateOnly.FromDateTime(snapshot.AsOf.UtcDateTime), snapshot.Regions, tiering.Value);
        var offering = tiers.Where(region => region.Tiers.Any(terms => terms.Tier is StorageTier.Hot)).Select(region => region.Region).ToHashSet();
        if (offering.Count == 0)
        {
            return [];
        }

        var since = await telemetry.OldestAsync(cancellationToken) ?? snapshot.AsOf;
        var memory = await memories.RecallAsync<TierMemory>(TieringKey, cancellationToken);
        var largest = Most(snapshot, subject => subject.SizeBytes).Where(subject => offering.Contains(subject.Primary));
        var answerBytes = collected.InForce.AnswerBytes;
        var plans = largest.GroupBy(subject => subject.Object.Dataset)
            .Select(dataset => new TieringController(tiering.Value, ValueOf(collected, dataset.Key)).Decide(new TieringSnapshot(
                snapshot.AsOf,
                snapshot.TelemetryAge,
                snapshot.TelemetryPeriod,
                tiers,
                Traffic: [],
                [
                    .. dataset.Select(subject => new TieringSubject(
                        subject.Object,
                        subject.Primary,
                        subject.SizeBytes,
                        StorageTier.Hot,
                        since,
                        Counted(subject.Demand.Sum(demand => demand.ReadsPerDay), snapshot.AsOf),
                        Counted(subject.Demand.Sum(demand => demand.WritesPerDay), snapshot.AsOf),
                        answerBytes,
                        BaseMs: 0,
                        since,
                        Excluded: [],
                        subject.IsChanging,
                        memory.GetValueOrDefault(subject.Object))),
                ])))
            .ToArray();
        await memories.RememberAsync(TieringKey, plans.SelectMany(plan => plan.Memories), remembered => remembered.Object, cancellationToken);
        return plans.SelectMany(plan => plan.Proposals.Select(proposal => (proposal, ImmutableArray<string>.Empty)));
    }

    private IEnumerable<PlacementSubject> Most(PlacementSnapshot snapshot, Func<PlacementSubject, double> of) => snapshot.Objects
        .OrderByDescending(of)
        .ThenBy(subject => subject.Object.ToString(), StringComparer.Ordinal)
        .Take(options.Value.MaxObjects);

    private static ILatencyValue ValueOf(CollectedSnapshot collected, DatasetId dataset) =>
        DatasetValue.Find(collected.Placement.Values, dataset, collected.InForce.ToLatencyValue());

    // Where clients do not tell operations apart and some must be strong, all are taken for it.
    private double NearReadShare(ConsistencyRequirement? declared) =>
        declared is { StrongForOperations.IsEmpty: true } && declared.Level.ToReadLevel().Bears(replication.Value.AssumedLag) ? 1 : 0;

    // The count that DecayedCount reads as this many a day.
    private DecayedCount Counted(double perDay, DateTimeOffset asOf) => new(perDay * tiering.Value.HalfLife.TotalDays / Math.Log(2), asOf);

    [LoggerMessage(LogLevel.Information, "Replicas and tiers: {Changes} kinds of change advised, of {Objects} objects")]
    private partial void LogAdvised(int changes, int objects);
}
