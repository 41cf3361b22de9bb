namespace Idp.Core.Controllers.Cost;

/// <summary>What each kind of suggestion saves, in exact money. A month has 30 days, 720 hours.</summary>
public static class Savings
{
    public const int HoursPerMonth = 720;

    public const int DaysPerMonth = 30;

    /// <summary>Bytes in a cheaper tier: 80 TB × ($100 − $2)/TB = $7,840 a month.</summary>
    /// <param name="terabytes">Decimal; stored, after packing.</param>
    /// <returns>US dollars per month.</returns>
    public static decimal TierRightSizing(decimal terabytes, decimal fromUsdPerTbMonth, decimal toUsdPerTbMonth) =>
        terabytes * (fromUsdPerTbMonth - toUsdPerTbMonth);

    /// <summary>Work in a cheaper region: 1,000 vCPU × ($0.096 − $0.086) × 720 h = $7,200 a month.</summary>
    /// <returns>US dollars per month.</returns>
    public static decimal Arbitrage(decimal vcpus, decimal fromUsdPerVcpuHour, decimal toUsdPerVcpuHour) =>
        vcpus * (fromUsdPerVcpuHour - toUsdPerVcpuHour) * HoursPerMonth;

    /// <summary>Capacity switched off in quiet hours: 4 h × 60 % × $500/h = $1,200 a day.</summary>
    /// <param name="shareOff">Share of the capacity that is switched off, from 0 to 1.</param>
    /// <returns>US dollars per day.</returns>
    public static decimal ScheduledScaling(int hoursPerDay, decimal shareOff, decimal usdPerHour) => hoursPerDay * shareOff * usdPerHour;

    /// <summary>Capacity that is not needed at all.</summary>
    /// <param name="vcpus">Fewer than today; negative when more are needed.</param>
    /// <returns>US dollars per month.</returns>
    public static decimal Scaling(decimal vcpus, decimal usdPerVcpuHour) => vcpus * usdPerVcpuHour * HoursPerMonth;
}
