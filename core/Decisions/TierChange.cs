using System.Collections.Immutable;

namespace Idp.Core.Decisions;

/// <summary>A change of storage tier, and what was compared to choose it.</summary>
/// <param name="To">The same as <paramref name="From"/> when the tier stays.</param>
/// <param name="NotBefore">Start of the low-traffic window that the change waits for; null when it may start at once.</param>
/// <param name="Candidates">Every tier, cheapest first, excluded ones last.</param>
public sealed record TierChange(
    StorageTier From, StorageTier To, DateTimeOffset? NotBefore, ImmutableArray<TierScore> Candidates);
