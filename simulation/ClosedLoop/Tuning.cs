using System.Collections.Immutable;
using Idp.Simulation.Baselines;
using Idp.Simulation.Workloads;

namespace Idp.Simulation.ClosedLoop;

/// <summary>Chooses the setting of a baseline on workloads that are not scored.</summary>
public static class Tuning
{
    /// <returns>The variant with the least total cost over all of the workloads; the first of equals.</returns>
    /// <param name="workloads">Of the same family as those that will be scored, of other seeds: other regions, shares, counts and, for the trace, other years.</param>
    public static BaselineVariant Best(Baseline baseline, ImmutableArray<Workload> workloads) => baseline.Variants.Length == 1
        ? baseline.Variants[0]
        : baseline.Variants.MinBy(variant => workloads.Sum(workload => ClosedLoopRun.Run(workload, variant.Make(workload.WarmUpHours)).Cost.TotalUsd))!;
}
