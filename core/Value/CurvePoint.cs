namespace Idp.Core.Value;

/// <summary>One measured point of a latency curve.</summary>
/// <param name="Ms">Wait of one operation, in milliseconds, at least 0.</param>
/// <param name="LostShare">Share of conversions lost at that wait, from 0 to 1.</param>
public sealed record CurvePoint(double Ms, double LostShare);
