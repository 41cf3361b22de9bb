using System.Collections.Immutable;
using Idp.Core;
using Idp.Core.Controllers.Tiering;
using Idp.Core.Decisions;

namespace Idp.Bench.Controllers;

/// <summary>What one object pays while it wanders through tiers: the same prices for every policy.</summary>
internal sealed class TieringLedger(ImmutableArray<TierTerms> tiers, ILatencyValue latencyValue, double changeOverheadUsd)
{
    public ImmutableArray<TierTerms> Tiers => tiers;

    public TierTerms this[StorageTier tier] => tiers.First(terms => terms.Tier == tier);

    /// <returns>Storage, waiting and retrieval of one day, in US dollars.</returns>
    public double DayUsd(TieringObject item, StorageTier tier, long reads, long bytesPerRead)
    {
        var terms = this[tier];
        return (item.SizeBytes / RegionPrices.BytesPerGb * terms.SizeRatio * (double)terms.UsdPerGbMonth / 30)
            + (reads * (latencyValue.LostUsd(terms.RecallMs) + (bytesPerRead / RegionPrices.BytesPerGb * (double)terms.RetrievalUsdPerGb)));
    }

    /// <returns>Early deletion, retrieval and writing, in US dollars.</returns>
    public double ChangeUsd(TieringObject item, StorageTier from, StorageTier to, double daysInTier)
    {
        var terms = this[from];
        var gb = item.SizeBytes / RegionPrices.BytesPerGb * terms.SizeRatio;
        return (Math.Max(0, terms.MinimumDuration.TotalDays - daysInTier) * gb * (double)terms.UsdPerGbMonth / 30)
            + (gb * (double)terms.RetrievalUsdPerGb) + (double)this[to].PutUsd + changeOverheadUsd;
    }

    /// <returns>The least that any policy could pay, knowing every read: a shortest path over days and tiers, early deletion left out.</returns>
    /// <param name="fromDay">Days before it cost nothing, and the tier it begins in is free.</param>
    public double HindsightUsd(TieringObject item, long bytesPerRead, int fromDay = 0)
    {
        var first = Math.Max(item.Born, fromDay);
        var best = tiers.Select(terms => terms.Tier == StorageTier.Hot || first > item.Born ? 0 : ChangeUsd(item, StorageTier.Hot, terms.Tier, double.MaxValue)).ToArray();
        for (var day = first; day < item.Reads.Length; day++)
        {
            best = [.. tiers.Select((to, index) => tiers.Select((from, other) => best[other] + (from == to ? 0 : ChangeUsd(item, from.Tier, to.Tier, double.MaxValue))).Min()
                + DayUsd(item, to.Tier, item.Reads[day], bytesPerRead))];
        }

        return best.Min();
    }
}
