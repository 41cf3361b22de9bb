using System.Collections.Immutable;
using Idp.Advise.Fleets;
using Idp.Core;
using Idp.Core.Planning;

namespace Idp.Advise.WhatIfs;

/// <summary>Applies prices and regions of a change to a market.</summary>
public static class ChangedMarket
{
    public const string PriceRule = "storage/hot=USD or egress/region=USD, each also for one region as in us-east-1:storage/hot=0.1, or a factor as in egress/region=x2";

    private const string Storage = "storage/hot";
    private const string Egress = "egress/region";

    /// <returns>Whether an item's price plays a part here.</returns>
    public static bool IsPriced(string item) => item is Storage or Egress;

    /// <exception cref="ArgumentException">A region is not known, is there already, or nothing would be left; the message says which.</exception>
    public static Market Of(Market market, WhatIfChange change)
    {
        foreach (var added in change.AddedRegions)
        {
            market = Add(market, added);
        }

        var prices = change.Prices.ToArray();
        foreach (var region in prices.Select(price => price.Region).OfType<RegionId>())
        {
            _ = IndexOf(market, region);
        }

        market = market with { Regions = [.. market.Regions.Select(region => prices.Aggregate(region, Reprice))] };
        foreach (var lost in change.LostRegions)
        {
            var index = IndexOf(market, lost);
            market = market.Stores.Contains(index) ? market with { Stores = market.Stores.Without(index) } : throw new ArgumentException($"'{lost}' has no stores to lose.");
        }

        return market.Stores.Count > 0 ? market : throw new ArgumentException("No region with stores is left.");
    }

    private static Market Add(Market market, AddedRegion added)
    {
        var known = market.Regions.Index().FirstOrDefault(entry => entry.Item.Id == added.Region, (-1, null!)).Index;
        if (known >= 0)
        {
            return market.Stores.Contains(known)
                ? throw new ArgumentException($"'{added.Region}' has stores already.")
                : market with { Stores = market.Stores.With(known) };
        }

        if (added.Like is not { } like)
        {
            throw new ArgumentException($"Nothing is known of '{added.Region}'; say which region it is like, for example {added.Region}={market.Regions[0].Id}.");
        }

        if (market.Regions.Length == SiteSet.MaxRegions)
        {
            throw new ArgumentException($"'{added.Region}' would be one region more than {SiteSet.MaxRegions}.");
        }

        var model = market.Regions[IndexOf(market, like)];
        ImmutableArray<RegionId> all = [.. market.RoundTrips.Regions, added.Region];
        RegionId Known(RegionId region) => region == added.Region ? like : region;
        var ms = all.SelectMany(from => all.Select(to => (From: from, To: to))).ToDictionary(pair => pair, pair => market.RoundTrips[Known(pair.From), Known(pair.To)]);
        return new Market([.. market.Regions, model with { Id = added.Region }], new RoundTrips(all, ms), market.Stores.With(market.Regions.Length));
    }

    private static Region Reprice(Region region, PriceChange change)
    {
        if (change.Region is { } only && only != region.Id)
        {
            return region;
        }

        var prices = region.Prices;
        decimal Changed(decimal old) => change.IsFactor ? old * change.Amount : change.Amount;
        return region with
        {
            Prices = change.Item switch
            {
                Storage => prices with { HotUsdPerGbMonth = Changed(prices.HotUsdPerGbMonth) },
                Egress => prices with { EgressUsdPerGb = Changed(prices.EgressUsdPerGb) },
                _ => throw new ArgumentException($"The price of '{change.Item}' plays no part in placement; expected {PriceRule}."),
            },
        };
    }

    private static int IndexOf(Market market, RegionId region)
    {
        var index = market.Regions.Index().FirstOrDefault(entry => entry.Item.Id == region, (-1, null!)).Index;
        return index >= 0 ? index : throw new ArgumentException($"'{region}' is not one of {string.Join(", ", market.Regions.Select(known => known.Id))}.");
    }
}
