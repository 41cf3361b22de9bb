using System.Collections.Immutable;
using Idp.Core;
using Npgsql;

namespace Idp.Storage;

public sealed partial class Catalog
{
    // A chunk holds the routing counter for the milliseconds of its insert; other placements wait that long.
    private const int RegisterChunk = 2_000;

    // All known already: the counter is not touched, so repeating this costs one index probe a key.
    private const string RegisterSql = """
        WITH fresh AS MATERIALIZED (
            SELECT given.key COLLATE "C" AS key FROM unnest($2) AS given (key)
            EXCEPT
            SELECT known.key FROM idp.object AS known WHERE known.dataset = $1 AND known.key = ANY ($2)),
        taken AS MATERIALIZED (
            SELECT idp.next_routing_version() AS version WHERE EXISTS (SELECT FROM fresh))
        INSERT INTO idp.object (dataset, key, primary_region, routing_version)
        SELECT $1, fresh.key, $3, taken.version FROM taken, fresh
        ON CONFLICT (dataset, key) DO NOTHING
        """;

    /// <summary>Makes keys that were never seen into objects of <paramref name="primary"/>: owner epoch 1, hot, placement version 1.</summary>
    /// <remarks>Known objects stay untouched, wherever they are. Any number of keys; each 2,000 commit together as one routing version.</remarks>
    /// <returns>How many were new.</returns>
    /// <exception cref="FormatException">A key is not a placement key.</exception>
    /// <exception cref="PostgresException">Dataset or region is not in the catalog (SQLSTATE 23503).</exception>
    public async Task<int> RegisterObjectsAsync(
        DatasetId dataset, IReadOnlyList<string> keys, RegionId primary, CancellationToken cancellationToken)
    {
        var added = 0;
        foreach (var chunk in keys.Select(key => new ObjectId(dataset, key).Key).Chunk(RegisterChunk))
        {
            await using var command = database.Command(RegisterSql, dataset.Value.Sql(), chunk.Sql(), primary.Value.Sql());
            added += await command.ExecuteNonQueryAsync(cancellationToken);
        }

        return added;
    }

    private const string FindObjectSql = """
        SELECT dataset, key, primary_region, replica_regions, tier, owner_epoch, placement_version, size_bytes, row_count, last_moved_at
          FROM idp.object
         WHERE dataset = $1 AND key = $2
        """;

    /// <returns><see langword="null"/> when the object was never registered.</returns>
    public async Task<ObjectRecord?> FindObjectAsync(ObjectId id, CancellationToken cancellationToken)
    {
        await using var command = database.Command(FindObjectSql, id.Dataset.Value.Sql(), id.Key.Sql());
        return (await command.ReadAsync(ReadObject, cancellationToken)).SingleOrDefault();
    }

    private const string ListVersionsSql = """
        SELECT known.dataset, known.key, known.placement_version
          FROM unnest($1, $2) AS given (dataset, key)
          JOIN idp.object AS known ON known.dataset = given.dataset AND known.key = given.key
        """;

    /// <summary>Placement versions of some objects; unknown ones are left out.</summary>
    public async Task<IReadOnlyDictionary<ObjectId, long>> ListVersionsAsync(IReadOnlyList<ObjectId> ids, CancellationToken cancellationToken)
    {
        await using var command = database.Command(
            ListVersionsSql, ids.Select(id => id.Dataset.Value).ToArray().Sql(), ids.Select(id => id.Key).ToArray().Sql());
        return (await command.ReadAsync(row => KeyValuePair.Create(new ObjectId(DatasetId.Parse(row.GetString(0)), row.GetString(1)), row.GetInt64(2)), cancellationToken))
            .DistinctBy(pair => pair.Key)
            .ToDictionary();
    }

    // Row comparison walks the primary key from where the last page ended: a page costs the same however deep it is.
    private const string ListAllObjectsSql = """
        SELECT dataset, key, primary_region, replica_regions, tier, owner_epoch, placement_version, size_bytes, row_count, last_moved_at
          FROM idp.object
         WHERE (dataset, key) > ($1, $2)
         ORDER BY dataset, key
         LIMIT $3
        """;

