using System.Collections.Immutable;
using Idp.Core.Planning;
using Idp.Simulation.Workloads;

namespace Idp.Simulation.Bounds;

/// <summary>The best layout of each object that never changes, chosen knowing all that comes. A bound for static placement, not a baseline.</summary>
public static class HindsightStatic
{
    /// <param name="maxSites">1 for the best single site.</param>
    /// <returns>One layout an object.</returns>
    public static ImmutableArray<Layout> LayoutsOf(Workload workload, int maxSites) =>
        [.. workload.Objects.Select(load => BestOf(workload, load, maxSites))];

    /// <returns>What these cost in the scored hours, in US dollars; being there costs nothing.</returns>
    public static PlanCost CostOf(Workload workload, int maxSites)
    {
        var sum = default(PlanCost);
        foreach (var (load, layout) in workload.Objects.Zip(LayoutsOf(workload, maxSites)))
        {
            for (var hour = workload.WarmUpHours; hour < workload.Hours; hour++)
            {
                sum += PlanCost.OfHour(workload.World.Costs, load.Demand, hour, layout, load.SizeGb);
            }
        }

        return sum;
    }

    // Costs are linear in demand, so the best layout for the mean hour is the best for all of them together.
    private static Layout BestOf(Workload workload, ObjectLoad load, int maxSites)
    {
        var program = new HorizonProgram((workload.World with { MaxSites = maxSites }).SpaceOf(load.Feasible));
        program.Solve(MeanHour.Of(load.Demand, workload.WarmUpHours, workload.Hours), load.SizeGb);
        return program.BestFirst(start: null);
    }
}
