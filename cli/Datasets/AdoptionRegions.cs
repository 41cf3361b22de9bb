using Idp.Core;
using Idp.Storage.Regions;
using Npgsql;

namespace Idp.Cli.Datasets;

/// <summary>One pool for each configured region, dialled from the region itself; closed after the adoption.</summary>
internal sealed class AdoptionRegions(RegionStores stores) : IAsyncDisposable
{
    private readonly Dictionary<RegionId, NpgsqlDataSource> _pools = stores.Endpoints.ToDictionary(
        endpoint => endpoint.Region.Id,
        endpoint => NpgsqlDataSource.Create(stores.ConnectionString(endpoint.Region.Id, endpoint.Region.Id)));

    public NpgsqlDataSource this[RegionId region] => _pools[region];

    /// <summary>By name.</summary>
    public IEnumerable<(RegionId Region, NpgsqlDataSource Store)> All =>
        _pools.OrderBy(pool => pool.Key.Value, StringComparer.Ordinal).Select(pool => (pool.Key, pool.Value));

    public async ValueTask DisposeAsync()
    {
        foreach (var pool in _pools.Values)
        {
            await pool.DisposeAsync();
        }
    }
}
