using System.Collections.Frozen;

namespace Idp.Core.Prices;

/// <summary>The prices in force on one day.</summary>
public sealed class PriceList
{
    private readonly FrozenDictionary<(RegionId? Region, PriceItem Item), decimal> _amounts;

    internal PriceList(DateOnly day, IReadOnlyDictionary<(RegionId? Region, PriceItem Item), decimal> amounts)
    {
        Day = day;
        _amounts = amounts.ToFrozenDictionary();
    }

    public DateOnly Day { get; }

    /// <returns>The region's own price, else that of all regions; null when there is neither.</returns>
    public decimal? Find(RegionId region, PriceItem item) =>
        _amounts.TryGetValue((region, item), out var own) ? own
        : _amounts.TryGetValue((null, item), out var common) ? common
        : null;

    /// <exception cref="KeyNotFoundException">There is no such price on <see cref="Day"/>.</exception>
    public decimal this[RegionId region, PriceItem item] =>
        Find(region, item)
        ?? throw new KeyNotFoundException($"No price of {item} in '{region}' holds on {Day:yyyy-MM-dd}; add a line to the price file.");

    /// <summary>The three prices that placement needs.</summary>
    /// <exception cref="KeyNotFoundException">One of them is missing.</exception>
    public RegionPrices RegionPrices(RegionId region) => new(
        this[region, PriceItem.Storage(StorageTier.Hot)],
        this[region, PriceItem.EgressToRegion],
        this[region, PriceItem.Vcpu]);
}
