using System.Collections.Immutable;
using Idp.Simulation.Baselines;
using Idp.Simulation.Bounds;
using Idp.Simulation.ClosedLoop;
using Idp.Simulation.Workloads;

namespace Idp.Simulation.Tests.ClosedLoop;

public sealed class ExploreTests
{
    [Fact]
    public void Dump()
    {
        var watch = System.Diagnostics.Stopwatch.StartNew();
        foreach (var family in (WorkloadFamily[])[.. SyntheticLoads.All, .. DemandLoads.All, .. TraceLoads.All])
        {
            var tuning = Enumerable.Range(10_000, 2).Select(family.Make).ToImmutableArray();
            var scored = Enumerable.Range(1, 5).Select(family.Make).ToImmutableArray();
            var bound = scored.Select(w => ClairvoyantBound.CostOf(w).TotalUsd).ToArray();
            var kinds = string.Join(' ', scored.Select(WorkloadTraits.Of).Select(t => $"{t.Kind}:{t.Lag24:F2}:{t.LargestJump:F1}"));
            Console.WriteLine($"{family.Name} {watch.Elapsed.TotalSeconds:F1}s bound {bound.Average():F3} {kinds}  hindsight single {scored.Zip(bound).Average(p => HindsightStatic.CostOf(p.First, 1).TotalUsd / p.Second):F3} set {scored.Zip(bound).Average(p => HindsightStatic.CostOf(p.First, 3).TotalUsd / p.Second):F3}");
            foreach (var baseline in Baseline.All)
            {
                var worlds = scored;
                if (baseline.NeedsEveryRegion)
                {
                    worlds = [.. scored.Select(w => w with { World = w.World with { MaxSites = w.World.Regions } })];
                }
                var best = Tuning.Best(baseline, tuning);
                var reports = worlds.Select(w => ClosedLoopRun.Run(w, best.Make(w.WarmUpHours))).ToArray();
                Console.WriteLine($"    {baseline.Name,-18} {reports.Zip(bound).Average(p => p.First.Cost.TotalUsd / p.Second):F3}  {reports.Average(r => r.MeanMs):F1} ms p99 {reports.Average(r => r.P99Ms):F0} copies {reports.Average(r => r.Changes.Copies):F0} hand {reports.Average(r => r.Changes.HandOvers):F0} {best.Setting}  {watch.Elapsed.TotalSeconds:F1}");
            }
        }
    }
}
