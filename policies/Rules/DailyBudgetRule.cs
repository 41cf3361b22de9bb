namespace Idp.Policies.Rules;

/// <summary>What may be spent in a day.</summary>
public sealed record DailyBudgetRule
{
    /// <summary>From 0 to 1,000,000,000, and at most the hard limit.</summary>
    public decimal? SoftLimitUsdPerDay { get; init; }

    /// <summary>From 0 to 1,000,000,000.</summary>
    public decimal? HardLimitUsdPerDay { get; init; }

    /// <summary>Share of the soft limit at which operators are told. From 0.01 to 1.</summary>
    public decimal? AlertThreshold { get; init; }
}
