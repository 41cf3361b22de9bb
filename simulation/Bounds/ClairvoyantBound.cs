using System.Collections.Immutable;
using Idp.Core.Planning;
using Idp.Simulation.Workloads;

namespace Idp.Simulation.Bounds;

/// <summary>What a workload costs at least, for anybody: decided per object knowing all that comes.</summary>
/// <remarks>
/// The exact dynamic program over hours and layouts (<see cref="HorizonProgram"/>) of each object's scored hours, with storage, egress, copies
/// and hand-overs. It starts wherever it likes for free, never waits in a queue, and none of its changes fails; a policy can only pay more.
/// </remarks>
public static class ClairvoyantBound
{
    /// <returns>The cheapest plan of each object, for the scored hours.</returns>
    public static ImmutableArray<ClairvoyantPlan> Of(Workload workload) => [.. workload.Objects.Select(load => Of(workload, load))];

    /// <returns>The sum over all objects, in US dollars.</returns>
    public static PlanCost CostOf(Workload workload) => Of(workload).Aggregate(default(PlanCost), (sum, plan) => sum + plan.Cost);

    private static ClairvoyantPlan Of(Workload workload, ObjectLoad load) => ClairvoyantPlan.Of(
        new HorizonProgram(workload.World.SpaceOf(load.Feasible)),
        load.Demand.Slice(workload.WarmUpHours, workload.ScoredHours),
        load.SizeGb,
        start: null);
}
