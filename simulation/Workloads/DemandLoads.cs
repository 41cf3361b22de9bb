using System.Collections.Immutable;

namespace Idp.Simulation.Workloads;

/// <summary>The volume of real stores, asked for from offices around the world.</summary>
/// <remarks>
/// The files have no regions. Each hour's volume is the file's, scaled to a median of 300 operations an hour; it is split among the regions of the
/// seed by their shares and by the hour of their offices, as research/feasibility.md section 2 does. One write in ten operations, as there.
/// </remarks>
public static class DemandLoads
{
    private const int TwoDays = 48;
    private const int Objects = 3;

    /// <value>One family a file.</value>
    public static ImmutableArray<WorkloadFamily> All { get; } =
        [.. DemandFile.All.Select(file => new WorkloadFamily($"demand {file.Name}", seed => Make(file, seed)))];

    private static Workload Make(DemandFile file, int seed)
    {
        var factory = new LoadFactory(file.Name, seed);
        var name = $"demand {file.Name}";
        return factory.Make(name, Objects, TwoDays, _ =>
        {
            var shares = factory.Shares();
            return factory.Draw(file.Hours, (hour, region) =>
                (file.Gets[hour] + file.Puts[hour]) * shares[region] * Clock.OfficeHours(hour, factory.Regions[region]));
        });
    }
}
