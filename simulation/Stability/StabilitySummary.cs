using System.Collections.Immutable;

namespace Idp.Simulation.Stability;

/// <summary>All seeds of one scenario.</summary>
/// <param name="MeanCopiesPerDay">Per object.</param>
/// <param name="MostCopiesPerDay">Of the object that was copied most over the whole run.</param>
/// <param name="ReversalShare">Unforeseen reversals among all changes after the step, of all seeds together; 0 where there is no step.</param>
public sealed record StabilitySummary(
    StabilityScenario Scenario,
    int Seeds,
    double MeanCopiesPerDay,
    double MostCopiesPerDay,
    int MostCopiesInADay,
    int MostHandOversInADay,
    double ReversalShare,
    int ChangesWhileBlind,
    int Breaches)
{
    private const double CalmCopiesPerDay = 1;
    private const int CopiesInADay = 4;
    private const int HandOversInADay = 6;
    private const double MaxReversalShare = 0.2;

    /// <summary>Runs the seeds, all processors at once; the summary does not depend on their order.</summary>
    public static StabilitySummary Run(StabilityScenario scenario, IEnumerable<int> seeds, StabilityGuards guards, CancellationToken cancellationToken)
    {
        var outcomes = seeds.AsParallel().AsOrdered().WithCancellation(cancellationToken)
            .Select(seed => StabilityRun.Of(scenario, seed, guards))
            .ToArray();
        var changes = outcomes.Sum(outcome => outcome.ChangesAfterStep);
        return new StabilitySummary(
            scenario,
            outcomes.Length,
            outcomes.Average(outcome => outcome.CopiesPerDay),
            outcomes.Max(outcome => outcome.CopiesPerDay),
            outcomes.Max(outcome => outcome.MostCopiesInADay),
            outcomes.Max(outcome => outcome.MostHandOversInADay),
            HasStep(scenario) && changes > 0 ? outcomes.Sum(outcome => outcome.ReversalsAfterStep) / (double)changes : 0,
            outcomes.Sum(outcome => outcome.ChangesWhileBlind),
            outcomes.Sum(outcome => outcome.Breaches));
    }

    /// <returns>The gates that do not hold, each with its figure and limit.</returns>
    public ImmutableArray<string> FailedGates()
    {
        var failed = ImmutableArray.CreateBuilder<string>();
        if (Scenario is StabilityScenario.Static or StabilityScenario.Step && MostCopiesPerDay > CalmCopiesPerDay)
        {
            failed.Add($"{MostCopiesPerDay:0.00} copies of an object per day, limit {CalmCopiesPerDay}");
        }

        AddAbove(failed, MostCopiesInADay, CopiesInADay, "copies of an object in 24 hours");
        AddAbove(failed, MostHandOversInADay, HandOversInADay, "hand-overs of an object in 24 hours");
        if (ReversalShare > MaxReversalShare)
        {
            failed.Add($"{ReversalShare:0.0%} unforeseen reversals after a step, limit {MaxReversalShare:0%}");
        }

        AddAbove(failed, ChangesWhileBlind, 0, "changes while telemetry was older than five periods");
        AddAbove(failed, Breaches, 0, "breaches of hard constraints");
        return failed.ToImmutable();
    }

    private static bool HasStep(StabilityScenario scenario) => scenario is StabilityScenario.Step or StabilityScenario.TelemetryLoss;

    private static void AddAbove(ImmutableArray<string>.Builder failed, int count, int limit, string what)
    {
        if (count > limit)
        {
            failed.Add($"{count} {what}, limit {limit}");
        }
    }
}
