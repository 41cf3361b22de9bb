using Idp.Core.Value;

namespace Idp.Core.Controllers.Cost;

/// <summary>One way to spend less, ranked by what it is worth after all.</summary>
/// <param name="Service">Whose spend it lowers.</param>
/// <param name="To">Where bytes or work would go; null when they stay.</param>
/// <param name="Subject">What it is about: an object, or a compute pool.</param>
/// <param name="SavingUsdPerMonth">Infrastructure saved; negative for capacity that runs short.</param>
/// <param name="LatencyUsdPerMonth">Revenue that the longer wait loses.</param>
/// <param name="OneOffUsd">Cost of the change itself, in US dollars.</param>
/// <param name="Payback">How long the net saving takes to repay that; zero when there is nothing to repay, null when it never does.</param>
/// <param name="AddedMs">What callers wait longer, in milliseconds.</param>
/// <param name="RiskBecause">What the risk consists of.</param>
/// <param name="Excludes">Suggestions with the same text here are alternatives: their savings do not add up.</param>
/// <param name="Reason">The arithmetic in one sentence.</param>
public sealed record Suggestion(
    SuggestionKind Kind,
    ServiceId? Service,
    RegionId Region,
    RegionId? To,
    string Subject,
    decimal SavingUsdPerMonth,
    decimal LatencyUsdPerMonth,
    decimal OneOffUsd,
    TimeSpan? Payback,
    double AddedMs,
    SuggestionRisk Risk,
    string RiskBecause,
    string Excludes,
    string Reason)
{
    public decimal NetUsdPerMonth => SavingUsdPerMonth - LatencyUsdPerMonth;
}
