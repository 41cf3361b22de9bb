using System.Collections.Immutable;
using Idp.Core.Controllers.Cost;
using Idp.Storage;
using Microsoft.Extensions.Options;

namespace Idp.Api;

/// <summary>Tells the regions, what they cost, and how busy their servers are.</summary>
public sealed class RegionReader(Catalog catalog, LoadLog loads, IOptions<CostOptions> options, TimeProvider clock)
{
    private static readonly TimeSpan Recent = TimeSpan.FromHours(2); // This hour may have no minute yet.

    /// <returns>By name.</returns>
    public async Task<ImmutableArray<RegionView>> ReadAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var last = (await loads.ReadAsync(now - Recent, now, cancellationToken)).GroupBy(hour => hour.Region).ToDictionary(region => region.Key, region => region.Last());
        return
        [
            .. (await catalog.ListRegionsAsync(cancellationToken)).Select(region => new RegionView(
                region.Id, region.Jurisdiction, region.Prices,
                last.TryGetValue(region.Id, out var load) ? RegionLoad.Of(load, options.Value.PoolOf(region.Id)?.MeasuredVcpus) : null)),
        ];
    }
}
