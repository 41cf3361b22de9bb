using System.Collections.Immutable;
using Idp.Core.Planning;
using Idp.Simulation;

namespace Idp.Advise.Fleets;

/// <summary>What a fleet costs when every object keeps one layout for the whole log.</summary>
/// <param name="Layouts">One an object, in the fleet's order.</param>
/// <param name="Costs">What each object costs over the log, in US dollars.</param>
/// <param name="Cost">Their sum.</param>
/// <param name="Waits">Of all operations.</param>
public sealed record Standing(ImmutableArray<Layout> Layouts, ImmutableArray<PlanCost> Costs, PlanCost Cost, WaitTally Waits)
{
    /// <value>Mean, P90 and P99 of all operations.</value>
    public LatencySummary Latency { get; } = Waits.Summarize();

    /// <returns>The fleet as it is: every object at its home.</returns>
    public static Standing AtHome(Fleet fleet) => Of(fleet, [.. fleet.Objects.Select(entry => Layout.Single(entry.Home))]);

    /// <summary>Evaluates a world and its demand: each object in the layout that is cheapest for all its demand.</summary>
    /// <remarks>
    /// Exact. Costs are linear in demand, so the best layout for the mean hour is the best for all hours together; the program tries all layouts
    /// (<see cref="HorizonProgram"/>). An object that may be nowhere stays at home.
    /// </remarks>
    /// <param name="sites">Regions to look at for an object; a subset of where it may be.</param>
    /// <param name="paysMoves">Whether getting there from home is paid for, and not done where it does not pay.</param>
    public static Standing Evaluate(Fleet fleet, int maxSites, Func<FleetObject, SiteSet> sites, bool paysMoves, CancellationToken cancellationToken)
    {
        using var spaces = new LayoutSpaces(fleet.World);
        return Of(
            fleet,
            [.. fleet.Objects.AsParallel().AsOrdered().WithCancellation(cancellationToken).Select(entry =>
            {
                if (sites(entry) is not { Count: > 0 } feasible)
                {
                    return Layout.Single(entry.Home);
                }

                var program = spaces.ProgramOf(feasible, maxSites);
                var mean = entry.MeanHour(fleet.World.Regions, fleet.Hours);
                program.Solve(mean, entry.SizeGb);
                var best = program.BestFirst(start: null);
                return paysMoves && feasible.Contains(entry.Home) && !Pays(fleet, entry, mean, best) ? Layout.Single(entry.Home) : best;
            })],
            paysMoves);
    }

    /// <returns>The fleet in given layouts.</returns>
    /// <param name="paysMoves">Whether getting there from home is paid for.</param>
    public static Standing Of(Fleet fleet, ImmutableArray<Layout> layouts, bool paysMoves = false)
    {
        var waits = new WaitTally(fleet.World.Costs);
        var costs = ImmutableArray.CreateBuilder<PlanCost>(layouts.Length);
        var sum = default(PlanCost);
        foreach (var (entry, layout) in fleet.Objects.Zip(layouts))
        {
            var mean = entry.MeanHour(fleet.World.Regions, fleet.Hours);
            var cost = Scale(PlanCost.OfHour(fleet.World.Costs, mean, 0, layout, entry.SizeGb), fleet.Hours);
            cost = paysMoves ? cost with { ChangeUsd = fleet.World.Costs.ChangeUsd(Layout.Single(entry.Home), layout, entry.SizeGb) } : cost;
            costs.Add(cost);
            sum += cost;
            for (var from = 0; from < fleet.World.Regions; from++)
            {
                waits.Add(from, mean.Reads(0)[from] * fleet.Hours, mean.Writes(0)[from] * fleet.Hours, layout);
            }
        }

        return new Standing(layouts, costs.MoveToImmutable(), sum, waits);
    }

    private static bool Pays(Fleet fleet, FleetObject entry, DemandWindow mean, Layout best)
    {
        var (costs, home) = (fleet.World.Costs, Layout.Single(entry.Home));
        var saved = PlanCost.OfHour(costs, mean, 0, home, entry.SizeGb).TotalUsd - PlanCost.OfHour(costs, mean, 0, best, entry.SizeGb).TotalUsd;
        return saved * fleet.Hours > costs.ChangeUsd(home, best, entry.SizeGb);
    }

    /// <returns>Each term multiplied.</returns>
    internal static PlanCost Scale(PlanCost cost, double factor) =>
        new(cost.LatencyUsd * factor, cost.StorageUsd * factor, cost.EgressUsd * factor, cost.ChangeUsd * factor);
}
