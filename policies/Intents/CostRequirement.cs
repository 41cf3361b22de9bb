namespace Idp.Policies.Intents;

public sealed record CostRequirement
{
    /// <summary>From 0 to 1,000,000,000.</summary>
    public decimal? BudgetUsdPerDay { get; init; }

    public OptimizationGoal? OptimizeFor { get; init; }
}
