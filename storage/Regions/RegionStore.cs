using System.Collections.Immutable;
using System.Globalization;
using Idp.Core;
using Idp.Core.Movement;
using Npgsql;
using static Idp.Storage.Regions.OwnershipRow;

namespace Idp.Storage.Regions;

/// <summary>One region's PostgreSQL, as movers see it: every change of ownership is a pure transition under the object's lock.</summary>
/// <remarks>Any method may be called again; a repeated step changes nothing, a late one is refused by the row.</remarks>
/// <param name="throttle">Shared by everybody in this process who copies from this region.</param>
public sealed partial class RegionStore(RegionId region, NpgsqlDataSource data, CopyThrottle? throttle = null)
{
    internal const string LockSql = "SELECT pg_advisory_xact_lock(idp.lock_key($1, $2))";

    // In the batch with the writes before it: a round trip less, inside the freeze too. It is not run when one of them fails.
    internal const string CommitSql = "COMMIT";


    /// <summary>
    /// For every transaction that holds a lock which clients may wait for: a mover that is stopped inside it, or whose link has
    /// gone dead, is ended by the server as soon as it waits for the next command that long.
    /// </summary>
    internal const string StallLimitSql = "SET LOCAL idle_in_transaction_session_timeout = '5s'";

    public RegionId Region => region;

    internal NpgsqlDataSource Data => data;

    internal CopyThrottle Throttle { get; } = throttle ?? new CopyThrottle(TimeProvider.System);

    /// <summary>Reads without locking: a hint, or an outcome that cannot change any more.</summary>
    public async Task<Ownership> ReadAsync(ObjectId id, CancellationToken cancellationToken)
    {
        await using var batch = data.CreateBatch();
        batch.BatchCommands.Add(Select(id));
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        return await OwnershipRow.ReadAsync(reader, cancellationToken);
    }

    /// <inheritdoc cref="DatasetReader.ReadAsync(NpgsqlDataSource, DatasetId, string, ImmutableArray{string}, CancellationToken)"/>
    public Task<AdoptedDataset> ReadDatasetAsync(DatasetId name, string placementKey, ImmutableArray<string> tables, CancellationToken cancellationToken) =>
        DatasetReader.ReadAsync(data, name, placementKey, tables, cancellationToken);

    /// <summary>Age of the oldest transaction that this role can see; it holds back the horizon that every stream waits for.</summary>
    /// <returns>Null when none is open.</returns>
    public async Task<TimeSpan?> OldestTransactionAsync(CancellationToken cancellationToken)
    {
        await using var command = data.CreateCommand(
            "SELECT max(clock_timestamp() - xact_start) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'");
        return await command.ExecuteScalarAsync(cancellationToken) is TimeSpan age ? age : null;
    }

    /// <summary>
    /// What no move can live with: a transaction of this database that was prepared for two-phase commit, which outlives sessions and has no end
    /// in sight; or a pooler in between, in whose sessions the lock of a switch would stay behind.
    /// </summary>
    /// <returns>A sentence that says what to do; null when there is none.</returns>
    public async Task<string?> FindObstacleAsync(CancellationToken cancellationToken)
    {
        await using var connection = await data.OpenConnectionAsync(cancellationToken);
        await using var command = new NpgsqlCommand(
            "SELECT pg_backend_pid(), (SELECT gid FROM pg_prepared_xacts WHERE database = current_database() ORDER BY prepared LIMIT 1)", connection);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        await row.ReadAsync(cancellationToken);

        // A pooler tells its callers a number of its own.
        return row.GetInt32(0) != connection.ProcessID
            ? $"the movers' connection string of {region} leads to a connection pooler, which would keep the lock of a switch; give the regions file the address of PostgreSQL itself"
            : await row.IsDBNullAsync(1, cancellationToken) ? null
            : $"{region} has the prepared transaction '{row.GetString(1)}', whose rows no move can see or wait for; COMMIT PREPARED or ROLLBACK PREPARED it first";
    }

