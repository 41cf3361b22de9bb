using Idp.Core.Planning;
using Idp.Simulation.Workloads;
using Idp.Simulation.Worlds;

namespace Idp.Simulation.Stability;

/// <summary>Worlds for the trials of stability: one object of any size, some regions, one of them forbidden.</summary>
public static class StabilityLoads
{
    /// <value>Where the step of <see cref="StabilityScenario.Step"/> and <see cref="StabilityScenario.TelemetryLoss"/> lies.</value>
    public const int StepHour = 72;

    /// <value>Two days to learn, four that count.</value>
    public const int Hours = 144;

    private const int WarmUpHours = 48;
    private const double SmallestGb = 0.001;
    private const double LargestGb = 10;

    /// <returns>The same world for the same seed.</returns>
    public static Workload Make(StabilityScenario scenario, int seed)
    {
        var factory = new LoadFactory(scenario.ToString(), seed);
        var sizeGb = SmallestGb * Math.Pow(LargestGb / SmallestGb, factory.Random.NextDouble());
        var forbidden = factory.Random.Next(factory.Regions.Length);
        var feasible = SiteSet.FirstOf(factory.Regions.Length).Without(forbidden);
        var activity = Activity(scenario, factory);
        var workload = factory.Make(scenario.ToString(), objects: 1, WarmUpHours, _ => factory.Draw(Hours, activity));
        return workload with
        {
            World = workload.World with { Faults = FaultsOf(scenario) },
            Objects = [.. workload.Objects.Select(load => load with { SizeGb = sizeGb, Feasible = feasible })],
        };
    }

    private static Faults FaultsOf(StabilityScenario scenario) => scenario switch
    {
        StabilityScenario.Bias => new Faults { BiasShare = 1 / 3.0, BiasFactor = 3 },
        StabilityScenario.TelemetryLoss => new Faults { OutagePerHour = 0.03, OutageHours = 6, LateShare = 0.1 },
        StabilityScenario.FailingMoves => new Faults { ChangeFailure = 0.5 },
        _ => Faults.None,
    };

    private static Func<int, int, double> Activity(StabilityScenario scenario, LoadFactory factory)
    {
        var (before, after) = (factory.Shares(), factory.Shares());
        var (halfPeriod, stops) = (factory.Random.Next(2, 21), factory.Random.Next(2, factory.Regions.Length + 1));
        return scenario switch
        {
            StabilityScenario.Static => (_, region) => before[region],
            StabilityScenario.Step or StabilityScenario.TelemetryLoss => (hour, region) => hour < StepHour ? before[region] : after[region],
            StabilityScenario.SquareWave => (hour, region) => region == hour / halfPeriod % stops ? 1 : 0,
            _ => (hour, region) => before[region] * Clock.Smooth(hour, factory.Regions[region]),
        };
    }
}
