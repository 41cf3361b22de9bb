using System.Runtime.CompilerServices;
using Idp.Core.Telemetry;
using Npgsql;

namespace Idp.Storage.Regions;

public sealed partial class RegionStore
{
    // Not pg_stat_database.active_time: it counts a statement when that has ended and its session reports, of a pipeline the last statement
    // only, and no parallel workers (docs/decisions/0030).
    private const string LoadSql = """
        SELECT clock_timestamp(),
               count(*) FILTER (WHERE state IN ('active', 'fastpath function call'))::int,
               count(*) FILTER (WHERE state IN ('active', 'fastpath function call') AND wait_event IS NULL)::int,
               1 + count(*) FILTER (WHERE backend_type = 'client backend')::int,
               current_setting('max_connections')::int,
               (SELECT coalesce(sum(xact_commit + xact_rollback), 0)::bigint FROM pg_stat_database),
               (SELECT max(stats_reset) FROM pg_stat_database),
               pg_has_role('pg_read_all_stats', 'USAGE'),
               count(*) FILTER (WHERE state = 'disabled')::int
          FROM pg_stat_activity
         WHERE pid <> pg_backend_pid() AND backend_type IN ('client backend', 'parallel worker')
        """;

    /// <summary>Looks at what the whole server does, several times over one connection.</summary>
    /// <param name="every">Between two looks, in real time.</param>
    /// <exception cref="InvalidOperationException">This role cannot see what all sessions do; what it could see would be too little.</exception>
    /// <exception cref="NpgsqlException">The server does not answer, or has stopped.</exception>
    public async IAsyncEnumerable<LoadSample> SampleLoadAsync(int count, TimeSpan every, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(every);
        await using var connection = await data.OpenConnectionAsync(cancellationToken);
        for (var taken = 0; taken < count; taken++)
        {
            if (taken > 0)
            {
                await timer.WaitForNextTickAsync(cancellationToken);
            }

            await using var command = new NpgsqlCommand(LoadSql, connection);
            await using var row = await command.ExecuteReaderAsync(cancellationToken);
            await row.ReadAsync(cancellationToken);
            if (!row.GetBoolean(7))
            {
                throw new InvalidOperationException($"Region '{region}' shows this role only its own sessions; GRANT pg_read_all_stats lets it see how busy the server is.");
            }

            if (row.GetInt32(8) is > 0 and var hidden)
            {
                throw new InvalidOperationException($"Region '{region}' has {hidden} sessions with track_activities off; how busy the server is cannot be told.");
            }

            yield return new LoadSample(row.Moment(0), row.GetInt32(1), row.GetInt32(2), row.GetInt32(3), row.GetInt32(4), row.GetInt64(5), row.MomentOrNull(6));
        }
    }
}
