using System.Collections.Immutable;
using Idp.Core;
using Idp.Core.Migrations;

namespace Idp.Storage;

public sealed partial class Catalog
{
    private const string ListDrainsSql = "SELECT region, drained_by, reason, since FROM idp.drain ORDER BY region";

    /// <summary>The regions that take nothing new, by name.</summary>
    public async Task<ImmutableArray<RegionDrain>> ListDrainsAsync(CancellationToken cancellationToken)
    {
        await using var command = database.Command(ListDrainsSql);
        return await command.ReadAsync(
            row => new RegionDrain(RegionId.Parse(row.GetString(0)), row.GetString(1), row.GetString(2), row.Moment(3)), cancellationToken);
    }

    private const string LiftDrainSql = "DELETE FROM idp.drain WHERE region = $1";

    /// <summary>Lets a region take objects again.</summary>
    /// <returns>Whether it was drained.</returns>
    public async Task<bool> LiftDrainAsync(RegionId region, CancellationToken cancellationToken)
    {
        await using var command = database.Command(LiftDrainSql, region.Value.Sql());
        return await command.ExecuteNonQueryAsync(cancellationToken) > 0;
    }

    private const string PageByPrimarySql = """
        SELECT dataset, key, primary_region, replica_regions, tier, owner_epoch, placement_version, size_bytes, row_count, last_moved_at
          FROM idp.object
         WHERE primary_region = $1 AND dataset = $2 AND key > $3
         ORDER BY dataset, key
         LIMIT $4
        """;

    /// <summary>One page of a dataset's objects in one region, by key.</summary>
    /// <param name="limit">From 1 to 10,000.</param>
    /// <param name="afterKey">Where the last page ended; empty for the first.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="limit"/> is not from 1 to 10,000.</exception>
    public async Task<ImmutableArray<ObjectRecord>> ListObjectsInAsync(
        RegionId region, DatasetId dataset, int limit, string afterKey, CancellationToken cancellationToken)
    {
        await using var command = database.Command(
            PageByPrimarySql, region.Value.Sql(), dataset.Value.Sql(), afterKey.Sql(), PageLimit.Check(limit).Sql());
        return await command.ReadAsync(ReadObject, cancellationToken);
    }

    private const string FindObjectsSql = """
        SELECT dataset, key, primary_region, replica_regions, tier, owner_epoch, placement_version, size_bytes, row_count, last_moved_at
          FROM idp.object
         WHERE dataset = $1 AND key = ANY ($2)
         ORDER BY key
        """;

    /// <summary>The objects of these keys that are known, by key.</summary>
    public async Task<ImmutableArray<ObjectRecord>> FindObjectsAsync(DatasetId dataset, IReadOnlyList<string> keys, CancellationToken cancellationToken)
    {
        await using var command = database.Command(FindObjectsSql, dataset.Value.Sql(), keys.ToArray().Sql());
        return await command.ReadAsync(ReadObject, cancellationToken);
    }
}
