using System.Collections.Immutable;
using System.Globalization;
using Idp.Core;
using Idp.Core.Movement;
using Npgsql;
using static Idp.Storage.Regions.OwnershipRow;

namespace Idp.Storage.Regions;

/// <summary>One try to hand an object over, in one session of its source: a round trip to freeze and one to commit.</summary>
/// <remarks>
/// The session keeps the object's lock from the freeze to the commit: clients wait at the fence and go on the moment it ends,
/// instead of asking again and again (docs/decisions/0021). Nothing depends on that lock. Each change is decided by the pure
/// transition on the row as it was read before, and written only where the row is still that one; where it is not, the change
/// is decided anew on what lies under the lock.
/// </remarks>
internal sealed class SwitchSession : IAsyncDisposable
{
    // A mover that falls silent while clients wait for its lock is ended by the server, like one inside a transaction.
    private const string SilenceLimitSql = "SET idle_session_timeout = '5s'";
    private const string NoSilenceLimitSql = "RESET idle_session_timeout";

    private const string IdleSessionTimeout = "57P05";

    private readonly RegionStore _source;
    private readonly AdoptedDataset _dataset;
    private readonly ObjectId _id;
    private readonly MoveAttempt _attempt;
    private readonly TimeProvider _clock;
    private readonly NpgsqlConnection _connection;
    private readonly DateTimeOffset _readAt;
    private readonly long _readStamp;
    private Ownership _row;
    private bool _mayHold;

    private SwitchSession(
        RegionStore source, AdoptedDataset dataset, ObjectId id, MoveAttempt attempt, TimeProvider clock, NpgsqlConnection connection, Ownership row, DateTimeOffset readAt,
        ImmutableArray<KeySequence> sequences)
    {
        Sequences = sequences;
        (_source, _dataset, _id, _attempt, _clock, _connection, _row, _readAt) = (source, dataset, id, attempt, clock, connection, row, readAt);
        _readStamp = clock.GetTimestamp();
    }

    /// <summary>What the dataset draws keys from at the source: as it was before the freeze, and then as it was after.</summary>
    public ImmutableArray<KeySequence> Sequences { get; private set; }

