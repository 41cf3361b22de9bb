namespace Idp.Core.Decisions;

/// <summary>One region that was considered, and what it would cost.</summary>
/// <param name="MeanMs">Mean round trip of the object's operations with its primary there, in milliseconds.</param>
/// <param name="ExcludedBecause">Why it cannot be chosen; null when it can.</param>
public sealed record CandidateScore(RegionId Region, double MeanMs, CostTerms Cost, string? ExcludedBecause);
