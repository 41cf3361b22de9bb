using System.Collections.Immutable;
using Idp.Core.Planning;
using Idp.Simulation.Baselines;
using Idp.Simulation.Bounds;
using Idp.Simulation.Workloads;

namespace Idp.Simulation.ClosedLoop;

/// <summary>All policies and bounds on one kind of workload.</summary>
/// <param name="Kind">That of most seeds; the first in order when two are as many.</param>
/// <param name="Lag24">Mean over the seeds of the autocorrelation at 24 hours.</param>
/// <param name="LargestJump">Median over the seeds.</param>
/// <param name="MoveUsd">Mean cost of copying one object and handing it over, in US dollars.</param>
/// <param name="Rows">Contenders in the order given, then the bounds.</param>
public sealed record Comparison(
    string Workload, WorkloadKind Kind, double Lag24, double LargestJump, int Seeds, int Objects, int ScoredHours, decimal MoveUsd, ImmutableArray<ComparisonRow> Rows)
{
    /// <summary>Runs every contender on every seed.</summary>
    /// <param name="seeds">Seeds that count.</param>
    /// <param name="tuningSeeds">Seeds on which baselines choose their settings; none of <paramref name="seeds"/>.</param>
    /// <param name="contenders">Besides the baselines: what is being judged.</param>
    public static Comparison Run(
        WorkloadFamily family, IEnumerable<int> seeds, IEnumerable<int> tuningSeeds, IEnumerable<Contender> contenders, CancellationToken cancellationToken)
    {
        ImmutableArray<Workload> workloads = [.. seeds.Select(family.Make)];
        ImmutableArray<Workload> tuning = [.. tuningSeeds.Select(family.Make)];
        ImmutableArray<Contender> all =
        [
            .. contenders,
            .. Baseline.All.AsParallel().AsOrdered().WithCancellation(cancellationToken).Select(baseline => Tuned(baseline, tuning)),
        ];
        double[] boundsUsd = [.. workloads.AsParallel().AsOrdered().WithCancellation(cancellationToken).Select(workload => ClairvoyantBound.CostOf(workload).TotalUsd)];
        var results = all.SelectMany(contender => workloads.Select(workload => (Contender: contender, Workload: workload)))
            .AsParallel().AsOrdered().WithCancellation(cancellationToken)
            .Select(run => Outcome.Of(run.Contender, run.Workload))
            .ToArray();

        var traits = workloads.Select(WorkloadTraits.Of).ToArray();
        return new Comparison(
            family.Name,
            traits.CountBy(trait => trait.Kind).OrderByDescending(entry => entry.Value).ThenBy(entry => entry.Key).First().Key,
            traits.Average(trait => trait.Lag24),
            traits.Select(trait => trait.LargestJump).Order().ElementAt(traits.Length / 2),
            workloads.Length,
            workloads[0].Objects.Length,
            workloads[0].ScoredHours,
            (decimal)workloads.Average(MeanMoveUsd),
            [
                .. all.Index().Select(entry => Row(entry.Item, workloads, results[(entry.Index * workloads.Length)..((entry.Index + 1) * workloads.Length)], boundsUsd)),
                .. BoundRows(workloads, boundsUsd),
            ]);
    }

    /// <value>The row being judged; the first of them.</value>
    public ComparisonRow Plane => Rows.First(row => row.Role is PolicyRole.Plane);

    /// <value>The online baseline with the lowest mean ratio, for this very workload.</value>
    public ComparisonRow BestBaseline => Rows.Where(row => row.Role is PolicyRole.Baseline).MinBy(row => row.Ratio.Mean)!;

    private static Contender Tuned(Baseline baseline, ImmutableArray<Workload> tuning)
    {
        var best = Tuning.Best(baseline, tuning);
        return new Contender(baseline.Name, best.Setting, baseline.NeedsEveryRegion ? PolicyRole.Reference : PolicyRole.Baseline, best.Make);
    }

    private static ComparisonRow Row(Contender contender, ImmutableArray<Workload> workloads, Outcome[] outcomes, double[] boundsUsd)
    {
        var objectDays = workloads.Sum(workload => workload.Objects.Length * workload.ScoredHours) / 24.0;
        return new ComparisonRow(
            contender.Name,
            contender.Setting,
            contender.Role,
            Spread.Of([.. outcomes.Zip(boundsUsd, (outcome, boundUsd) => outcome.Cost.TotalUsd / boundUsd)]),
            (decimal)outcomes.Average(outcome => outcome.Cost.TotalUsd),
            (decimal)outcomes.Average(outcome => outcome.Cost.TotalUsd - outcome.Cost.LatencyUsd),
            outcomes.Average(outcome => outcome.MeanMs),
            outcomes.Average(outcome => outcome.P99Ms),
            outcomes.Sum(outcome => outcome.Copies) / objectDays,
            outcomes.Sum(outcome => outcome.HandOvers) / objectDays);
    }

    private static IEnumerable<ComparisonRow> BoundRows(ImmutableArray<Workload> workloads, double[] boundsUsd)
    {
        foreach (var (name, costOf) in ((string, Func<Workload, PlanCost>)[])
        [
            ("hindsight static single", workload => HindsightStatic.CostOf(workload, maxSites: 1)),
            ("hindsight static set", workload => HindsightStatic.CostOf(workload, workload.World.MaxSites)),
            ("clairvoyant", ClairvoyantBound.CostOf),
        ])
        {
            PlanCost[] costs = [.. workloads.Select(costOf)];
            yield return new ComparisonRow(
                name,
                string.Empty,
                PolicyRole.Hindsight,
                Spread.Of([.. costs.Zip(boundsUsd, (cost, boundUsd) => cost.TotalUsd / boundUsd)]),
                (decimal)costs.Average(cost => cost.TotalUsd),
                (decimal)costs.Average(cost => cost.TotalUsd - cost.LatencyUsd),
                MeanMs: 0,
                P99Ms: 0,
                CopiesPerObjectDay: 0,
                HandOversPerObjectDay: 0);
        }
    }

    private static double MeanMoveUsd(Workload workload) => workload.Objects.Average(load =>
        (load.SizeGb * workload.World.Costs.EgressUsdPerGb.Average()) + workload.World.Costs.CopyOverheadUsd + workload.World.Costs.HandOverUsd);

    // A report without the paths, which nobody needs for thousands of runs at once.
    private sealed record Outcome(PlanCost Cost, double MeanMs, double P99Ms, int Copies, int HandOvers)
    {
        public static Outcome Of(Contender contender, Workload workload)
        {
            var world = contender.Role is PolicyRole.Reference ? workload.World with { MaxSites = workload.World.Regions } : workload.World;
            var report = ClosedLoopRun.Run(workload with { World = world }, contender.Make(workload.WarmUpHours));
            return new Outcome(report.Cost, report.MeanMs, report.P99Ms, report.Changes.Copies, report.Changes.HandOvers);
        }
    }
}