    /// <summary>Opens a session and reads the row without its lock: what can be known before the freeze.</summary>
    public static async Task<SwitchSession> OpenAsync(
        RegionStore source, AdoptedDataset dataset, ObjectId id, MoveAttempt attempt, TimeProvider clock, CancellationToken cancellationToken)
    {
        var connection = await source.Data.OpenConnectionAsync(cancellationToken);
        try
        {
            await using var ask = new NpgsqlBatch(connection) { BatchCommands = { Select(id), new("SELECT clock_timestamp()"), SequenceFollower.Read(dataset) } };
            await using var reader = await ask.ExecuteReaderAsync(cancellationToken);
            var row = await OwnershipRow.ReadAsync(reader, cancellationToken);
            await reader.NextResultAsync(cancellationToken);
            await reader.ReadAsync(cancellationToken);
            var readAt = reader.GetFieldValue<DateTimeOffset>(0);
            await reader.NextResultAsync(cancellationToken);
            return new SwitchSession(source, dataset, id, attempt, clock, connection, row, readAt, await SequenceFollower.ReadAsync(reader, cancellationToken));
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc cref="RegionStore.FreezeAsync(ObjectId, MoveAttempt, long, TimeSpan, TimeSpan, CancellationToken)"/>
    public async Task<Transition> FreezeAsync(long nonce, TimeSpan limit, TimeSpan lockLimit, CancellationToken cancellationToken)
    {
        var until = _readAt + _clock.GetElapsedTime(_readStamp) + limit;
        var frozen = OwnershipTransitions.Freeze(_row, _attempt.Epoch, nonce, new DateTimeOffset(until.Ticks - (until.Ticks % TimeSpan.TicksPerMicrosecond), until.Offset));
        if (!frozen.IsAccepted)
        {
            return frozen;
        }

        var replace = Replace(_id, _row, frozen.Row);
        await using var batch = new NpgsqlBatch(_connection)
        {
            BatchCommands =
            {
                new("BEGIN"),
                new(SilenceLimitSql),
                new(RegionStore.StallLimitSql),
                new($"SET LOCAL lock_timeout = {((int)Math.Ceiling(lockLimit.TotalMilliseconds)).ToString(CultureInfo.InvariantCulture)}"),
                Named("SELECT pg_advisory_lock(idp.lock_key($1, $2))"),
                replace,
                new(RegionStore.CommitSql),
            },
        };
        if (!Sequences.IsEmpty)
        {
            // Behind the lock: whoever has drawn for this object has committed.
            batch.BatchCommands.Insert(batch.BatchCommands.IndexOf(replace), SequenceFollower.ReadLast(Sequences));
        }

        _mayHold = true;
        await using (var reader = await batch.ExecuteReaderAsync(cancellationToken))
        {
            await reader.NextResultAsync(cancellationToken); // The lock's answer is the first.
            if (!Sequences.IsEmpty)
            {
                Sequences = await SequenceFollower.ReadLastAsync(reader, Sequences, cancellationToken);
            }

            while (await reader.NextResultAsync(cancellationToken))
            {
                // Whatever fails is thrown here.
            }
        }

        if (replace.RecordsAffected == 0)
        {
            frozen = await RegionStore.FreezeAsync(_connection, _id, _attempt, nonce, limit, cancellationToken);
        }

        _row = frozen.Row;
        return frozen;
    }

    /// <inheritdoc cref="RegionStore.CommitAsync"/>
    public async Task<Transition> CommitAsync(long nonce, RegionId target, string? drained, CancellationToken cancellationToken)
    {
        // Decided for a drained log, a freeze that has not expired and tables that are as they were: the statement sees to all three.
        var committed = OwnershipTransitions.Commit(_row, _attempt.Epoch, nonce, target, logIsDrained: true, _readAt);
        if (!committed.IsAccepted)
        {
            return committed;
        }

        var commit = Commit(committed.Row, drained);
        await using var batch = new NpgsqlBatch(_connection)
        {
            BatchCommands =
            {
                new("BEGIN"),
                new(RegionStore.StallLimitSql),
                new(RegionStore.ShapeLockLimitSql),
                new(RegionStore.LockTablesSql(_dataset)),
                Named(RegionStore.LockSql),
                commit,
                new(RegionStore.CommitSql),
                Named("SELECT pg_advisory_unlock(idp.lock_key($1, $2))"),
                new(NoSilenceLimitSql),
            },
        };
        try
        {
            await batch.ExecuteNonQueryAsync(cancellationToken);
            _mayHold = false;
        }
        catch (PostgresException unlike) when (unlike.SqlState is PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.UndefinedTable or IdleSessionTimeout)
        {
            // Asked again below, for the reason. A session ended for its silence has not read the commit.
        }

        if (commit.RecordsAffected > 0)
        {
            return committed;
        }

        await DisposeAsync();
        return await _source.CommitAsync(_id, _dataset, _attempt, nonce, target, drained, cancellationToken);
    }

    /// <summary>Lets waiting clients go. Whoever cannot be told is let go by the server, by its limit of silence.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_mayHold)
        {
            _mayHold = false;
            try
            {
                await using var release = new NpgsqlBatch(_connection) { BatchCommands = { new("ROLLBACK"), new("SELECT pg_advisory_unlock_all()"), new(NoSilenceLimitSql) }, Timeout = 5 };
                await release.ExecuteNonQueryAsync(CancellationToken.None);
            }
            catch (Exception failure) when (failure is NpgsqlException or InvalidOperationException)
            {
                // The connection is broken, and its lock gone with it.
            }
        }

        await _connection.DisposeAsync();
    }

    // One statement after the locks: the row as it was frozen, in time, no change new to the stream, tables as the attempt found them.
    private NpgsqlBatchCommand Commit(Ownership moved, string? drained)
    {
        var command = Replace(
            _id,
            _row,
            moved,
            $"""
            freeze_until > clock_timestamp()
            AND NOT EXISTS (SELECT FROM idp.change c WHERE c.dataset = $1 AND c.object = $2 AND {ChangeLog.IsNew("$25")})
            AND {RegionStore.IsPinnedSql("$24", "$26")}
            """,
            Number(Subscriber.Reverse(_attempt.Epoch).Code),
            Number(_attempt.Epoch),
            ChangeLog.Snapshot(drained),
            DatasetReader.Names(RegionStore.Names(_dataset)));
        command.CommandText = $"""
            WITH moved AS ({command.CommandText} RETURNING true),
            reverse AS (
                INSERT INTO idp.progress (dataset, object, stream, is_copied) SELECT $1, $2, $23, true FROM moved ON CONFLICT DO NOTHING)
            INSERT INTO idp.outcome (dataset, object, epoch, result) SELECT $1, $2, $24, 'moved' FROM moved
            """;
        return command;
    }

    private NpgsqlBatchCommand Named(string sql) => new(sql) { Parameters = { Text(_id.Dataset.Value), Text(_id.Key) } };
}
