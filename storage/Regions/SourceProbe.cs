using Npgsql;

namespace Idp.Storage.Regions;

/// <summary>Asks a source, while it is copied from, how much that hurts.</summary>
internal static class SourceProbe
{
    public static readonly TimeSpan Period = TimeSpan.FromMilliseconds(500);

    // Touches a page and a lock or two, like a client's smallest query. Lag is null where the role may not see it.
    private const string Sql = "SELECT (SELECT region FROM idp.store), (SELECT extract(epoch FROM max(replay_lag))::float8 FROM pg_stat_replication)";

    /// <summary>Asks when nobody else did so lately.</summary>
    public static async Task AskIfDueAsync(RegionStore source, MoverOptions options, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (!source.Throttle.IsProbeDue(Period))
        {
            return;
        }

        await using var connection = await source.Data.OpenConnectionAsync(cancellationToken);
        await using var probe = new NpgsqlCommand(Sql, connection);
        var asked = clock.GetTimestamp();
        await using var reader = await probe.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var latency = clock.GetElapsedTime(asked);
        TimeSpan? lag = await reader.IsDBNullAsync(1, cancellationToken) ? null : TimeSpan.FromSeconds(reader.GetDouble(1));
        source.Throttle.Note(latency, lag, options);
    }
}
