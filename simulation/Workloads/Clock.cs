using Idp.Core;
using Idp.Simulation.Worlds;

namespace Idp.Simulation.Workloads;

/// <summary>What people do at which hour where they live. Hour 0 is a Monday's midnight, UTC.</summary>
internal static class Clock
{
    // Office hours: quiet nights, a lunch dip, some evening work.
    private static readonly double[] Office =
    [
        0.05, 0.05, 0.05, 0.05, 0.05, 0.05, 0.08, 0.25, 0.65, 1.0, 1.0, 1.0, 0.8, 0.95, 1.0, 1.0, 0.95, 0.7, 0.4, 0.25, 0.2, 0.15, 0.1, 0.07,
    ];

    public static int LocalHour(int hour, RegionId region) => Wrap(hour + RegionFacts.Of(region).UtcOffsetHours, 24);

    /// <returns>Activity at a local hour, from 0 to 1.</returns>
    public static double OfficeHours(int hour, RegionId region) => Office[LocalHour(hour, region)];

    /// <returns>Activity that rises and falls smoothly, from 0.1 at 3 o'clock to 1 at 15 o'clock.</returns>
    public static double Smooth(int hour, RegionId region) => 0.55 - (0.45 * Math.Cos(2 * Math.PI * (LocalHour(hour, region) - 3) / 24));

    /// <returns>Whether it is Saturday or Sunday there.</returns>
    public static bool IsWeekend(int hour, RegionId region) => Wrap(hour + RegionFacts.Of(region).UtcOffsetHours, 168) >= 120;

    private static int Wrap(int hour, int period) => ((hour % period) + period) % period;
}
