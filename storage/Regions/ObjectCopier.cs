using System.Collections.Immutable;
using System.Data;
using Idp.Core;
using Idp.Core.Movement;
using Npgsql;
using static Idp.Storage.Regions.OwnershipRow;

namespace Idp.Storage.Regions;

/// <summary>Keeps a target's copy of one object equal to its source, step by step.</summary>
/// <remarks>
/// One step reads, in one snapshot of the source, the changes new to the stream and the next rows never copied, and applies
/// both in one transaction of the target. So after every step the target's copied rows equal the source at that snapshot:
/// chunks never wait for changes of their parents, and no change can fall between a copy and a drain.
/// </remarks>
public sealed class ObjectCopier(RegionStore source, RegionStore target, AdoptedDataset dataset, ObjectId id, MoveAttempt attempt)
{
    private const int MaxRowsPerStep = 50_000;
    private const int TargetBytesPerStep = 8 << 20; // Held in memory once on its way.

    private readonly ImmutableArray<TableSql> _tables = [.. dataset.Tables.Select(table => new TableSql(dataset, table))];
    private int _rowsPerStep = 500;

    private Subscriber Stream => attempt.Stream;

    /// <summary>Takes one step.</summary>
    /// <param name="mayLand">Decides, under the target's row lock, whether the attempt's batches are still welcome.</param>
    /// <param name="verify">Compare both copies at this step's snapshot.</param>
    /// <exception cref="MoveRefusedException">The target no longer accepts this stream.</exception>
    public async Task<CopyReport> StepAsync(Func<Ownership, bool> mayLand, bool verify, CancellationToken cancellationToken)
    {
        var before = await StreamProgress.ReadAsync(target.Data, id, Stream, cancellationToken)
            ?? throw new MoveRefusedException($"stream {Stream} of {id} has no progress in {target.Region}: it was not started there, or has ended");
        var batch = await ReadSourceAsync(before, verify, cancellationToken);

        if (before.IsCopied && batch.ChangedKeys == 0 && !verify)
        {
            return Report(before, batch, hasLanded: true, []);
        }

        return await ApplyAsync(before, batch, mayLand, cancellationToken);
    }

    /// <summary>The snapshot that the target has stored for the stream; null when nothing landed yet.</summary>
    public async Task<string?> ReadDrainedAsync(CancellationToken cancellationToken) =>
        (await StreamProgress.ReadAsync(target.Data, id, Stream, cancellationToken))?.Drained;

    private async Task<Batch> ReadSourceAsync(StreamProgress before, bool verify, CancellationToken cancellationToken)
    {
        await using var connection = await source.Data.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);

        // One round trip: the snapshot, what changed up to the copied key, and where the next chunk of each table ends.
        await using var questions = new NpgsqlBatch(connection) { BatchCommands = { new("SET TRANSACTION READ ONLY"), new("SELECT pg_current_snapshot()::text") } };
        var copiedTables = before.IsCopied ? _tables.Length : before.CopiedTable;
        var changeTables = _tables.Take(copiedTables + (before.CopiedKey is null ? 0 : 1)).ToArray();
        foreach (var (index, table) in changeTables.Index())
        {
            questions.BatchCommands.Add(new(table.Changes(index < copiedTables ? null : before.CopiedKey))
            {
                Parameters = { Text(id.Key), ChangeLog.Snapshot(before.Drained), Text(id.Dataset.Value) },
            });
        }

        for (var index = copiedTables; index < _tables.Length; index++)
        {
            questions.BatchCommands.Add(new(_tables[index].Boundary(index == copiedTables ? before.CopiedKey : null, _rowsPerStep)) { Parameters = { Text(id.Key) } });
        }

        foreach (var table in verify ? _tables : [])
        {
            questions.BatchCommands.Add(new(table.Digest) { Parameters = { Text(id.Key) } });
        }

