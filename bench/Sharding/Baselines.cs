using System.Numerics;
using Idp.Core.Sharding;

namespace Idp.Bench.Sharding;

/// <summary>How others would place the same fleet, compliance and durability kept, capacities and budget ignored as they do.</summary>
internal static class Baselines
{
    private const double AccessShare = 0.05; // A region with less of an object's operations is not in its access set.

    public static IEnumerable<(string Name, ushort[] Sites, byte[] Primaries)> All(FleetProblem problem)
    {
        yield return PerAccessSet(problem);
        yield return Each(problem, "TopDemand", TopDemand);
        yield return Each(problem, "SphericalMean", SphericalMean);
        yield return Each(problem, "MainHomeNearest", MainHome);
        yield return Each(problem, "FullReplication", (fleet, at) => (fleet.Objects.AllowedSites[at], Order(fleet, at)[0]));
        yield return Each(problem, "NeverMove", NeverMove);
    }

    // SPANStore (SOSP 2013): objects read from the same regions, under the same rules, share one choice, the best for their sum.
    private static (string Name, ushort[] Sites, byte[] Primaries) PerAccessSet(FleetProblem problem)
    {
        var (objects, regions) = (problem.Objects, problem.Regions.Length);
        var numbers = new Dictionary<(int, ushort, byte, byte), int>();
        var groups = new int[objects.Count];
        for (var at = 0; at < objects.Count; at++)
        {
            var (accessed, demand) = (0, DemandOf(problem, at));
            var total = demand.Sum();
            for (var region = 0; region < regions; region++)
            {
                accessed |= demand[region] >= AccessShare * total ? 1 << region : 0;
            }

            var key = (accessed, objects.AllowedSites[at], objects.MinSites[at], objects.MaxSites[at]);
            numbers.TryAdd(key, numbers.Count);
            groups[at] = numbers[key];
        }

        var plan = FleetSolver.Solve(SyntheticFleet.Grouped(problem, groups), new SolverOptions());
        return ("PerAccessSet", [.. plan.Sites], [.. plan.Primaries]);
    }

    // Akkio (OSDI 2018): the regions with most demand, two where durability does not ask for more.
    private static (ushort Sites, int Primary) TopDemand(FleetProblem problem, int at)
    {
        var order = Order(problem, at);
        var count = Math.Clamp(2, (int)problem.Objects.MinSites[at], problem.Objects.MaxSites[at]);
        return ((ushort)order.Take(count).Sum(region => 1 << region), order[0]);
    }

    // Volley (NSDI 2010), its first and last phase: the callers' weighted mean on the sphere, then the nearest site.
    private static (ushort Sites, int Primary) SphericalMean(FleetProblem problem, int at)
    {
        var (mean, demand) = (Vector3.Zero, DemandOf(problem, at));
        for (var region = 0; region < demand.Length; region++)
        {
            mean += (float)demand[region] * SyntheticFleet.DirectionOf(region);
        }

        var home = Allowed(problem, at).MaxBy(region => Vector3.Dot(mean, SyntheticFleet.DirectionOf(region)));
        return WithNearest(problem, at, home);
    }

    private static (ushort Sites, int Primary) MainHome(FleetProblem problem, int at) => WithNearest(problem, at, Order(problem, at)[0]);

    // What is new, or not allowed where it is, goes to its main home.
    private static (ushort Sites, int Primary) NeverMove(FleetProblem problem, int at)
    {
        var objects = problem.Objects;
        var (current, primary) = (objects.CurrentSites[at], objects.CurrentPrimary[at]);
        return current == 0 || (current & ~objects.AllowedSites[at]) != 0
            ? MainHome(problem, at)
            : BitOperations.PopCount(current) >= objects.MinSites[at] ? (current, primary) : WithNearest(problem, at, primary);
    }

    // As many sites as durability asks for, those nearest to the home.
    private static (ushort Sites, int Primary) WithNearest(FleetProblem problem, int at, int home)
    {
        var sites = Allowed(problem, at)
            .OrderBy(region => region == home ? -1 : problem.LatencyMs[(home * problem.Regions.Length) + region])
            .Take(problem.Objects.MinSites[at])
            .Sum(region => 1 << region);
        return ((ushort)sites, home);
    }

    private static (string Name, ushort[] Sites, byte[] Primaries) Each(
        FleetProblem problem, string name, Func<FleetProblem, int, (ushort Sites, int Primary)> place)
    {
        var (sites, primaries) = (new ushort[problem.Objects.Count], new byte[problem.Objects.Count]);
        Parallel.For(0, sites.Length, at =>
        {
            var (chosen, primary) = place(problem, at);
            (sites[at], primaries[at]) = (chosen, (byte)primary);
        });
        return (name, sites, primaries);
    }

    private static int[] Order(FleetProblem problem, int at)
    {
        var demand = DemandOf(problem, at);
        return [.. Allowed(problem, at).OrderByDescending(region => demand[region])];
    }

    private static IEnumerable<int> Allowed(FleetProblem problem, int at) =>
        Enumerable.Range(0, problem.Regions.Length).Where(region => (problem.Objects.AllowedSites[at] >> region & 1) != 0);

    private static double[] DemandOf(FleetProblem problem, int at)
    {
        var (objects, regions) = (problem.Objects, problem.Regions.Length);
        return [.. Enumerable.Range(at * regions, regions).Select(of => objects.ReadsPerDay[of] + objects.WritesPerDay[of])];
    }
}