    /// <summary>Creates the ownership row of an object whose rows were here before adoption saw them.</summary>
    public Task<Transition> BirthAsync(ObjectId id, CancellationToken cancellationToken) =>
        ChangeAsync(id, (row, _) => OwnershipTransitions.Birth(row), null, null, cancellationToken);

    /// <summary>Opens the target for one attempt's batches; for a move, whatever rows of the object lie there are wiped.</summary>
    public Task<Transition> StartTargetAsync(ObjectId id, AdoptedDataset dataset, MoveAttempt attempt, CancellationToken cancellationToken) =>
        ChangeAsync(
            id,
            (row, _) => OwnershipTransitions.StartTarget(row, attempt),
            (_, _) => attempt.Kind is MoveKind.Undo
                ? []
                :
                [
                    .. WipeSql(id, dataset),
                    StreamProgress.DeleteAll(id),
                    StreamProgress.Insert(id, attempt.Stream, isCopied: false),
                ],
            null,
            cancellationToken);

    /// <summary>Closes the source to clients, waiting at most <paramref name="lockLimit"/> for transactions in flight.</summary>
    /// <param name="limit">How long the freeze may last by the source's clock before any client may thaw it.</param>
    /// <exception cref="PostgresException">55P03: transactions in flight held the object longer than <paramref name="lockLimit"/>.</exception>
    public Task<Transition> FreezeAsync(
        ObjectId id, MoveAttempt attempt, long nonce, TimeSpan limit, TimeSpan lockLimit, CancellationToken cancellationToken) =>
        ChangeAsync(id, (row, now) => OwnershipTransitions.Freeze(row, attempt.Epoch, nonce, now + limit), null, lockLimit, cancellationToken);

    /// <summary>The same in a session that stays.</summary>
    internal static Task<Transition> FreezeAsync(
        NpgsqlConnection session, ObjectId id, MoveAttempt attempt, long nonce, TimeSpan limit, CancellationToken cancellationToken) =>
        ChangeAsync(session, id, (row, now) => OwnershipTransitions.Freeze(row, attempt.Epoch, nonce, now + limit), null, null, cancellationToken);

    /// <summary>Opens an expired freeze again.</summary>
    public Task<Transition> ThawAsync(ObjectId id, CancellationToken cancellationToken) =>
        ChangeAsync(id, OwnershipTransitions.Thaw, null, null, cancellationToken);

    /// <summary>The one commit point. On acceptance the outcome is durable before this returns; a lost answer is read by <see cref="ResolveAsync"/>.</summary>
    /// <param name="drained">The snapshot that the target has stored for the attempt's stream.</param>
    /// <exception cref="MoveRefusedException">The tables are no longer as the attempt found them.</exception>
    public async Task<Transition> CommitAsync(
        ObjectId id, AdoptedDataset dataset, MoveAttempt attempt, long nonce, RegionId target, string? drained, CancellationToken cancellationToken)
    {
        await using var connection = await data.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (await LockShapeAsync(connection, id, dataset, attempt.Epoch, cancellationToken) is { } busy)
        {
            return Transition.Refuse(default, busy);
        }

        var (row, now, isDrained) = await LockAsync(connection, id, null, drained, cancellationToken);
        var committed = OwnershipTransitions.Commit(row, attempt.Epoch, nonce, target, isDrained, now);
        if (committed.IsAccepted)
        {
            await WriteAsync(
                connection,
                [
                    Upsert(id, committed.Row),
                    new("INSERT INTO idp.outcome (dataset, object, epoch, result) VALUES ($1, $2, $3, 'moved')")
                    {
                        Parameters = { Text(id.Dataset.Value), Text(id.Key), Number(attempt.Epoch) },
                    },
                    StreamProgress.Insert(id, Subscriber.Reverse(attempt.Epoch), isCopied: true),
                    new(CommitSql),
                ],
                cancellationToken);
        }

        return committed;
    }

