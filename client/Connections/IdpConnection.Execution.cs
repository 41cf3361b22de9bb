using System.Data;
using System.Data.Common;
using System.Diagnostics;
using Npgsql;

namespace Idp.Client;

/// <content>Runs statements behind the fence, and knows what may have committed.</content>
public sealed partial class IdpConnection
{
    // Only hints, and a fenced batch has more results than its caller asks for.
    private const CommandBehavior SingleHints = CommandBehavior.SingleResult | CommandBehavior.SingleRow;

    private long _unitStarted;
    private RegionId? _lastRegion;

    /// <summary>Whether each transaction is reported as one access; not when a whole unit of work is.</summary>
    internal bool ReportsTransactions { get; init; } = true;

    /// <summary>Whether a transaction that may write has committed, or may have.</summary>
    internal bool MayHaveCommitted { get; private set; }

    /// <summary>The region reached last, also after closing.</summary>
    internal RegionId? LastRegion => _fence?.Region ?? _lastRegion;

    private bool IsImplicit => _transaction is null;

    internal async ValueTask<NpgsqlDataReader> ExecuteReaderAsync(
        bool async, IStatements statements, CommandBehavior behavior, CancellationToken cancellationToken)
    {
        var mayHaveCommitted = MayHaveCommitted;
        var answered = new AnswerCount();
        try
        {
            var reader = await RunAsync(async, statements, behavior & ~CommandBehavior.CloseConnection, answered, cancellationToken);
            var endsUnit = IsImplicit;
            var closes = behavior.HasFlag(CommandBehavior.CloseConnection);
            if (endsUnit || closes)
            {
                reader.ReaderClosed += (_, _) =>
                {
                    // A connection that is being closed closes its reader, too.
                    if (endsUnit && _fence is not null && !IsBroken)
                    {
                        Committed();
                    }

                    if (closes)
                    {
                        Close();
                    }
                };
            }

            return reader;
        }
        catch (Exception failure)
        {
            await FailAsync(failure, answered, mayHaveCommitted, cancellationToken);
            throw;
        }
    }

    internal ValueTask<int> ExecuteNonQueryAsync(bool async, IStatements statements, CancellationToken cancellationToken) =>
        ExecuteAsync(async, statements, static (_, _, _) => ValueTask.FromResult<object?>(null), static (reader, _) => reader.RecordsAffected, cancellationToken);

    internal ValueTask<object?> ExecuteScalarAsync(bool async, IStatements statements, CancellationToken cancellationToken) =>
        ExecuteAsync(async, statements, ReadScalarAsync, static (_, scalar) => scalar, cancellationToken);

    internal ValueTask PrepareAsync(bool async, FencedBatch batch, CancellationToken cancellationToken)
    {
        if (!_isEntered)
        {
            Store.Refresh(isExplicit: !IsImplicit);
        }

        return batch.PrepareAsync(async, Inner, Store, cancellationToken);
    }

    /// <summary>Passes the fence now instead of with the next statement.</summary>
    internal async ValueTask EnterAsync(bool async, CancellationToken cancellationToken)
    {
        if (!_isEntered)
        {
            using var nothing = new FencedBatch();
            await ExecuteNonQueryAsync(async, nothing, cancellationToken);
        }
    }

    /// <summary>Commits the explicit transaction, and tells a lost answer from a failure.</summary>
    internal async ValueTask CommitAsync(bool async, NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        _ = transaction.IsolationLevel; // Throws when the transaction has ended already.
        var mayHaveCommitted = MayHaveCommitted;
        var isWrite = Store.MayWrite;
        MayHaveCommitted |= isWrite;
        try
        {
            // The server answers a COMMIT of a failed transaction by rolling it back, without an error. Any other statement has one.
            await using var commit = new NpgsqlBatch(Inner) { BatchCommands = { new("SELECT"), new("COMMIT") } };
            _ = async ? await commit.ExecuteNonQueryAsync(cancellationToken) : commit.ExecuteNonQuery();
        }
        catch (Exception failure) when (isWrite && IsBroken && failure is not OperationCanceledException)
        {
            if (await FindOutcomeAsync(failure, mayHaveCommitted, cancellationToken) is false)
            {
                EndUnit(isError: true);
                throw;
            }
        }
        catch
        {
            EndUnit(isError: true);
            MayHaveCommitted = mayHaveCommitted || (isWrite && IsBroken);
            throw;
        }

        Committed();
    }

    /// <summary>The transaction is over.</summary>
    internal void EndIfCurrent(IdpTransaction transaction)
    {
        // Another one may have begun since.
        if (ReferenceEquals(_transaction, transaction))
        {
            _transaction = null;
            _isEntered = false;
            AbandonUnit();
        }
    }

    private static async ValueTask<object?> ReadScalarAsync(bool async, DbDataReader reader, CancellationToken cancellationToken)
    {
        var hasRow = async ? await reader.ReadAsync(cancellationToken) : reader.Read();
        return hasRow && reader.FieldCount > 0 ? reader.GetValue(0) : null;
    }

