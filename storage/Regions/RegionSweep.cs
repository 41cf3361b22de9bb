using System.Collections.Immutable;
using System.Globalization;
using Idp.Core;
using Idp.Core.Movement;
using Npgsql;
using static Idp.Storage.Regions.OwnershipRow;

namespace Idp.Storage.Regions;

/// <summary>Reads a region's store page by page for what a lost migration may have left, and removes what nothing needs.</summary>
/// <remarks>Every removal takes the object's lock and looks again: what has become alive meanwhile stays.</remarks>
public sealed class RegionSweep(RegionStore store)
{
    private const string InMotionSql = """
        (state IN ('frozen', 'importing') OR move_epoch <> 0 OR stream_from <> 0 OR subscribers <> '{}')
        """;

    // A forward stream lives while its target imports, and until grace has ended; a reverse stream while the old copy follows.
    private const string LiveStreamSql = """
        EXISTS (SELECT FROM idp.ownership AS o
                 WHERE o.dataset = p.dataset AND o.object = p.object
                   AND (o.move_epoch = p.stream OR -p.stream = ANY (o.subscribers) OR o.stream_from = -p.stream))
        """;

    public RegionStore Store => store;

    /// <summary>Objects that a move is, or was, about to change; from the index of those alone.</summary>
    public Task<ImmutableArray<SweptRow>> ListInMotionAsync(string afterDataset, string afterKey, int limit, CancellationToken cancellationToken) =>
        ListAsync(InMotionSql, afterDataset, afterKey, limit, cancellationToken);

    /// <summary>All objects, in the order of their names.</summary>
    public Task<ImmutableArray<SweptRow>> ListAllAsync(string afterDataset, string afterKey, int limit, CancellationToken cancellationToken) =>
        ListAsync("true", afterDataset, afterKey, limit, cancellationToken);

    /// <summary>How an attempt ended, when this store was its source; null when it knows nothing of it.</summary>
    public async Task<MoveOutcome?> FindOutcomeAsync(ObjectId id, long epoch, CancellationToken cancellationToken)
    {
        await using var command = store.Data.CreateCommand("SELECT result FROM idp.outcome WHERE dataset = $1 AND object = $2 AND epoch = $3");
        command.Parameters.AddRange(new NpgsqlParameter[] { Text(id.Dataset.Value), Text(id.Key), Number(epoch) });
        return await command.ExecuteScalarAsync(cancellationToken) is string known ? Enum.Parse<MoveOutcome>(known, ignoreCase: true) : null;
    }

