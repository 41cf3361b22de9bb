using System.Collections.Immutable;
using Idp.Core;
using Idp.Core.Decisions;
using Idp.Core.Planning;

namespace Idp.Simulation.Worlds;

/// <summary>Regions, what distance and bytes cost between them, how much they can serve, and what fails.</summary>
/// <remarks>
/// One cost function for every policy and every bound: <see cref="PlanCost"/> over <see cref="Costs"/>, the total business cost in US dollars.
/// It has revenue lost to waiting (1 % of an operation's revenue per 100 ms), storage at each site, egress of answers and of writes shipped to
/// replicas (charged at the source), a price for each write that a replica applies, copies and hand-overs. The world adds what a plan cannot
/// know: waits in queues, operations that overload turns away (they lose their whole revenue), and changes that fail.
/// </remarks>
public sealed record World
{
    /// <value>Revenue of one operation in US dollars, as research/feasibility.md section 2 has it.</value>
    public const double RevenueUsdPerOperation = 0.01;

    private const double LossPer100Ms = 0.01;

    // A PUT at list price, $0.005 per 1,000: write-ahead log, page writes and CPU of a database replica are of that order.
    private const double ReplicaWriteUsd = 0.000_005;

    /// <value>Prices and round trips, in the order of every region index.</value>
    public required SiteCosts Costs { get; init; }

    /// <value>Operations per hour that each region serves for the objects of the workload; infinite where nothing queues.</value>
    public required ImmutableArray<double> CapacityPerHour { get; init; }

    /// <value>What a region needs for one operation when idle, in milliseconds. Part of the round trips; it only scales waits.</value>
    public double ServiceMs { get; init; } = 2;

    /// <value>Primary and replicas together: the cap on write amplification.</value>
    public int MaxSites { get; init; } = 3;

    public ILatencyValue LatencyValue { get; init; } = new LinearLatencyValue(RevenueUsdPerOperation, LossPer100Ms);

    public Faults Faults { get; init; } = Faults.None;

    /// <value>How many regions there are.</value>
    public int Regions => Costs.Regions.Length;

    /// <summary>A world of real round trips and list prices.</summary>
    /// <param name="regions">Some of the nine regions of the sample data.</param>
    public static World Of(IEnumerable<RegionId> regions)
    {
        var known = SampleData.Regions().ToDictionary(region => region.Id);
        ImmutableArray<Region> chosen = [.. regions.Select(id => known[id])];
        var value = new LinearLatencyValue(RevenueUsdPerOperation, LossPer100Ms);
        return new World
        {
            Costs = SiteCosts.Of(chosen, SampleData.RoundTrips(), value) with { ReplicaWriteUsd = ReplicaWriteUsd },
            CapacityPerHour = [.. chosen.Select(_ => double.PositiveInfinity)],
            LatencyValue = value,
        };
    }

    /// <returns>Every layout that an object may have here.</returns>
    /// <param name="feasible">Regions that its policies allow.</param>
    public LayoutSpace SpaceOf(SiteSet feasible) => new(Costs, feasible, maxSites: MaxSites);

    /// <returns>Whether no hard constraint forbids the layout.</returns>
    public bool Allows(SiteSet feasible, Layout layout) =>
        layout.Sites.Contains(layout.Primary) && layout.Sites.IsSubsetOf(feasible) && layout.Sites.Count <= MaxSites;
}
