using System.Collections.Immutable;
using Idp.Core.Prices;

namespace Idp.Core.Controllers.Tiering;

/// <summary>The tiers that one region offers.</summary>
/// <param name="Tiers">Hottest first, each at most once.</param>
public sealed record RegionTiers(RegionId Region, ImmutableArray<TierTerms> Tiers)
{
    /// <returns>Every tier that has both a profile and a storage price; what else is missing counts as free and unbound.</returns>
    public static RegionTiers Of(RegionId region, PriceList prices, TieringOptions options) => new(
        region,
        [
            .. from profile in options.Profiles
               orderby profile.Key
               let storage = prices.Find(region, PriceItem.Storage(profile.Key))
               where storage is not null
               select new TierTerms(
                   profile.Key,
                   storage.Value,
                   prices.Find(region, PriceItem.Retrieval(profile.Key)) ?? 0,
                   profile.Key is StorageTier.Cold or StorageTier.Archive ? (prices.Find(region, PriceItem.Puts) ?? 0) / 1_000 : 0,
                   TimeSpan.FromDays((double)(prices.Find(region, PriceItem.MinimumDuration(profile.Key)) ?? 0)),
                   profile.Value.RecallMs,
                   profile.Value.SizeRatio),
        ]);
}
