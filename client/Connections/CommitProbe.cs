using Npgsql;

namespace Idp.Client;

/// <summary>Finds out how a transaction ended whose answer was lost. The store is asked; nothing is guessed.</summary>
internal sealed class CommitProbe(NpgsqlDataSource store, RetryOptions options, TimeProvider clock, Jitter jitter)
{
    // pg_xact_status knows the last transactions of one run of a server. Numbers that left no trace in the log of a server that
    // crashed are given out again, and so are those that a promoted standby had not heard of: there only "not committed" can be
    // believed. Another start tells of both, except for the crash of a session, which the server survives without a new start;
    // it loses its statistics then (as when somebody resets them, so ours may still be in progress). A server in recovery may not have heard of ours yet, and says nothing.
    // Ending a session that waits for a COMMIT lost on its way makes it decided. One that waits for a synchronous standby has
    // decided, and would only stop waiting.
    private const string StatusSql = """
        SELECT CASE WHEN NOT server.is_in_recovery THEN pg_xact_status($1) END,
               server.is_in_recovery,
               server.is_same_start,
               server.is_same_start AND server.is_unbroken,
               (SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                 WHERE $4 AND server.is_same_start AND server.is_unbroken
                   AND backend_xid = $1::xid AND wait_event IS DISTINCT FROM 'SyncRep' AND pid <> pg_backend_pid())
          FROM (SELECT pg_is_in_recovery() AS is_in_recovery,
                       pg_postmaster_start_time() = $2 AS is_same_start,
                       coalesce(stats_reset < $3, true) AS is_unbroken
                  FROM pg_stat_bgwriter) AS server
        """;

    private const string ProvenSql = "SELECT idp.proven($1)";

    private const int QuestionSeconds = 5; // A pooled connection that is half open must not use up the time to ask others.

    /// <summary>Sessions that still run are given this long to end by themselves.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <returns>Whether the transaction has committed; null when that cannot be known, or the store did not answer in time.</returns>
    public Task<bool?> FindAsync(UnitStamp stamp, CancellationToken cancellationToken) => RepeatAsync(
        async (connection, elapsed) =>
        {
            await using var command = new NpgsqlCommand(StatusSql, connection)
            {
                CommandTimeout = QuestionSeconds,
                Parameters =
                {
                    new NpgsqlParameter<ulong> { TypedValue = stamp.TransactionId, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Xid8 },
                    new NpgsqlParameter<DateTimeOffset> { TypedValue = stamp.ServerStartedAt },
                    new NpgsqlParameter<DateTimeOffset> { TypedValue = stamp.BegunAt },
                    new NpgsqlParameter<bool> { TypedValue = elapsed > Patience },
                },
            };
            try
            {
                await using var reader = await command.ExecuteReaderAsync(cancellationToken);
                await reader.ReadAsync(cancellationToken);
                var status = await reader.IsDBNullAsync(0, cancellationToken) ? null : reader.GetString(0);
                var (isInRecovery, isSameStart, isSameServer) = (reader.GetBoolean(1), reader.GetBoolean(2), reader.GetBoolean(3));
                return status switch
                {
                    _ when isInRecovery => Answer.NotYet,
                    "aborted" => Answer.Of(false),
                    "in progress" => isSameStart ? Answer.NotYet : Answer.Of(false),
                    "committed" when isSameServer => Answer.Of(true),
                    _ => Answer.Of(null),
                };
            }
            catch (PostgresException future) when (future.SqlState == PostgresErrorCodes.InvalidParameterValue)
            {
                return Answer.Of(false); // A number that was not given out since a crash or a promotion was never committed.
            }
        },
        cancellationToken);

    /// <returns>Whether the unit with this token has committed; when not, it never will. Null when the store did not answer in time.</returns>
    public Task<bool?> FindAsync(Guid token, CancellationToken cancellationToken) => RepeatAsync(
        async (connection, _) =>
        {
            await using var command = new NpgsqlCommand(ProvenSql, connection)
            {
                CommandTimeout = QuestionSeconds, // It waits for a transaction in flight, which may hang in its turn.
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
