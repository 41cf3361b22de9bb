using System.Collections.Immutable;
using Idp.Core.Planning;
using Idp.Simulation.ClosedLoop;

namespace Idp.Simulation.Stability;

/// <summary>The guards of one run.</summary>
/// <param name="Name">Which of them is off; empty when all are on.</param>
/// <param name="Scenario">Where that guard is what holds a gate.</param>
/// <param name="Seeds">Worlds of that scenario in which the gate fails without it, and holds with it.</param>
public sealed record StabilityGuards(
    string Name, PlannerOptions Planner, StaleTelemetry Stale, StabilityScenario Scenario, ImmutableArray<int> Seeds)
{
    /// <value>As the product ships them.</value>
    public static StabilityGuards All { get; } = new(string.Empty, new PlannerOptions(), StaleTelemetry.Default, StabilityScenario.Static, []);

    /// <value>Each guard switched off alone.</value>
    public static ImmutableArray<StabilityGuards> OneOff { get; } =
    [
        Without(nameof(PlannerOptions.MinGain), new PlannerOptions { MinGain = 0 }, StabilityScenario.Step, 6, 39),
        Without(nameof(PlannerOptions.MinHandOverGain), new PlannerOptions { MinHandOverGain = 0 }, StabilityScenario.Step, [.. Enumerable.Range(1, 12)]),
        Without(nameof(PlannerOptions.MaxCopiesPerDay), new PlannerOptions { MaxCopiesPerDay = 100 }, StabilityScenario.Bias, 10, 18),
        Without(nameof(PlannerOptions.MaxHandOversPerDay), new PlannerOptions { MaxHandOversPerDay = 100 }, StabilityScenario.SquareWave, 15, 19),
        Without(nameof(StaleTelemetry.PausedAfterHours), new StaleTelemetry(PausedAfterHours: int.MaxValue), StabilityScenario.TelemetryLoss, 16, 23),
    ];

    private static StabilityGuards Without(string name, PlannerOptions planner, StabilityScenario scenario, params ImmutableArray<int> seeds) =>
        new(name, planner, StaleTelemetry.Default, scenario, seeds);

    private static StabilityGuards Without(string name, StaleTelemetry stale, StabilityScenario scenario, params ImmutableArray<int> seeds) =>
        new(name, new PlannerOptions(), stale, scenario, seeds);
}
