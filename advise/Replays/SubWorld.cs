using System.Collections.Immutable;
using Idp.Advise.Fleets;
using Idp.Core.Planning;
using Idp.Simulation.Workloads;
using Idp.Simulation.Worlds;

namespace Idp.Advise.Replays;

/// <summary>A fleet's world with only the regions that matter to one object: plans grow with the cube of the regions.</summary>
internal sealed class SubWorld
{
    private readonly Fleet _fleet;
    private readonly FleetObject _entry;

    public SubWorld(Fleet fleet, FleetObject entry)
    {
        (_fleet, _entry) = (fleet, entry);
        var near = entry.NearSites;
        Regions = [.. Enumerable.Range(0, fleet.World.Regions).Where(region => near.Contains(region) || entry.Callers.Contains(region) || region == entry.Home)];
        Feasible = SiteSet.Of([.. Regions.Index().Where(region => near.Contains(region.Item)).Select(region => region.Index)]);
        Home = Layout.Single(Regions.IndexOf(entry.Home));
        var costs = fleet.World.Costs;
        World = fleet.World with
        {
            Costs = costs with
            {
                Regions = Of(costs.Regions),
                RoundTripMs = [.. Of(costs.RoundTripMs).Select(Of)],
                OperationUsd = [.. Of(costs.OperationUsd).Select(Of)],
                StorageUsdPerGbHour = Of(costs.StorageUsdPerGbHour),
                EgressUsdPerGb = Of(costs.EgressUsdPerGb),
            },
            CapacityPerHour = Of(fleet.World.CapacityPerHour),
        };
        Demand = DemandOf();
    }

    /// <value>As indices of the fleet's regions.</value>
    public ImmutableArray<int> Regions { get; }

    public World World { get; }

    public SiteSet Feasible { get; }

    public Layout Home { get; }

    /// <value>Hour by hour.</value>
    public DemandWindow Demand { get; }

    /// <returns>The object alone, to be run by the simulation; every hour counts, the first ones too.</returns>
    public Workload ToWorkload() => new(
        _entry.Name, Seed: 0, World, [new ObjectLoad(_entry.Name, _entry.SizeGb, Feasible, Demand) { Home = Home }], WarmUpHours: 0);

    /// <returns>The layout in the fleet's regions.</returns>
    public Layout ToFleet(Layout layout) => new(Regions[layout.Primary], SiteSet.Of([.. layout.Sites.ToIndices().Select(site => Regions[site])]));

    private DemandWindow DemandOf()
    {
        var (reads, writes) = (new double[_fleet.Hours * Regions.Length], new double[_fleet.Hours * Regions.Length]);
        foreach (var cell in _entry.Cells)
        {
            var index = (cell.Hour * Regions.Length) + Regions.IndexOf(cell.Region);
            reads[index] += cell.Reads;
            writes[index] += cell.Writes;
        }

        return new DemandWindow(Regions.Length, reads, writes);
    }

    private ImmutableArray<T> Of<T>(ImmutableArray<T> all) => [.. Regions.Select(region => all[region])];
}
