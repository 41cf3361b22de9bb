using Idp.Core;
using Idp.Core.Planning;
using Idp.Simulation.Workloads;
using Idp.Simulation.Worlds;

namespace Idp.Simulation.Tests.ClosedLoop;

/// <summary>Workloads of one object whose every count is written down.</summary>
internal static class TinyLoad
{
    public const int Virginia = 0;
    public const int Ireland = 1;
    public const int Frankfurt = 2;
    public const int Tokyo = 3;

    public static World FourRegions { get; } = World.Of(new[] { "us-east-1", "eu-west-1", "eu-central-1", "ap-northeast-1" }.Select(name => RegionId.Parse(name)));

    /// <param name="reads">Reads by hour and region.</param>
    /// <param name="writes">Writes by hour and region; default none.</param>
    public static Workload Of(int hours, Func<int, int, double> reads, Func<int, int, double>? writes = null, double sizeGb = 1, World? world = null) => new(
        "tiny",
        Seed: 1,
        world ?? FourRegions,
        [new ObjectLoad("o", sizeGb, SiteSet.FirstOf(FourRegions.Regions), Window(hours, reads, writes ?? ((_, _) => 0)))],
        WarmUpHours: 0);

    public static DemandWindow Window(int hours, Func<int, int, double> reads, Func<int, int, double> writes) =>
        new(FourRegions.Regions, Counts(hours, reads), Counts(hours, writes));

    private static double[] Counts(int hours, Func<int, int, double> count) =>
        [.. Enumerable.Range(0, hours * FourRegions.Regions).Select(i => count(i / FourRegions.Regions, i % FourRegions.Regions))];
}