    /// <summary>Whether rows of an object lie here.</summary>
    public async Task<bool> HasRowsAsync(ObjectId id, AdoptedDataset dataset, CancellationToken cancellationToken)
    {
#pragma warning disable CA2100 // Names are quoted identifiers from the store's own catalog.
        await using var command = store.Data.CreateCommand(
            $"SELECT {string.Join(" OR ", dataset.Tables.Select(table => $"EXISTS (SELECT FROM {table.Sql} WHERE {RegionStore.OfObject(dataset, table, "$1")})"))}");
#pragma warning restore CA2100
        command.Parameters.Add(Text(id.Key));
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>Streams whose progress is kept though nothing flows.</summary>
    public async Task<ImmutableArray<(ObjectId Object, Subscriber Stream)>> ListDeadStreamsAsync(int limit, CancellationToken cancellationToken)
    {
        await using var command = store.Data.CreateCommand(
            $"SELECT p.dataset, p.object, p.stream FROM idp.progress AS p WHERE NOT {LiveStreamSql} ORDER BY 1, 2, 3 LIMIT $1");
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        return await command.ReadAsync(row => (IdOf(row), new Subscriber(row.GetInt64(2))), cancellationToken);
    }

    /// <summary>Objects whose changes are kept though nobody waits for them.</summary>
    public async Task<ImmutableArray<ObjectId>> ListStrayChangesAsync(int limit, CancellationToken cancellationToken)
    {
        // From one object to the next along the index, however many changes each has.
        await using var command = store.Data.CreateCommand("""
            WITH RECURSIVE logged AS (
                (SELECT dataset, object FROM idp.change ORDER BY dataset, object LIMIT 1)
                UNION ALL
                SELECT following.dataset, following.object
                  FROM logged, LATERAL (
                       SELECT c.dataset, c.object FROM idp.change AS c
                        WHERE (c.dataset, c.object) > (logged.dataset, logged.object)
                        ORDER BY c.dataset, c.object LIMIT 1) AS following)
            SELECT logged.dataset, logged.object
              FROM logged LEFT JOIN idp.ownership AS o ON o.dataset = logged.dataset AND o.object = logged.object
             WHERE coalesce(o.subscribers, '{}') = '{}'
             LIMIT $1
            """);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        return await command.ReadAsync(IdOf, cancellationToken);
    }

    /// <returns>Whether there was something to remove.</returns>
    public Task<bool> DropStreamAsync(ObjectId id, Subscriber stream, CancellationToken cancellationToken) => ChangeAsync(
        id,
        new NpgsqlBatchCommand($"DELETE FROM idp.progress AS p WHERE p.dataset = $1 AND p.object = $2 AND p.stream = $3 AND NOT {LiveStreamSql}")
        {
            Parameters = { Text(id.Dataset.Value), Text(id.Key), Number(stream.Code) },
        },
        cancellationToken);

    /// <inheritdoc cref="DropStreamAsync"/>
    public Task<bool> DropStrayChangesAsync(ObjectId id, CancellationToken cancellationToken) => ChangeAsync(
        id,
        new NpgsqlBatchCommand("""
            DELETE FROM idp.change
             WHERE dataset = $1 AND object = $2
               AND NOT EXISTS (SELECT FROM idp.ownership AS o WHERE o.dataset = $1 AND o.object = $2 AND o.subscribers <> '{}')
            """)
        {
            Parameters = { Text(id.Dataset.Value), Text(id.Key) },
        },
        cancellationToken);

    /// <summary>Deletes a batch of rows that lie behind a fence, where no attempt imports.</summary>
    /// <param name="limit">Most rows of one table.</param>
    /// <returns>Rows deleted; 0 when none are left, or when the object is no longer fenced.</returns>
    public Task<long> DeleteFencedRowsAsync(ObjectId id, AdoptedDataset dataset, int limit, CancellationToken cancellationToken) =>
        store.DeleteRowsAsync(id, dataset, row => row is { State: OwnershipState.Fenced, MoveEpoch: 0 }, limit, cancellationToken);

    private async Task<bool> ChangeAsync(ObjectId id, NpgsqlBatchCommand change, CancellationToken cancellationToken)
    {
        await using var connection = await store.Data.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new(RegionStore.StallLimitSql),
                new("SET LOCAL lock_timeout = '1s'"),
                new("SELECT pg_advisory_xact_lock(idp.lock_key($1, $2))") { Parameters = { Text(id.Dataset.Value), Text(id.Key) } },
                change,
            },
        };
        await batch.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return change.Rows > 0;
    }

    // Anybody may have entered by hand what is no object's name: no move can be of it, and it must not end the sweep.
    private async Task<ImmutableArray<SweptRow>> ListAsync(string condition, string afterDataset, string afterKey, int limit, CancellationToken cancellationToken)
    {
        var rows = ImmutableArray.CreateBuilder<SweptRow>();
        for (var read = limit; rows.Count == 0 && read == limit;)
        {
            await using var command = store.Data.CreateCommand($"""
                SELECT {OwnershipRow.ColumnsSql}, dataset, object FROM idp.ownership
                 WHERE {condition} AND (dataset, object) > ($1, $2)
                 ORDER BY dataset, object LIMIT $3
                """);
            command.Parameters.AddRange(new NpgsqlParameter[] { Text(afterDataset), Text(afterKey), new NpgsqlParameter<int> { TypedValue = limit } });
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            read = 0;
            while (await OwnershipRow.ReadAsync(reader, cancellationToken) is var row && row != default)
            {
                read++;
                (afterDataset, afterKey) = (reader.GetString(10), reader.GetString(11));
                if (ObjectId.TryParse($"{afterDataset}/{afterKey}", CultureInfo.InvariantCulture, out var id))
                {
                    rows.Add(new SweptRow(id, row));
                }
            }
        }

        return rows.ToImmutable();
    }

    private static ObjectId IdOf(NpgsqlDataReader row) => new(DatasetId.Parse(row.GetString(0)), row.GetString(1));
}
