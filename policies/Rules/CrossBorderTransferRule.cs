namespace Idp.Policies.Rules;

/// <summary>On what legal ground data may leave its jurisdiction.</summary>
public sealed record CrossBorderTransferRule
{
    /// <summary>For example <c>standard_contractual_clauses</c>.</summary>
    public string? Requires { get; init; }

    /// <summary><c>mandatory</c>, <c>recommended</c> or <c>optional</c>.</summary>
    public string? Documentation { get; init; }
}
