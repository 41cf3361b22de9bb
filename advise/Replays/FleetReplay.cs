using System.Collections.Immutable;
using Idp.Advise.Fleets;

namespace Idp.Advise.Replays;

/// <summary>A fleet's log, replayed: each chosen object and what it counts for.</summary>
/// <param name="Head">Counted once each.</param>
/// <param name="Sample">Stands for the rest of the fleet.</param>
/// <param name="SampleWeights">
/// One a sampled object, scaled so that together they cost under the static placement what the rest truly costs (ratio estimator; Cochran, 1977).
/// </param>
/// <param name="RestStaticUsd">What the rest truly costs where it is.</param>
public sealed record FleetReplay(
    Fleet Fleet, ReplaySelection Selection, ImmutableArray<ObjectReplay> Head, ImmutableArray<ObjectReplay> Sample, ImmutableArray<double> SampleWeights, double RestStaticUsd)
{
    /// <value>Every replay with its weight.</value>
    public IEnumerable<(ObjectReplay Replay, double Weight)> Weighted =>
        Head.Select(replay => (replay, 1.0)).Concat(Sample.Zip(SampleWeights));

    /// <param name="home">What each object costs where it is.</param>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public static FleetReplay Run(Fleet fleet, Standing home, ReplaySelection selection, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        var replayer = new ObjectReplayer(fleet);
        int[] chosen = [.. selection.Head, .. selection.Sample.Select(sampled => sampled.Object)];
        var done = 0;
        ObjectReplay[] replays =
        [
            .. Partitioned(chosen).AsOrdered().WithCancellation(cancellationToken).Select(index =>
            {
                var replay = replayer.Replay(fleet.Objects[index]);
                if (Interlocked.Increment(ref done) is var count && count % 250 == 0)
                {
                    progress?.Report($"{count:N0} of {chosen.Length:N0} objects replayed");
                }

                return replay;
            }),
        ];
        var (head, sample) = (replays[..selection.Head.Length], replays[selection.Head.Length..]);
        var restUsd = Enumerable.Range(0, fleet.Objects.Length).Except(selection.Head).Sum(index => home.Costs[index].TotalUsd);
        var sampledUsd = sample.Zip(selection.Sample, (replay, sampled) => replay.Static.Total * sampled.Weight).Sum();
        var factor = sampledUsd > 0 ? restUsd / sampledUsd : 0;
        return new FleetReplay(fleet, selection, [.. head], [.. sample], [.. selection.Sample.Select(sampled => sampled.Weight * factor)], restUsd);
    }

    // Busy objects are replayed first and differ in length, so each thread takes the next one when it is free.
    private static ParallelQuery<int> Partitioned(int[] chosen) =>
        System.Collections.Concurrent.Partitioner.Create(chosen, loadBalance: true).AsParallel();

    public CostParts Static => Weighted.Aggregate(default(CostParts), (sum, entry) => sum + entry.Replay.Static.Scale(entry.Weight));

    public CostParts Plane => Weighted.Aggregate(default(CostParts), (sum, entry) => sum + entry.Replay.Plane.Scale(entry.Weight));

    /// <returns>What nobody could have undercut, in US dollars: exact for the head, and for the rest in proportion to its best standing layouts, which are known exactly.</returns>
    /// <param name="standing">The best standing layouts of all objects, among the same regions and getting there paid for.</param>
    public double ClairvoyantUsd(Standing standing)
    {
        var rest = Enumerable.Range(0, Fleet.Objects.Length).Except(Selection.Head).Sum(index => standing.Costs[index].TotalUsd);
        var sampled = Selection.Sample.Zip(SampleWeights, (entry, weight) => weight * standing.Costs[entry.Object].TotalUsd).Sum();
        var bound = Sample.Zip(SampleWeights, (replay, weight) => weight * replay.ClairvoyantUsd).Sum();
        return Head.Sum(replay => replay.ClairvoyantUsd) + (sampled > 0 ? rest * bound / sampled : 0);
    }
}
