using System.Collections.Immutable;

namespace Idp.Core.Prices;

/// <summary>Prices of all times; what holds on a day is a <see cref="PriceList"/>.</summary>
public sealed class PriceBook(ImmutableArray<Price> prices)
{
    /// <summary>In the order of the file.</summary>
    public ImmutableArray<Price> Prices => prices;

    /// <returns>For each region and item the price with the latest start that is not after <paramref name="day"/>.</returns>
    public PriceList At(DateOnly day)
    {
        var current = new Dictionary<(RegionId?, PriceItem), Price>();
        foreach (var price in prices.Where(price => price.From <= day))
        {
            if (!current.TryGetValue((price.Region, price.Item), out var known) || price.From > known.From)
            {
                current[(price.Region, price.Item)] = price;
            }
        }

        return new PriceList(day, current.ToDictionary(entry => entry.Key, entry => entry.Value.Amount));
    }
}
