using System.Collections.Concurrent;
using Idp.Core.Planning;
using Idp.Simulation.Worlds;

namespace Idp.Advise.Fleets;

/// <summary>The spaces of one world by feasible regions, made once; and a program of each for every thread that asks.</summary>
internal sealed class LayoutSpaces(World world) : IDisposable
{
    private readonly ConcurrentDictionary<(SiteSet Feasible, int MaxSites), LayoutSpace> _spaces = new();
    private readonly ThreadLocal<Dictionary<(SiteSet Feasible, int MaxSites), HorizonProgram>> _programs = new(() => []);

    /// <param name="feasible">Not empty.</param>
    /// <returns>The calling thread's own.</returns>
    public HorizonProgram ProgramOf(SiteSet feasible, int maxSites)
    {
        var programs = _programs.Value!;
        if (!programs.TryGetValue((feasible, maxSites), out var program))
        {
            programs[(feasible, maxSites)] = program = new HorizonProgram(_spaces.GetOrAdd((feasible, maxSites), key => (world with { MaxSites = key.MaxSites }).SpaceOf(key.Feasible)));
        }

        return program;
    }

    public void Dispose() => _programs.Dispose();
}
