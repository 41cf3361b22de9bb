namespace Idp.Policies.Rules;

public sealed record OptimizationRule
{
    /// <summary><c>latency</c>, <c>cost</c> or <c>availability</c>, within the budget.</summary>
    public string? Prioritize { get; init; }
}
