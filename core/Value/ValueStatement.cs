using System.Globalization;

namespace Idp.Core.Value;

/// <summary>Business value of one change, every term visible, in US dollars per day.</summary>
/// <param name="LatencyGainUsdPerDay">Revenue kept by waiting less; negative when the wait grows.</param>
/// <param name="MaxSpendUsdPerDay">The most that may be spent for what is gained.</param>
public sealed record ValueStatement(
    ServiceId Service,
    decimal RevenueUsdPerDay,
    decimal LatencyGainUsdPerDay,
    decimal InfrastructureUsdPerDay,
    decimal ComplianceRiskUsdPerDay,
    decimal OverheadUsdPerDay,
    decimal MaxSpendUsdPerDay)
{
    /// <value>Revenue impact of latency − infrastructure − compliance risk − operational overhead.</value>
    public decimal NetUsdPerDay => LatencyGainUsdPerDay - InfrastructureUsdPerDay - ComplianceRiskUsdPerDay - OverheadUsdPerDay;

    /// <value>All that the change gains; a term that falls counts here.</value>
    public decimal GainUsdPerDay =>
        Positive(LatencyGainUsdPerDay) + Positive(-InfrastructureUsdPerDay) + Positive(-ComplianceRiskUsdPerDay) + Positive(-OverheadUsdPerDay);

    /// <value>All that it costs; lost revenue counts here.</value>
    public decimal SpendUsdPerDay =>
        Positive(-LatencyGainUsdPerDay) + Positive(InfrastructureUsdPerDay) + Positive(ComplianceRiskUsdPerDay) + Positive(OverheadUsdPerDay);

    /// <value>Gain ÷ spend, for example 50; null when nothing is spent.</value>
    public decimal? Roi => SpendUsdPerDay > 0 ? GainUsdPerDay / SpendUsdPerDay : null;

    /// <value>Null when the change is worth its cost (equality is), else why not, with the numbers compared.</value>
    public string? WhyNot => GainUsdPerDay <= 0
        ? "it gains nothing"
        : SpendUsdPerDay > MaxSpendUsdPerDay
            ? $"it costs {Usd(SpendUsdPerDay)}/day for {Usd(GainUsdPerDay)}/day gained, limit {Usd(MaxSpendUsdPerDay)}/day"
            : null;

    public override string ToString() =>
        $"latency {Usd(LatencyGainUsdPerDay)} − infrastructure {Usd(InfrastructureUsdPerDay)} − compliance risk {Usd(ComplianceRiskUsdPerDay)} − overhead {Usd(OverheadUsdPerDay)} = {Usd(NetUsdPerDay)}/day"
        + (Roi is { } roi ? string.Create(CultureInfo.InvariantCulture, $", ROI {roi:0.#} ×") : string.Empty);

    private static decimal Positive(decimal amount) => Math.Max(0, amount);

    private static string Usd(decimal amount) =>
        (amount < 0 ? "−$" : "$") + Math.Abs(amount).ToString("#,##0.00", CultureInfo.InvariantCulture);
}
