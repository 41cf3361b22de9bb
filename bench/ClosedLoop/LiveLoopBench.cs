using System.Collections.Immutable;
using System.Globalization;
using Idp.Core.Controllers.Foresight;
using Idp.Simulation.Bounds;
using Idp.Simulation.ClosedLoop;
using Idp.Simulation.Workloads;

namespace Idp.Bench.ClosedLoop;

/// <summary>The loop as it runs today, with one primary an object: what plans made ahead of demand save over following it, and where they cost.</summary>
internal sealed class LiveLoopBench : IBench
{
    private const int Seeds = 5;

    public string Name => "live-loop";

    public string Description => "cost of the product's loop, arbiter included, over knowing the future: following demand alone, and led ahead of it";

    public async Task<IReadOnlyDictionary<string, double>> RunAsync(CancellationToken cancellationToken)
    {
        var rows = ImmutableArray.CreateBuilder<Row>();
        foreach (var family in (ImmutableArray<WorkloadFamily>)[.. SyntheticLoads.All, .. DemandLoads.All, .. TraceLoads.All])
        {
            var runs = Enumerable.Range(1, Seeds).AsParallel().AsOrdered().WithCancellation(cancellationToken).Select(seed => Run.Of(OneSite(family.Make(seed)))).ToArray();
            var row = new Row(family.Name, runs[0].Kind, runs.Average(run => run.Follow), runs.Average(run => run.Ahead), runs.Average(run => run.CopiesPerObjectDay));
            rows.Add(row);
            await Console.Error.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture, $"{row.Workload,-24} {row.Kind,-11} following {row.Follow:0.000}, ahead {row.Ahead:0.000}, {row.CopiesPerObjectDay:0.00} copies per object and day"));
        }

        return Figures(rows.ToImmutable());
    }

    // Nothing keeps replicas yet.
    private static Workload OneSite(Workload workload) => workload with { World = workload.World with { MaxSites = 1 } };

    private static Dictionary<string, double> Figures(ImmutableArray<Row> rows)
    {
        var seasonal = rows.Where(row => row.Kind is WorkloadKind.Seasonal).ToArray();
        return new Dictionary<string, double>
        {
            ["meanFollowingSeasonal"] = seasonal.Average(row => row.Follow),
            ["meanAheadSeasonal"] = seasonal.Average(row => row.Ahead),
            ["worstAheadSeasonal"] = seasonal.Max(row => row.Ahead),
            ["meanFollowingOthers"] = rows.Except(seasonal).Average(row => row.Follow),
            ["meanAheadOthers"] = rows.Except(seasonal).Average(row => row.Ahead),
            ["worstAheadVsFollowing"] = rows.Max(row => row.Ahead / row.Follow),
            ["bestAheadVsFollowing"] = rows.Min(row => row.Ahead / row.Follow),
            ["mostCopiesPerObjectDay"] = rows.Max(row => row.CopiesPerObjectDay),
            ["workloads"] = rows.Length,
            ["seedsPerWorkload"] = Seeds,
        };
    }

    /// <param name="Follow">Cost over the clairvoyant bound, following demand alone.</param>
    /// <param name="Ahead">The same with plans that may lead.</param>
    private sealed record Row(string Workload, WorkloadKind Kind, double Follow, double Ahead, double CopiesPerObjectDay);

    private sealed record Run(WorkloadKind Kind, double Follow, double Ahead, double CopiesPerObjectDay)
    {
        public static Run Of(Workload workload)
        {
            var boundUsd = ClairvoyantBound.CostOf(workload).TotalUsd;
            var follow = ClosedLoopRun.Run(workload, new LiveLoop(new ForesightOptions { IsEnabled = false }));
            var ahead = ClosedLoopRun.Run(workload, new LiveLoop(new ForesightOptions()));
            return new Run(
                WorkloadTraits.Of(workload).Kind,
                follow.Cost.TotalUsd / boundUsd,
                ahead.Cost.TotalUsd / boundUsd,
                ahead.Changes.Copies / (workload.Objects.Length * workload.ScoredHours / 24.0));
        }
    }
}
