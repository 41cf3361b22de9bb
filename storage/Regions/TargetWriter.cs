using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Idp.Core;
using Idp.Core.Movement;
using Npgsql;
using static Idp.Storage.Regions.OwnershipRow;

namespace Idp.Storage.Regions;

/// <summary>Writes what a stream has read into its target: each time only as the successor of exactly the progress it was read against.</summary>
internal sealed class TargetWriter(
    RegionStore target, AdoptedDataset dataset, ObjectId id, Subscriber stream, Func<Ownership, bool> mayLand, MoverOptions options)
{
    // By which a successor finds the sessions of chunks in flight.
    private readonly string _chunkName = $"idp-chunk {Convert.ToHexStringLower(
        SHA256.HashData(Encoding.UTF8.GetBytes($"{id}\u001f{stream.Code.ToString(CultureInfo.InvariantCulture)}")))[..32]}";

    /// <summary>How an attempt to land ended.</summary>
    public enum Landing
    {
        Landed,

        /// <summary>Another batch landed first: read again.</summary>
        Lost,

        /// <summary>Rows got in each other's way: read again with the rows that depend on them.</summary>
        Conflicted,
    }

    /// <summary>Lands a batch in a transaction of its own: two round trips.</summary>
    public async Task<Landing> LandAsync(
        StreamProgress before, StreamProgress after, ImmutableArray<TableChanges> changes, bool isClosed, CancellationToken cancellationToken)
    {
        await using var connection = await target.Data.OpenConnectionAsync(cancellationToken);
        var landing = await ApplyAsync(connection, before, after, changes, isClosed, cancellationToken);
        if (landing is Landing.Landed)
        {
            await SourceReader.ExecuteAsync(connection, "COMMIT", cancellationToken);
        }

        return landing;
    }

    /// <summary>Begins a transaction and applies a batch in it; the caller commits, or closes the connection.</summary>
    /// <exception cref="MoveRefusedException">The target no longer accepts this stream.</exception>
    public async Task<Landing> ApplyAsync(
        NpgsqlConnection connection, StreamProgress before, StreamProgress after, ImmutableArray<TableChanges> changes, bool isClosed, CancellationToken cancellationToken, TimeSpan lockLimit = default)
    {
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new("BEGIN"),
                new($"SET LOCAL lock_timeout = {((long)lockLimit.TotalMilliseconds).ToString(CultureInfo.InvariantCulture)}"),
                Select(id, " FOR SHARE"),
                after.CompareAndSet(id, stream, before.Version),
                new("SELECT $1") { Parameters = { Number(before.Version) } },
                new(RegionStore.PassSql(id)),

                // Opening the target waits for the row that this holds: a mover that falls silent here is ended by its server.
                new($"SET LOCAL idle_in_transaction_session_timeout = {((long)options.SilentChunkLimit.TotalMilliseconds).ToString(CultureInfo.InvariantCulture)}"),
            },
        };
        var claim = batch.BatchCommands[3];
        var written = AddWrites(batch, changes, isClosed);
        var (isWelcome, isFirst) = (true, true);
        try
        {
            await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
            isWelcome = mayLand(await OwnershipRow.ReadAsync(reader, cancellationToken));

            // A result set after the claim, so that its count is known before any write can fail for being stale.
            await reader.NextResultAsync(cancellationToken);
            isFirst = claim.Rows == 1;
            if (isWelcome && isFirst)
            {
                return await AreStoredAsync(reader, written, isClosed, cancellationToken) ? Landing.Landed : Landing.Conflicted;
            }
        }
        catch (PostgresException) when (!isWelcome || !isFirst)
        {
            // The stale rows failed as well.
        }
        catch (PostgresException conflict) when (!isClosed && IsConflict(conflict))
        {
            return Landing.Conflicted;
        }

        return isWelcome ? Landing.Lost : throw new MoveRefusedException($"{target.Region} no longer takes stream {stream} of {id}");
    }

    /// <summary>Writes rows again inside a transaction that has claimed the stream.</summary>
    public async Task RewriteAsync(NpgsqlConnection connection, ImmutableArray<TableChanges> rows, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection);
        var written = AddWrites(batch, rows, isClosed: true);
        if (batch.BatchCommands.Count > 0)
        {
            await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
            foreach (var _ in written)
            {
                await reader.NextResultAsync(cancellationToken);
            }
        }
    }

    /// <summary>Begins a transaction for one chunk of a round: it lands only while the round is the stream's present one.</summary>
    /// <returns>False when the round is over: somebody else has taken the stream.</returns>
    public async Task<bool> BeginChunkAsync(NpgsqlConnection connection, long version, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new("BEGIN"),
                Select(id, " FOR SHARE"),
                StreamProgress.Hold(id, stream, version),
                new(RegionStore.PassSql(id)),
                new($"SET LOCAL application_name = {Quote.Literal(_chunkName)}"),
            },
        };
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        var isWelcome = mayLand(await OwnershipRow.ReadAsync(reader, cancellationToken));
        await reader.NextResultAsync(cancellationToken);
        return isWelcome && await reader.ReadAsync(cancellationToken);
    }

    /// <summary>Ends a round whose chunks have all landed.</summary>
    /// <returns>False when somebody else has taken the stream.</returns>
    public async Task<bool> EndRoundAsync(StreamProgress before, StreamProgress after, CancellationToken cancellationToken)
    {
        await using var batch = target.Data.CreateBatch();
        batch.BatchCommands.Add(after.CompareAndSet(id, stream, before.Version));
        return await batch.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    /// <summary>After an abandoned round: makes its chunks fail that have not landed, and deletes those that have.</summary>
    /// <returns>False when somebody else has taken the stream.</returns>
    /// <remarks>Setting the version waits for chunks in flight, since they hold the row; later ones no longer find theirs.</remarks>
    public async Task<bool> TakeOverAsync(StreamProgress before, StreamProgress after, string deleteBeyond, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await using var connection = await target.Data.OpenConnectionAsync(cancellationToken);
                if (await ApplyAsync(connection, before, after, [], isClosed: true, cancellationToken, options.SilentChunkLimit) is not Landing.Landed)
                {
                    return false;
                }

                await using var finish = new NpgsqlBatch(connection)
                {
                    BatchCommands = { new(deleteBeyond) { Parameters = { Text(id.Key) } }, new("COMMIT") },
                    Timeout = SourceReader.LongStatementSeconds,
                };
                await finish.ExecuteNonQueryAsync(cancellationToken);
                return true;
            }
            catch (PostgresException waited) when (waited.SqlState == PostgresErrorCodes.LockNotAvailable)
            {
                await EndSilentChunksAsync(cancellationToken);
            }
        }
    }

    public static bool IsConflict(PostgresException failure) =>
        failure.SqlState is PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.ForeignKeyViolation or PostgresErrorCodes.ExclusionViolation;

    // Closed: everything is deleted, children before parents, then inserted, parents before children. That needs every row that
    // points to a deleted one in the batch. Else only tables that nothing points to are deleted and inserted anew, so that
    // their unique values may be swapped; other rows are replaced, and those that are gone are deleted last: while a child
    // still points to a row that is gone, deleting it would cascade to the child, and on to rows that never changed.
    private List<TableChanges> AddWrites(NpgsqlBatch batch, ImmutableArray<TableChanges> changes, bool isClosed)
    {
        var written = changes.Where(change => !change.Rows.IsEmpty).ToList();
        foreach (var change in changes.Reverse().Where(change => isClosed || !dataset.IsReferenced(change.Sql.Table)))
        {
            AddDelete(batch, change.Sql, change.Keys);
        }

        foreach (var change in written)
        {
            batch.BatchCommands.Add(new(change.Sql.Upsert) { Parameters = { new NpgsqlParameter<string[]> { TypedValue = [.. change.Rows] } } });
        }

        foreach (var change in changes.Reverse().Where(change => !isClosed && dataset.IsReferenced(change.Sql.Table)))
        {
            AddDelete(batch, change.Sql, change.GoneKeys);
        }

        return written;
    }

    // A stopped process keeps its transaction open, and answers for it as far as TCP can tell. It has lost the stream anyway.
    private async Task EndSilentChunksAsync(CancellationToken cancellationToken)
    {
        await using var end = target.Data.CreateCommand("""
            SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
            WHERE application_name = $1 AND usename = current_user AND xact_start < clock_timestamp() - $2
            """);
        end.Parameters.Add(Text(_chunkName));
        end.Parameters.Add(new NpgsqlParameter<TimeSpan> { TypedValue = options.SilentChunkLimit });
        await end.ExecuteScalarAsync(cancellationToken);
    }

    private void AddDelete(NpgsqlBatch batch, TableSql sql, ImmutableArray<string[]> keys)
    {
        if (!keys.IsEmpty)
        {
            var delete = new NpgsqlBatchCommand(sql.Delete) { Parameters = { Text(id.Key) } };
            delete.Parameters.AddRange(TableChanges.Columns(sql, keys).ToArray());
            batch.BatchCommands.Add(delete);
        }
    }

    // Each upsert must give back exactly the rows that the source has.
    private async Task<bool> AreStoredAsync(NpgsqlDataReader reader, List<TableChanges> written, bool isClosed, CancellationToken cancellationToken)
    {
        foreach (var change in written)
        {
            await reader.NextResultAsync(cancellationToken);
            var stored = new HashSet<string>(StringComparer.Ordinal);
            while (await reader.ReadAsync(cancellationToken))
            {
                stored.Add(reader.GetString(0));
            }

            if (!stored.SetEquals(change.Rows))
            {
                return isClosed
                    ? throw new MoveVerificationException(
                        $"{target.Region} stores other rows of {change.Sql.Table.FullName} than it was given for {id}; compare collation, settings and generated columns.")
                    : false;
            }
        }

        // Deletions come after the last result set: only here have they succeeded.
        await reader.NextResultAsync(cancellationToken);
        return true;
    }
}
