namespace Idp.Simulation;

/// <summary>Round trips of many operations, in milliseconds; exact, not sketched.</summary>
/// <param name="Operations">How many; all else is 0 when there are none.</param>
public sealed record LatencySummary(long Operations, double MeanMs, double P90Ms, double P99Ms);
