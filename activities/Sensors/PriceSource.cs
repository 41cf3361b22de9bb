using System.Collections.Immutable;
using Idp.Core;
using Idp.Core.Controllers.Cost;
using Idp.Core.Controllers.Tiering;
using Idp.Core.Prices;
using Microsoft.Extensions.Options;

namespace Idp.Activities.Sensors;

/// <summary>What things cost on a day: the price file where it says, else the catalog.</summary>
internal sealed class PriceSource
{
    private const long MaxBytes = 16 << 20;

    private readonly PriceBook? _book;

    /// <exception cref="InvalidOperationException">The price file has errors; all of them are told.</exception>
    /// <exception cref="IOException">There is no such file.</exception>
    public PriceSource(IOptions<CostOptions> options)
    {
        var path = options.Value.PricesFile;
        if (path.Length == 0)
        {
            return;
        }

        using var file = File.OpenText(path);
        if (file.BaseStream.Length > MaxBytes)
        {
            throw new InvalidOperationException($"{CostOptions.Section}:PricesFile '{path}' has {file.BaseStream.Length:N0} bytes, limit {MaxBytes:N0}.");
        }

        var read = PriceFile.Read(file);
        _book = read.Book ?? throw new InvalidOperationException(
            $"{CostOptions.Section}:PricesFile '{path}' cannot be used:{Environment.NewLine}{string.Join(Environment.NewLine, read.Errors)}");
    }

    public IReadOnlyDictionary<RegionId, RegionPrices> Of(DateOnly day, ImmutableArray<Region> regions)
    {
        var list = _book?.At(day);
        return regions.ToDictionary(region => region.Id, region => list is null ? region.Prices : new RegionPrices(
            list.Find(region.Id, PriceItem.Storage(StorageTier.Hot)) ?? region.Prices.HotUsdPerGbMonth,
            list.Find(region.Id, PriceItem.EgressToRegion) ?? region.Prices.EgressUsdPerGb,
            list.Find(region.Id, PriceItem.Vcpu) ?? region.Prices.VcpuUsdPerHour));
    }

    /// <returns>Empty without a price file: the catalog knows no other tier than hot.</returns>
    public ImmutableArray<RegionTiers> TiersOf(DateOnly day, ImmutableArray<Region> regions, TieringOptions tiering) =>
        _book?.At(day) is { } list ? [.. regions.Select(region => RegionTiers.Of(region.Id, list, tiering))] : [];
}
