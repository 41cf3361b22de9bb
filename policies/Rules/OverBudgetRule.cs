namespace Idp.Policies.Rules;

/// <summary>What is done when the daily budget is spent.</summary>
public sealed record OverBudgetRule
{
    /// <summary><c>optimize_cost</c> or <c>alert</c>.</summary>
    public string? Action { get; init; }

    public bool? ReduceReplicas { get; init; }

    public bool? DemoteColdData { get; init; }

    public bool? ScaleDownCompute { get; init; }
}