        string snapshot;
        var changes = new List<TableChanges>();
        var boundaries = new List<(int Rows, string[]? Key)>();
        var digests = new List<RowsDigest>();
        await using (var reader = await questions.ExecuteReaderAsync(cancellationToken))
        {
            await reader.ReadAsync(cancellationToken);
            snapshot = reader.GetString(0);
            foreach (var table in changeTables)
            {
                await reader.NextResultAsync(cancellationToken);
                changes.Add(await TableChanges.ReadAsync(table, reader, cancellationToken));
            }

            for (var index = copiedTables; index < _tables.Length; index++)
            {
                await reader.NextResultAsync(cancellationToken);
                boundaries.Add(await reader.ReadAsync(cancellationToken) ? ((int)reader.GetInt64(0), reader.GetFieldValue<string[]>(1)) : (0, null));
            }

            while (digests.Count < (verify ? _tables.Length : 0))
            {
                await reader.NextResultAsync(cancellationToken);
                digests.Add(await DigestAsync(reader, cancellationToken));
            }
        }

        var (chunks, copiedTable, copiedKey) = await CopyOutAsync(connection, before, copiedTables, boundaries, cancellationToken);
        return new Batch(snapshot, [.. changes], chunks, copiedTable, copiedKey, [.. digests]);
    }

    private async Task<(ImmutableArray<Chunk> Chunks, int CopiedTable, string[]? CopiedKey)> CopyOutAsync(
        NpgsqlConnection connection, StreamProgress before, int firstTable, List<(int Rows, string[]? Key)> boundaries, CancellationToken cancellationToken)
    {
        var chunks = ImmutableArray.CreateBuilder<Chunk>();
        var table = firstTable;
        var after = before.CopiedKey;
        var rows = 0;
        foreach (var (count, last) in boundaries)
        {
            if (last is not null)
            {
                await using var stream = await connection.BeginRawBinaryCopyAsync(_tables[table].CopyOut(id.Key, after, last), cancellationToken);
                using var bytes = new MemoryStream();
                await stream.CopyToAsync(bytes, cancellationToken);
                chunks.Add(new Chunk(_tables[table], count, bytes.ToArray()));
                rows += count;
            }

            if (count >= _rowsPerStep)
            {
                after = last; // This table may have more rows.
                break;
            }

            table++;
            after = null;
            if (rows >= _rowsPerStep)
            {
                break;
            }
        }

        Adapt(rows, chunks.Sum(chunk => (long)chunk.Bytes.Length));
        return (chunks.ToImmutable(), table, after);
    }

    private async Task<CopyReport> ApplyAsync(StreamProgress before, Batch batch, Func<Ownership, bool> mayLand, CancellationToken cancellationToken)
    {
        var after = before with
        {
            CopiedTable = batch.CopiedTable,
            CopiedKey = batch.CopiedKey,
            IsCopied = batch.CopiedTable >= _tables.Length,
            Drained = batch.Snapshot,
            RowCount = before.RowCount + batch.Chunks.Sum(chunk => (long)chunk.RowCount),
            SizeBytes = before.SizeBytes + batch.Chunks.Sum(chunk => (long)chunk.Bytes.Length),
        };

        await using var connection = await target.Data.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using (var claim = new NpgsqlBatch(connection)
        {
            BatchCommands = { Select(id, " FOR SHARE"), after.CompareAndSet(id, Stream, before.Version), new("SET LOCAL idp.applier = 'on'"), new(RegionStore.StallLimitSql) },
        })
        {
            await using var reader = await claim.ExecuteReaderAsync(cancellationToken);
            if (!mayLand(await OwnershipRow.ReadAsync(reader, cancellationToken)))
            {
                throw new MoveRefusedException($"{target.Region} no longer takes stream {Stream} of {id}");
            }

            await reader.NextResultAsync(cancellationToken);
            if (claim.BatchCommands[1].Rows == 0)
            {
                return Report(before, batch, hasLanded: false, []);
            }
        }

        await ApplyChangesAsync(connection, batch.Changes, cancellationToken);
        foreach (var chunk in batch.Chunks)
        {
            await CopyInAsync(connection, chunk, cancellationToken);
        }

        var checks = await CompareAsync(connection, batch.Digests, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return Report(after, batch, hasLanded: true, checks);
    }

    // Deletes first, children before parents; then rows, parents before children. A table that nothing points to is
    // deleted and inserted anew, so that values of a unique index may be swapped between rows.
    private async Task ApplyChangesAsync(NpgsqlConnection connection, ImmutableArray<TableChanges> changes, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection);
        foreach (var change in changes.Reverse())
        {
            var keys = dataset.IsReferenced(change.Sql.Table) ? change.GoneKeys : change.Keys;
            if (!keys.IsEmpty)
            {
                var delete = new NpgsqlBatchCommand(change.Sql.Delete) { Parameters = { Text(id.Key) } };
                for (var column = 0; column < change.Sql.Table.PrimaryKey.Length; column++)
                {
                    delete.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. keys.Select(key => key[column])] });
                }

                batch.BatchCommands.Add(delete);
            }
        }

        var written = changes.Where(change => !change.Rows.IsEmpty).ToArray();
        foreach (var change in written)
        {
            batch.BatchCommands.Add(new(change.Sql.Upsert) { Parameters = { new NpgsqlParameter<string[]> { TypedValue = [.. change.Rows] } } });
        }

        if (batch.BatchCommands.Count == 0)
        {
            return;
        }

        // Only the upserts have result sets. Each must give back exactly the rows that the source has.
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        foreach (var change in written)
        {
            var stored = new HashSet<string>(StringComparer.Ordinal);
            while (await reader.ReadAsync(cancellationToken))
            {
                stored.Add(reader.GetString(0));
            }

            if (!stored.SetEquals(change.Rows))
            {
                throw new MoveVerificationException(
                    $"{target.Region} stored other rows of {change.Sql.Table.FullName} than {source.Region} has for {id}; compare collation, settings and generated columns.");
            }

            await reader.NextResultAsync(cancellationToken);
        }
    }

    private static async Task CopyInAsync(NpgsqlConnection connection, Chunk chunk, CancellationToken cancellationToken)
    {
        await using var stream = await connection.BeginRawBinaryCopyAsync(chunk.Sql.CopyIn, cancellationToken);
        try
        {
            await stream.WriteAsync(chunk.Bytes, cancellationToken);
        }
        catch
        {
            // Disposing an unfinished raw COPY would complete it.
            await stream.CancelAsync();
            throw;
        }
    }

    private async Task<ImmutableArray<TableCheck>> CompareAsync(NpgsqlConnection connection, ImmutableArray<RowsDigest> digests, CancellationToken cancellationToken)
    {
        if (digests.IsEmpty)
        {
            return [];
        }

        await using var questions = new NpgsqlBatch(connection);
        foreach (var table in _tables)
        {
            questions.BatchCommands.Add(new(table.Digest) { Parameters = { Text(id.Key) } });
        }

        var checks = ImmutableArray.CreateBuilder<TableCheck>();
        await using var reader = await questions.ExecuteReaderAsync(cancellationToken);
        foreach (var (index, table) in _tables.Index())
        {
            checks.Add(new TableCheck(table.Table.FullName, digests[index], await DigestAsync(reader, cancellationToken)));
            await reader.NextResultAsync(cancellationToken);
        }

        return checks.ToImmutable();
    }

    private static async Task<RowsDigest> DigestAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        await reader.ReadAsync(cancellationToken);
        return new RowsDigest(reader.GetInt64(0), reader.GetDecimal(1), reader.GetDecimal(2));
    }

    private static CopyReport Report(StreamProgress progress, Batch batch, bool hasLanded, ImmutableArray<TableCheck> checks) =>
        new(hasLanded, progress.IsCopied, batch.ChangedKeys, progress.Drained, progress.RowCount, progress.SizeBytes, checks);

    private void Adapt(int rows, long bytes)
    {
        if (rows > 0)
        {
            var fitting = (long)(TargetBytesPerStep / Math.Max(1.0, (double)bytes / rows));
            _rowsPerStep = (int)Math.Clamp(Math.Min(fitting, _rowsPerStep * 2L), 1, MaxRowsPerStep);
        }
    }

    private sealed record Chunk(TableSql Sql, int RowCount, byte[] Bytes);

    private sealed record Batch(
        string Snapshot,
        ImmutableArray<TableChanges> Changes,
        ImmutableArray<Chunk> Chunks,
        int CopiedTable,
        string[]? CopiedKey,
        ImmutableArray<RowsDigest> Digests)
    {
        public int ChangedKeys => Changes.Sum(change => change.Keys.Length);
    }
}
