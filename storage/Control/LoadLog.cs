using System.Collections.Immutable;
using Idp.Core;
using Idp.Core.Telemetry;
using Npgsql;

namespace Idp.Storage;

/// <summary>How busy each region's server was, hour by hour. A minute counts once, whoever tells it and how often.</summary>
public sealed class LoadLog(NpgsqlDataSource database)
{
    private const string AddSql = """
        INSERT INTO idp.region_load AS known
            (hour, region, last_minute, minutes, sessions, peak_sessions, running, peak_running, connections, max_connections, transactions, transaction_minutes)
        VALUES (date_trunc('hour', $1, 'UTC'), $2, date_trunc('minute', $1, 'UTC'), 1, $3, $3, $4, $4, $5, $6, coalesce($7, 0), ($7 IS NOT NULL)::int)
        ON CONFLICT (hour, region) DO UPDATE
            SET last_minute = excluded.last_minute,
                minutes = known.minutes + 1,
                sessions = known.sessions + excluded.sessions,
                peak_sessions = greatest(known.peak_sessions, excluded.peak_sessions),
                running = known.running + excluded.running,
                peak_running = greatest(known.peak_running, excluded.peak_running),
                connections = greatest(known.connections, excluded.connections),
                max_connections = excluded.max_connections,
                transactions = known.transactions + excluded.transactions,
                transaction_minutes = known.transaction_minutes + excluded.transaction_minutes
            WHERE known.last_minute < excluded.last_minute
        """;

    /// <summary>Adds a minute of some regions: all of it or nothing.</summary>
    /// <returns>How many counted: those that were told before, or that are older than what was told last, do not.</returns>
    public async Task<int> AddAsync(IReadOnlyCollection<LoadMinute> minutes, CancellationToken cancellationToken)
    {
        if (minutes.Count == 0)
        {
            return 0;
        }

        await using var batch = database.CreateBatch();
        foreach (var minute in minutes.OrderBy(minute => minute.Minute).ThenBy(minute => minute.Region.Value, StringComparer.Ordinal))
        {
            batch.Add(
                AddSql,
                minute.Minute.Sql(),
                minute.Region.Value.Sql(),
                minute.Sessions.Sql(),
                minute.Running.Sql(),
                minute.Connections.Sql(),
                minute.MaxConnections.Sql(),
                minute.TransactionsPerSecond.Sql());
        }

        return await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    private const string ReadSql = """
        SELECT region, hour, minutes, sessions / minutes, peak_sessions, running / minutes, peak_running, connections, max_connections,
               transactions / nullif(transaction_minutes, 0)
          FROM idp.region_load
         WHERE hour >= $1 AND hour < $2
         ORDER BY hour, region
        """;

    /// <summary>The hours of which anything is known, oldest first.</summary>
    /// <param name="from">Start of the first hour.</param>
    /// <param name="to">The end; an hour that starts here is not in it.</param>
    public async Task<ImmutableArray<LoadHour>> ReadAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        await using var command = database.Command(ReadSql, from.Sql(), to.Sql());
        return await command.ReadAsync(
            row => new LoadHour(
                RegionId.Parse(row.GetString(0)),
                row.Moment(1),
                row.GetInt32(2),
                row.GetDouble(3),
                row.GetDouble(4),
                row.GetDouble(5),
                row.GetDouble(6),
                row.GetInt32(7),
                row.GetInt32(8),
                row.IsDBNull(9) ? null : row.GetDouble(9)),
            cancellationToken);
    }

    private const string DropSql = "DELETE FROM idp.region_load WHERE hour < $1";

    /// <summary>Forgets the hours before a UTC day.</summary>
    public async Task DropBeforeAsync(DateOnly day, CancellationToken cancellationToken)
    {
        await using var command = database.Command(DropSql, day.StartOfDay().Sql());
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