    /// <summary>How an attempt ended, read at its source; when it has not ended, it is voided for good first.</summary>
    public async Task<MoveOutcome> ResolveAsync(ObjectId id, MoveAttempt attempt, CancellationToken cancellationToken)
    {
        await using var connection = await data.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var (row, _, _) = await LockAsync(connection, id, null, null, cancellationToken);
        await using (var find = new NpgsqlCommand("SELECT result FROM idp.outcome WHERE dataset = $1 AND object = $2 AND epoch = $3", connection)
        {
            Parameters = { Text(id.Dataset.Value), Text(id.Key), Number(attempt.Epoch) },
        })
        {
            if (await find.ExecuteScalarAsync(cancellationToken) is string known)
            {
                return Enum.Parse<MoveOutcome>(known, ignoreCase: true);
            }
        }

        await WriteAsync(
            connection,
            [
                Upsert(id, OwnershipTransitions.Void(row, attempt.Epoch).Row),
                new("INSERT INTO idp.outcome (dataset, object, epoch, result) VALUES ($1, $2, $3, 'voided')")
                {
                    Parameters = { Text(id.Dataset.Value), Text(id.Key), Number(attempt.Epoch) },
                },
                UnpinShape(id, attempt.Epoch),
            ],
            cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return MoveOutcome.Voided;
    }

    /// <summary>After a void, at the source: stops logging for the attempt.</summary>
    public async Task UnsubscribeAsync(ObjectId id, MoveAttempt attempt, CancellationToken cancellationToken) =>
        Accepted(await ChangeAsync(
            id, (row, _) => OwnershipTransitions.Unsubscribe(row, attempt), (_, after) => PruneLog(id, after), null, cancellationToken));

    /// <summary>After a void, at the target: gives the half-made copy up; for an undo, the old copy goes back to following.</summary>
    public async Task UndoTargetAsync(ObjectId id, AdoptedDataset dataset, MoveAttempt attempt, CancellationToken cancellationToken) =>
        Accepted(await ChangeAsync(
            id,
            (row, _) => OwnershipTransitions.UndoTarget(row, attempt),
            (before, _) => OwnershipTransitions.MayImport(before, attempt.Epoch) && attempt.Kind is MoveKind.Move
                ? [.. WipeSql(id, dataset), StreamProgress.Delete(id, attempt.Stream)]
                : [],
            null,
            cancellationToken));

    /// <summary>After the commit: the target begins to own.</summary>
    public Task<Transition> OpenAsync(ObjectId id, MoveAttempt attempt, CancellationToken cancellationToken) =>
        ChangeAsync(id, (row, _) => OwnershipTransitions.Open(row, attempt), null, null, cancellationToken);

    /// <summary>Grace, first step, at the old source: no undo can begin any more.</summary>
    public async Task EndGraceAsync(ObjectId id, long epoch, CancellationToken cancellationToken) =>
        Accepted(await ChangeAsync(
            id,
            (row, _) => OwnershipTransitions.EndGrace(row, epoch),
            (_, after) => [.. PruneLog(id, after), StreamProgress.DeleteAll(id), UnpinShape(id, epoch)],
            null,
            cancellationToken));

    /// <summary>Grace, second step, at the owner: stops logging for the old copy.</summary>
    public async Task DropReverseAsync(ObjectId id, long epoch, CancellationToken cancellationToken) =>
        Accepted(await ChangeAsync(
            id,
            (row, _) => OwnershipTransitions.DropReverse(row, epoch),
            (_, after) => [.. PruneLog(id, after), StreamProgress.DeleteAll(id)],
            null,
            cancellationToken));

    /// <summary>Grace, third step, at the old source: deletes a batch of rows while the row is still the tombstone of exactly this move.</summary>
    /// <param name="limit">Most rows of one table.</param>
    /// <returns>Rows deleted; 0 when none are left, or when they are no longer ours to delete.</returns>
    public Task<long> DeleteOldRowsAsync(ObjectId id, AdoptedDataset dataset, long epoch, int limit, CancellationToken cancellationToken) =>
        DeleteRowsAsync(id, dataset, row => OwnershipTransitions.MayDelete(row, epoch), limit, cancellationToken);

    /// <summary>Deletes some of an object's rows, those that refer to others first: two round trips, since old copies lie far away.</summary>
    /// <param name="mayDelete">Asked while the object's row is locked.</param>
    /// <param name="limit">Most rows of one table.</param>
    /// <returns>Rows deleted; fewer than <paramref name="limit"/> were all, or may not be deleted.</returns>
    internal async Task<long> DeleteRowsAsync(
        ObjectId id, AdoptedDataset dataset, Func<Ownership, bool> mayDelete, int limit, CancellationToken cancellationToken)
    {
        await using var connection = await data.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var check = new NpgsqlBatch(connection) { BatchCommands = { Select(id, " FOR SHARE"), new(PassSql(id)), new(StallLimitSql) } };
        await using (var reader = await check.ExecuteReaderAsync(cancellationToken))
        {
            if (!mayDelete(await OwnershipRow.ReadAsync(reader, cancellationToken)))
            {
                return 0;
            }
        }

        await using var batch = new NpgsqlBatch(connection);
        var emptied = string.Empty;
        foreach (var table in dataset.Tables.Reverse())
        {
            batch.BatchCommands.Add(new($"{DeleteSomeSql(dataset, table)}{emptied}") { Parameters = { Text(id.Key), Number(limit) } });
            emptied += $" AND NOT EXISTS (SELECT FROM {table.Sql} WHERE {OfObject(dataset, table, "$1")})";
        }

        batch.BatchCommands.Add(new(CommitSql));
        return await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    // Row addresses are those of one relation: two partitions, or a table and its heir, use the same ones for rows of different
    // objects. Hence the object twice, the second time as nothing that the planner could prefer to the addresses.
    private static string DeleteSomeSql(AdoptedDataset dataset, AdoptedTable table)
    {
        var ofObject = OfObject(dataset, table, "$1");
        var keys = string.Join(", ", table.PrimaryKey.Select(Quote.Identifier));
        return table.Kind == "r"
            ? $"DELETE FROM {table.Sql} WHERE ctid = ANY(ARRAY(SELECT ctid FROM ONLY {table.Sql} WHERE {ofObject} LIMIT $2)) AND CASE WHEN {ofObject} THEN true END"
            : $"DELETE FROM {table.Sql} WHERE {ofObject} AND ({keys}) IN (SELECT {keys} FROM {table.Sql} WHERE {ofObject} LIMIT $2)";
    }

    /// <summary>For a mover's own writes, which neither enter nor are logged: the guards let pass rows of this object, and of no other.</summary>
    internal static string PassSql(ObjectId id) => $"SET LOCAL idp.pass = {Quote.Literal($"\u001e{id.Dataset}\u001f{id.Key}\u001f-")}";

    /// <summary>The condition that selects one object's rows of a table.</summary>
    /// <remarks>
    /// An object is named by the text of its rows' key. What only becomes that key when it is cast (a uuid in capitals, 007, a text
    /// that a varchar cuts) names another object, which has no rows.
    /// </remarks>
    internal static string OfObject(AdoptedDataset dataset, AdoptedTable table, string key)
    {
        var column = table.Column(dataset.PlacementKey);
        var value = $"{key}::text::{column.Type}";
        return column.BaseType == "text"
            ? $"{Quote.Identifier(column.Name)} = {value}"
            : $"{Quote.Identifier(column.Name)} = CASE WHEN {value}::text = {key}::text THEN {value} END";
    }

    private static ImmutableArray<NpgsqlBatchCommand> WipeSql(ObjectId id, AdoptedDataset dataset) =>
    [
        new(PassSql(id)),
        .. dataset.Tables.Reverse().Select(table =>
            new NpgsqlBatchCommand($"DELETE FROM {table.Sql} WHERE {OfObject(dataset, table, "$1")}") { Parameters = { Text(id.Key) } }),
    ];

    // Keys nobody waits for any more. New subscribers read the rows themselves first.
    private static ImmutableArray<NpgsqlBatchCommand> PruneLog(ObjectId id, Ownership after) => after.Subscribers.IsEmpty
        ? [new("DELETE FROM idp.change WHERE dataset = $1 AND object = $2") { Parameters = { Text(id.Dataset.Value), Text(id.Key) } }]
        : [];

    private static void Accepted(Transition transition)
    {
        if (!transition.IsAccepted)
        {
            throw new InvalidOperationException($"A step that is always allowed was refused: {transition.Refusal}.");
        }
    }

    private async Task<Transition> ChangeAsync(
        ObjectId id,
        Func<Ownership, DateTimeOffset, Transition> decide,
        Func<Ownership, Ownership, ImmutableArray<NpgsqlBatchCommand>>? also,
        TimeSpan? lockLimit,
        CancellationToken cancellationToken)
    {
        await using var connection = await data.OpenConnectionAsync(cancellationToken);
        return await ChangeAsync(connection, id, decide, also, lockLimit, cancellationToken);
    }

    private static async Task<Transition> ChangeAsync(
        NpgsqlConnection connection,
        ObjectId id,
        Func<Ownership, DateTimeOffset, Transition> decide,
        Func<Ownership, Ownership, ImmutableArray<NpgsqlBatchCommand>>? also,
        TimeSpan? lockLimit,
        CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var (before, now, _) = await LockAsync(connection, id, lockLimit, null, cancellationToken);
        var decided = decide(before, now);
        if (decided.IsAccepted && !decided.Row.Equals(before))
        {
            // Only with the change itself: a repeated step must not wipe what the first one has copied since.
            await WriteAsync(connection, [Upsert(id, decided.Row), .. also?.Invoke(before, decided.Row) ?? [], new(CommitSql)], cancellationToken);
        }

        return decided;
    }

    // One round trip: lock, then in later statements the row, the store's clock, and whether a change is new to the snapshot.
    private static async Task<(Ownership Row, DateTimeOffset Now, bool IsDrained)> LockAsync(
        NpgsqlConnection connection, ObjectId id, TimeSpan? lockLimit, string? drained, CancellationToken cancellationToken)
    {
        var limitMs = (int)Math.Ceiling((lockLimit ?? TimeSpan.Zero).TotalMilliseconds);
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new(StallLimitSql),
                new($"SET LOCAL lock_timeout = {limitMs.ToString(CultureInfo.InvariantCulture)}"),
                new(LockSql) { Parameters = { Text(id.Dataset.Value), Text(id.Key) } },
                Select(id, " FOR UPDATE"),
                new($"SELECT clock_timestamp(), NOT EXISTS (SELECT 1 FROM idp.change c WHERE c.dataset = $1 AND c.object = $2 AND {ChangeLog.IsNew("$3")})")
                {
                    Parameters = { Text(id.Dataset.Value), Text(id.Key), ChangeLog.Snapshot(drained) },
                },
            },
        };
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        var row = await OwnershipRow.ReadAsync(reader, cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return (row, reader.GetFieldValue<DateTimeOffset>(0), reader.GetBoolean(1));
    }

    private static async Task WriteAsync(NpgsqlConnection connection, ImmutableArray<NpgsqlBatchCommand> commands, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection);
        foreach (var command in commands)
        {
            batch.BatchCommands.Add(command);
        }

        await batch.ExecuteNonQueryAsync(cancellationToken);
    }
}
