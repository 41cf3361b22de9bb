using Npgsql;

namespace Idp.Client;

/// <summary>Finds out how a transaction ended whose answer was lost. The store is asked; nothing is guessed.</summary>
internal sealed class CommitProbe(NpgsqlDataSource store, RetryOptions options, TimeProvider clock, Jitter jitter)
{
    // pg_xact_status knows the last transactions of a running server. After a restart a number may have been given out again,
    // so then only "not committed" can be believed. Where clocks leave open whether there was one, a transaction in progress
    // may be ours. Ending a session that waits for a COMMIT lost on its way makes it decided.
    private const string StatusSql = """
        SELECT pg_xact_status($1::xid8),
               server.age > $2,
               server.age < $3,
               (SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                 WHERE $4 AND server.age >= $3 AND backend_xid IS NOT NULL AND backend_xid = $1::xid8::xid AND pid <> pg_backend_pid())
          FROM (SELECT clock_timestamp() - pg_postmaster_start_time() AS age) AS server
        """;

    private const string ProvenSql = "SELECT idp.proven($1)";

    /// <summary>How much a server's clock may have been set meanwhile.</summary>
    private static readonly TimeSpan ClockSlack = TimeSpan.FromSeconds(2);

    /// <summary>Sessions that still run are given this long to end by themselves.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <returns>Whether the transaction has committed; null when that cannot be known, or the store did not answer in time.</returns>
    public Task<bool?> FindAsync(UnitStamp stamp, CancellationToken cancellationToken) => RepeatAsync(
        async (connection, elapsed) =>
        {
            var age = clock.GetElapsedTime(stamp.SentAt);
            await using var command = new NpgsqlCommand(StatusSql, connection)
            {
                Parameters =
                {
                    new NpgsqlParameter<ulong> { TypedValue = stamp.TransactionId, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Xid8 },
                    new NpgsqlParameter<TimeSpan> { TypedValue = age + ClockSlack },
                    new NpgsqlParameter<TimeSpan> { TypedValue = age - ClockSlack },
                    new NpgsqlParameter<bool> { TypedValue = elapsed > Patience },
                },
            };
            try
            {
                await using var reader = await command.ExecuteReaderAsync(cancellationToken);
                await reader.ReadAsync(cancellationToken);
                var status = await reader.IsDBNullAsync(0, cancellationToken) ? null : reader.GetString(0);
                var (isSameServer, wasRestarted) = (reader.GetBoolean(1), reader.GetBoolean(2));
                return status switch
                {
                    "aborted" => Answer.Of(false),
                    "in progress" => wasRestarted ? Answer.Of(false) : Answer.NotYet,
                    "committed" when isSameServer => Answer.Of(true),
                    _ => Answer.Of(null),
                };
            }
            catch (PostgresException future) when (future.SqlState == PostgresErrorCodes.InvalidParameterValue)
            {
                return Answer.Of(false); // A number that was not given out since the restart was never committed.
            }
        },
        cancellationToken);

    /// <returns>Whether the unit with this token has committed; when not, it never will. Null when the store did not answer in time.</returns>
    public Task<bool?> FindAsync(Guid token, CancellationToken cancellationToken) => RepeatAsync(
        async (connection, _) =>
        {
            await using var command = new NpgsqlCommand(ProvenSql, connection)
            {
                CommandTimeout = 5, // It waits for a transaction in flight, which may hang in its turn.
                Parameters = { new NpgsqlParameter<Guid> { TypedValue = token } },
            };
            return Answer.Of((bool?)await command.ExecuteScalarAsync(cancellationToken));
        },
        cancellationToken);

    private async Task<bool?> RepeatAsync(Func<NpgsqlConnection, TimeSpan, Task<Answer>> ask, CancellationToken cancellationToken)
    {
        var started = clock.GetTimestamp();
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                // Pooled connections may be as dead as the one that was lost; each failure removes one.
                await using var connection = await store.OpenConnectionAsync(cancellationToken);
                if (await ask(connection, clock.GetElapsedTime(started)) is { IsGiven: true } answer)
                {
                    return answer.HasCommitted;
                }
            }
            catch (NpgsqlException)
            {
                // The store is away; it may come back within the time.
            }

            if (clock.GetElapsedTime(started) >= options.MaxTime)
            {
                return null;
            }

            await Task.Delay(jitter.Delay(options.FirstDelay, options.MaxDelay, attempt), clock, cancellationToken);
        }
    }

    private readonly record struct Answer(bool IsGiven, bool? HasCommitted)
    {
        public static Answer NotYet => default;

        public static Answer Of(bool? hasCommitted) => new(IsGiven: true, hasCommitted);
    }
}
