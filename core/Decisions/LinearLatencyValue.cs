namespace Idp.Core.Decisions;

/// <summary>Each further 100 ms loses the same share of an operation's revenue.</summary>
/// <param name="revenueUsdPerOperation">US dollars, above 0.</param>
/// <param name="lossPer100Ms">Share of that revenue, for example 0.01.</param>
/// <remarks>
/// 100 ms = 1 % is Amazon's often quoted figure, never published with its data; Akamai measured 2.4 % (desktop)
/// to 7.1 % (phone) in 2017. Set it from your own measurements (research/placement.md section 3).
/// </remarks>
public sealed class LinearLatencyValue(double revenueUsdPerOperation, double lossPer100Ms) : ILatencyValue
{
    private readonly double _usdPerMs = revenueUsdPerOperation * lossPer100Ms / 100;

    public double LostUsd(double ms) => _usdPerMs * ms;
}
