namespace Idp.Core.Arbitration;

/// <summary>What the whole fleet looked like in one run; the breaker watches it for swinging.</summary>
/// <param name="CostUsdPerDay">Business cost of all objects where they are.</param>
/// <param name="P99Ms">Round trip that 99 % of operations do not exceed.</param>
/// <param name="BusiestShare">Share of all operations that the busiest region serves, from 0 to 1.</param>
public sealed record FleetSignal(DateTimeOffset At, double CostUsdPerDay, double P99Ms, double BusiestShare);