    private async ValueTask<T> ExecuteAsync<T>(
        bool async,
        IStatements statements,
        Func<bool, DbDataReader, CancellationToken, ValueTask<object?>> read,
        Func<DbDataReader, object?, T> result,
        CancellationToken cancellationToken)
    {
        var mayHaveCommitted = MayHaveCommitted;
        var answered = new AnswerCount();
        NpgsqlDataReader? reader = null;
        try
        {
            reader = await RunAsync(async, statements, CommandBehavior.Default, answered, cancellationToken);
            var scalar = await read(async, reader, cancellationToken);
            while (async ? await reader.NextResultAsync(cancellationToken) : reader.NextResult())
            {
                // Later statements may fail too; their rows are nobody's.
            }

            var value = result(reader, scalar);
            if (IsImplicit)
            {
                Committed();
            }

            return value;
        }
        catch (Exception failure)
        {
            await FailAsync(failure, answered, mayHaveCommitted, cancellationToken);
            throw;
        }
        finally
        {
            if (reader is not null)
            {
                await (async ? reader.DisposeAsync() : DisposeNow(reader));
            }
        }
    }

    private static ValueTask DisposeNow(NpgsqlDataReader reader)
    {
        reader.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <returns>A reader that stands at the caller's first result.</returns>
    private async ValueTask<NpgsqlDataReader> RunAsync(
        bool async, IStatements statements, CommandBehavior behavior, AnswerCount answered, CancellationToken cancellationToken)
    {
        if (_isEntered || behavior.HasFlag(CommandBehavior.SchemaOnly))
        {
            answered.Value = Store.AnswerCount;
            return await statements.RunAsync(async, Inner, fence: null, behavior, cancellationToken);
        }

        Store.Refresh(isExplicit: !IsImplicit);
        BeginUnit();
        MayHaveCommitted |= IsImplicit && Store.MayWrite;
        var reader = await statements.RunAsync(async, Inner, Store, behavior & ~SingleHints, cancellationToken);
        try
        {
            while (answered.Value < Store.AnswerCount)
            {
                await Store.ReadAnswerAsync(async, answered.Value, reader, cancellationToken);
                answered.Value++; // What fails from here on is the next entry, or a statement of the caller.
                _ = async ? await reader.NextResultAsync(cancellationToken) : reader.NextResult();
            }
        }
        catch
        {
            await (async ? reader.DisposeAsync() : DisposeNow(reader));
            throw;
        }

        _isEntered = !IsImplicit;
        return reader;
    }

    /// <summary>Throws what the caller should see instead of <paramref name="failure"/>, if anything.</summary>
    private async ValueTask FailAsync(Exception failure, AnswerCount answered, bool mayHaveCommitted, CancellationToken cancellationToken)
    {
        var isWrite = IsImplicit && Store.MayWrite;
        var isFence = answered.Value < Store.AnswerCount;
        var entry = answered.Value < Store.Entries.Count ? Store.Entries[answered.Value] : null;
        var refusal = StoreErrors.FromFence(entry?.Object ?? Object, failure);

        // A server that ends a session says so instead of committing.
        if (IsBroken && !StoreErrors.IsFatalAtServer(failure))
        {
            if (isWrite && failure is not OperationCanceledException)
            {
                if (await FindOutcomeAsync(failure, mayHaveCommitted, cancellationToken) is true)
                {
                    Committed();
                    throw new IdpAnswerLostException(Object, failure);
                }
            }
            else
            {
                MayHaveCommitted = mayHaveCommitted || isWrite;
            }

            EndUnit(isError: true);
            return;
        }

        // Not what a result that cannot be read says: its statement was done.
        MayHaveCommitted = mayHaveCommitted || (isWrite && failure is not (DbException or OperationCanceledException));
        if (IsImplicit || refusal is { IsTransient: false })
        {
            EndUnit(isError: refusal is not { IsTransient: true });
        }

        if (entry is not null && refusal is IdpRoutingException { NewRoute: { } place } elsewhere)
        {
            _source.Heal(elsewhere.Object, entry.Route, place);
        }

        // A statement that calls idp.enter itself gets the store's own answer: its object is not ours to name.
        if (refusal is not null && (isFence || !refusal.IsTransient))
        {
            throw refusal;
        }
    }

    /// <summary>Asks the store how the transaction ended whose answer was lost.</summary>
    /// <returns>Whether it has committed.</returns>
    /// <exception cref="IdpOutcomeUnknownException">That cannot be found out.</exception>
    private async ValueTask<bool> FindOutcomeAsync(Exception failure, bool mayHaveCommitted, CancellationToken cancellationToken)
    {
        var probe = _source.ProbeOf(Object, Region);
        var isOurs = IsImplicit || _isEntered; // What only the connection underneath did has neither number nor token.
        var hasCommitted = isOurs && Store.Stamp is { } stamp ? await probe.FindAsync(stamp, cancellationToken) : null;
        hasCommitted ??= isOurs && Store.Token is { } token ? await probe.FindAsync(token, cancellationToken) : null;
        if (hasCommitted is null)
        {
            EndUnit(isError: true);
            throw new IdpOutcomeUnknownException(Object, failure);
        }

        MayHaveCommitted = mayHaveCommitted || hasCommitted.Value;
        return hasCommitted.Value;
    }

    private void Committed()
    {
        Store.LearnBirths();
        EndUnit(isError: false);
    }

    private void BeginUnit()
    {
        _lastRegion = Region;
        _unitStarted = _unitStarted == 0 ? Stopwatch.GetTimestamp() : _unitStarted;
    }

    private void EndUnit(bool isError)
    {
        if (_unitStarted != 0 && ReportsTransactions)
        {
            foreach (var entry in Store.Entries)
            {
                _source.Recorder?.Record(entry.Object, Region, entry.Operation, isError, Stopwatch.GetElapsedTime(_unitStarted));
            }
        }

        AbandonUnit();
    }

    private void AbandonUnit() => _unitStarted = 0;

    /// <summary>How many entries of the fence have answered.</summary>
    private sealed class AnswerCount
    {
        public int Value { get; set; }
    }
}
