using System.Collections.Immutable;
using Idp.Core.Planning;
using Idp.Simulation.ClosedLoop;

namespace Idp.Simulation.Stability;

/// <summary>The guards of one run.</summary>
/// <param name="Name">Which of them is off; empty when all are on.</param>
public sealed record StabilityGuards(string Name, PlannerOptions Planner, StaleTelemetry Stale)
{
    /// <value>As the product ships them.</value>
    public static StabilityGuards All { get; } = new(string.Empty, new PlannerOptions(), StaleTelemetry.Default);

    /// <value>Each guard switched off alone.</value>
    public static ImmutableArray<StabilityGuards> OneOff { get; } =
    [
        new(nameof(PlannerOptions.MinGain), new PlannerOptions { MinGain = 0 }, StaleTelemetry.Default),
        new(nameof(PlannerOptions.MinHandOverGain), new PlannerOptions { MinHandOverGain = 0 }, StaleTelemetry.Default),
        new(nameof(PlannerOptions.MinPayback), new PlannerOptions { MinPayback = 1 }, StaleTelemetry.Default),
        new(nameof(PlannerOptions.MaxCopiesPerDay), new PlannerOptions { MaxCopiesPerDay = 100 }, StaleTelemetry.Default),
        new(nameof(PlannerOptions.MaxHandOversPerDay), new PlannerOptions { MaxHandOversPerDay = 100 }, StaleTelemetry.Default),
        new(nameof(StaleTelemetry.BandWidth), new PlannerOptions(), StaleTelemetry.Default with { BandWidth = 1 }),
        new(nameof(StaleTelemetry.PausedAfterHours), new PlannerOptions(), StaleTelemetry.Default with { PausedAfterHours = int.MaxValue }),
    ];
}