    private const string ListObjectsSql = """
        SELECT dataset, key, primary_region, replica_regions, tier, owner_epoch, placement_version, size_bytes, row_count, last_moved_at
          FROM idp.object
         WHERE dataset = $1 AND key > $2
         ORDER BY key
         LIMIT $3
        """;

    /// <summary>One page of objects, ordered by dataset and key, bytewise.</summary>
    /// <param name="dataset">Only this dataset's; <see langword="null"/> for all.</param>
    /// <param name="limit">From 1 to 10,000.</param>
    /// <param name="afterKey">
    /// Where the last page ended, <see langword="null"/> for the first: the last object's key, or without a
    /// dataset its whole name <c>dataset/key</c>.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="limit"/> is not from 1 to 10,000.</exception>
    /// <exception cref="FormatException">Without a dataset, <paramref name="afterKey"/> is not an object's name.</exception>
    public async Task<ImmutableArray<ObjectRecord>> ListObjectsAsync(
        DatasetId? dataset, int limit, string? afterKey, CancellationToken cancellationToken)
    {
        PageLimit.Check(limit);
        var after = dataset is null && afterKey is not null ? ObjectId.Parse(afterKey) : (ObjectId?)null;
        await using var command = database.Command(
            dataset is null ? ListAllObjectsSql : ListObjectsSql,
            (dataset?.Value ?? after?.Dataset.Value ?? string.Empty).Sql(),
            (after?.Key ?? afterKey ?? string.Empty).Sql(),
            limit.Sql());
        return await command.ReadAsync(ReadObject, cancellationToken);
    }

    // Locked in key order first: two sensors that report the same objects would otherwise deadlock.
    private const string UpdateSizesSql = """
        WITH given AS (
            SELECT * FROM unnest($1, $2, $3, $4) AS given (dataset, key, size_bytes, row_count)),
        locked AS MATERIALIZED (
            SELECT known.dataset, known.key, given.size_bytes, given.row_count
              FROM idp.object AS known JOIN given ON known.dataset = given.dataset AND known.key = given.key
             WHERE (known.size_bytes, known.row_count) IS DISTINCT FROM (given.size_bytes, given.row_count)
             ORDER BY known.dataset, known.key
               FOR NO KEY UPDATE OF known)
        UPDATE idp.object AS known
           SET size_bytes = locked.size_bytes, row_count = locked.row_count
          FROM locked
         WHERE known.dataset = locked.dataset AND known.key = locked.key
        """;

    /// <summary>Stores measured sizes; unknown objects are skipped, and placements and routes stay as they are.</summary>
    public async Task UpdateSizesAsync(
        IReadOnlyList<(ObjectId Object, long SizeBytes, long RowCount)> sizes, CancellationToken cancellationToken)
    {
        foreach (var chunk in sizes.Chunk(PageLimit.Rows))
        {
            await using var command = database.Command(
                UpdateSizesSql,
                chunk.Select(size => size.Object.Dataset.Value).ToArray().Sql(),
                chunk.Select(size => size.Object.Key).ToArray().Sql(),
                chunk.Select(size => size.SizeBytes).ToArray().Sql(),
                chunk.Select(size => size.RowCount).ToArray().Sql());
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    internal static ObjectRecord ReadObject(NpgsqlDataReader row) => new(
        new Placement(
            new ObjectId(DatasetId.Parse(row.GetString(0)), row.GetString(1)),
            RegionId.Parse(row.GetString(2)),
            [.. row.GetFieldValue<string[]>(3).Select(region => RegionId.Parse(region))],
            Enum.Parse<StorageTier>(row.GetString(4)),
            row.GetInt64(5),
            row.GetInt64(6)),
        row.GetInt64(7),
        row.GetInt64(8),
        row.MomentOrNull(9));
}
