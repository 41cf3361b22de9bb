namespace Idp.Core.Decisions;

/// <summary>One tier that was considered, and what it would cost.</summary>
/// <param name="RecallMs">What a read waits for the tier itself, in milliseconds.</param>
/// <param name="ExcludedBecause">Why it cannot be chosen; null when it can.</param>
public sealed record TierScore(StorageTier Tier, double RecallMs, CostTerms Cost, string? ExcludedBecause);
