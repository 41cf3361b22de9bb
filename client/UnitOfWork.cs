using System.Data;
using System.Data.Common;
using System.Diagnostics;
using Npgsql;

namespace Idp.Client;

/// <summary>The one layer that retries. What is safe to repeat is stated at <see cref="IdpDataSource.ExecuteAsync{T}"/>.</summary>
internal sealed class UnitOfWork(IdpDataSource source, RetryOptions options, TimeProvider clock, Jitter jitter, ClientInstruments instruments)
{
    private const string ThawSql = "SELECT idp.thaw($1, $2)";

    public async Task<T> ExecuteAsync<T>(
        ObjectId id, Operation operation, Func<IdpConnection, CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        using var activity = ClientInstruments.StartUnit(id, operation);
        var started = Stopwatch.GetTimestamp();
        RegionId? region = null;
        var isError = true;
        try
        {
            var result = await RepeatAsync(
                id,
                async connection =>
                {
                    await using (connection)
                    {
                        try
                        {
                            await connection.OpenAsync(cancellationToken);
                            return await work(connection, cancellationToken);
                        }
                        finally
                        {
                            region = connection.LastRegion ?? region;
                        }
                    }
                },
                () => new IdpConnection(source, id, operation) { ReportsTransactions = false },
                cancellationToken);
            isError = false;
            return result;
        }
        finally
        {
            var elapsed = Stopwatch.GetElapsedTime(started);
            activity?.SetStatus(isError ? ActivityStatusCode.Error : ActivityStatusCode.Ok);
            activity?.SetTag("idp.region", region?.Value);
            instruments.UnitEnded(region, operation, isError, elapsed);
            if (region is { } served)
            {
                source.Recorder?.Record(id, served, operation, isError, elapsed);
            }
        }
    }

    public Task<IdpEntered> EnterAsync(ObjectId id, Operation operation, IsolationLevel isolationLevel, CancellationToken cancellationToken) =>
        RepeatAsync(
            id,
            async connection =>
            {
                var isEntered = false;
                try
                {
                    await connection.OpenAsync(cancellationToken);
                    var transaction = await connection.BeginTransactionAsync(isolationLevel, cancellationToken);
                    await connection.EnterAsync(async: true, cancellationToken);
                    isEntered = true;
                    return new IdpEntered(connection, transaction);
                }
                finally
                {
                    if (!isEntered)
                    {
                        await connection.DisposeAsync();
                    }
                }
            },
            () => new IdpConnection(source, id, operation),
            cancellationToken);

    private async Task<T> RepeatAsync<T>(
        ObjectId id, Func<IdpConnection, Task<T>> run, Func<IdpConnection> connect, CancellationToken cancellationToken)
    {
        var started = clock.GetTimestamp();
        for (var attempt = 1; ; attempt++)
        {
            var connection = connect();
            try
            {
                return await run(connection);
            }
            catch (DbException failure) when (!connection.MayHaveCommitted && IsRepeatable(failure)
                && attempt < options.MaxAttempts && clock.GetElapsedTime(started) < options.MaxTime)
            {
                if (failure is IdpException { IsApart: true } apart && !await HasMovedAsync(id, cancellationToken) && !await HasMovedAsync(apart.Object, cancellationToken))
                {
                    throw;
                }

                instruments.Retried(failure);
                if (!await HasRecoveredAsync(id, failure, attempt, connection.LastRegion, cancellationToken))
                {
                    await Task.Delay(jitter.Delay(options.FirstDelay, options.MaxDelay, attempt), clock, cancellationToken);
                }
            }
        }
    }

    private static bool IsRepeatable(DbException failure) =>
        failure is IdpException { IsTransient: true } or IdpException { IsApart: true }
        || StoreErrors.IsSerializationFailure(failure)
        || StoreErrors.IsConnectionFailure(failure);

    /// <returns>Whether running again at once makes sense.</returns>
    private async Task<bool> HasRecoveredAsync(ObjectId id, DbException failure, int attempt, RegionId? region, CancellationToken cancellationToken) => failure switch
    {
        // A chain of forwards is short; a longer one is a loop of stores that disagree.
        IdpRoutingException { NewRoute: not null } => attempt <= 3,
        IdpFrozenException { IsExpired: true } frozen when region is { } store => await ThawAsync(frozen.Object, store, cancellationToken),
        _ => false,
    };

    /// <summary>Asks the store that our route leads to. Objects that move together arrive one by one, and so does the news.</summary>
    /// <returns>Whether the route was wrong, or the object is being handed over.</returns>
    private async Task<bool> HasMovedAsync(ObjectId id, CancellationToken cancellationToken)
    {
        await using var connection = new IdpConnection(source, id, Operation.Read) { ReportsTransactions = false };
        try
        {
            await connection.OpenAsync(cancellationToken);
            await connection.EnterAsync(async: true, cancellationToken);
            return false;
        }
        catch (IdpException refusal)
        {
            return refusal.IsTransient;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    private async Task<bool> ThawAsync(ObjectId id, RegionId region, CancellationToken cancellationToken)
    {
        try
        {
            await using var command = source.StoreOf(id, region).CreateCommand(ThawSql);
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = id.Dataset.Value });
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = id.Key });
            return await command.ExecuteScalarAsync(cancellationToken) is true;
        }
        catch (NpgsqlException failure)
        {
            // Whoever thaws does; the next run tells.
            instruments.ThawFailed(id, failure);
            return false;
        }
    }
}
