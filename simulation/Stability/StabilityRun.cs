using Idp.Core.Forecasting;
using Idp.Simulation.ClosedLoop;

namespace Idp.Simulation.Stability;

/// <summary>Lets the plane run one scenario, and counts its moves.</summary>
public static class StabilityRun
{
    /// <returns>The same outcome for the same seed and guards.</returns>
    public static StabilityOutcome Of(StabilityScenario scenario, int seed, StabilityGuards guards)
    {
        var workload = StabilityLoads.Make(scenario, seed);
        var plane = new PlanePolicy(new ForecastOptions(), guards.Planner, guards.Stale);
        var watched = new BlindWatch(plane);
        var report = ClosedLoopRun.Run(workload, watched);
        return new StabilityOutcome(
            report.Changes.Copies * 24.0 / workload.ScoredHours,
            report.Changes.MostCopiesInADay,
            report.Changes.MostHandOversInADay,
            plane.ChangeHours.Count(hour => hour > StabilityLoads.StepHour),
            plane.ReversalHours.Count(hour => hour > StabilityLoads.StepHour),
            watched.ChangesWhileBlind,
            report.Changes.Breaches);
    }
}
