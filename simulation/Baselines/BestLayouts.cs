using Idp.Core.Planning;
using Idp.Simulation.Worlds;

namespace Idp.Simulation.Baselines;

/// <summary>Finds the layout that is cheapest for one hour of demand, by trying all.</summary>
internal sealed class BestLayouts(World world)
{
    private readonly Dictionary<SiteSet, HorizonProgram> _programs = [];

    /// <param name="perHour">A window of one hour.</param>
    public Layout BestOf(PlacedObject placed, DemandWindow perHour)
    {
        if (!_programs.TryGetValue(placed.Feasible, out var program))
        {
            _programs[placed.Feasible] = program = new HorizonProgram(world.SpaceOf(placed.Feasible));
        }

        program.Solve(perHour, placed.SizeGb);
        return program.BestFirst(start: null);
    }
}
