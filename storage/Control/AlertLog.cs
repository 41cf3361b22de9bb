using System.Collections.Immutable;
using Idp.Core;
using Npgsql;

namespace Idp.Storage;

/// <summary>What operators should look at: one open alert a thing, kept after it is over.</summary>
public sealed class AlertLog(NpgsqlDataSource database)
{
    private const string OpenSql = """
        INSERT INTO idp.alert AS known (severity, kind, subject, summary, remedy, migration_id, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (kind, subject) WHERE cleared_at IS NULL DO UPDATE
            SET severity = excluded.severity, summary = excluded.summary, remedy = excluded.remedy,
                migration_id = excluded.migration_id, expires_at = excluded.expires_at, updated_at = now()
        RETURNING xmax = 0
        """;

    // One that has expired is over, and what comes now is new.
    private const string ExpireSql = "UPDATE idp.alert SET cleared_at = expires_at WHERE cleared_at IS NULL AND expires_at <= now()";

    internal const string ClearQuarantineSql = """
        UPDATE idp.alert SET cleared_at = now()
          FROM idp.quarantine AS named
         WHERE named.id = $1 AND kind = 'quarantine' AND cleared_at IS NULL
           AND subject = named.dataset || ' ' || named.source || '→' || named.target
        """;

    /// <summary>The subject of a quarantine's alert.</summary>
    public static string RouteOf(DatasetId dataset, RegionId source, RegionId target) => $"{dataset} {source}→{target}";

    /// <summary>Opens an alert, or tells anew what is known already.</summary>
    /// <returns>Whether it is new.</returns>
    public async Task<bool> OpenAsync(
        AlertSeverity severity,
        string kind,
        string subject,
        string summary,
        string remedy,
        MigrationId? migration,
        DateTimeOffset? expiresAt,
        CancellationToken cancellationToken)
    {
        await using var batch = database.CreateBatch();
        batch.Add(ExpireSql);
        batch.Add(
            OpenSql,
            severity.ToString().Sql(),
            kind.Sql(),
            subject.Sql(),
            summary.Sql(),
            remedy.Sql(),
            (migration?.Value).Sql(),
            new NpgsqlParameter<DateTimeOffset?> { TypedValue = expiresAt?.ToUniversalTime(), NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.TimestampTz });
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        return (await reader.ReadAsync(row => row.GetBoolean(0), cancellationToken)).Single();
    }

    private const string ClearSql = "UPDATE idp.alert SET cleared_at = now() WHERE kind = $1 AND subject = $2 AND cleared_at IS NULL";

    /// <summary>Ends an alert; changes nothing when there is none.</summary>
    public async Task ClearAsync(string kind, string subject, CancellationToken cancellationToken)
    {
        await using var command = database.Command(ClearSql, kind.Sql(), subject.Sql());
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private const string ListSql = """
        SELECT id, severity, kind, subject, summary, remedy, migration_id, since, updated_at, expires_at,
               coalesce(cleared_at, CASE WHEN expires_at <= now() THEN expires_at END)
          FROM idp.alert
         WHERE NOT $1 OR (cleared_at IS NULL AND (expires_at IS NULL OR expires_at > now()))
         ORDER BY severity = 'Critical' DESC, since DESC, id DESC
         LIMIT $2
        """;

    /// <summary>Alerts, critical ones first, then the newest.</summary>
    /// <param name="onlyOpen">Leave out what is over.</param>
    /// <param name="limit">From 1 to 10,000.</param>
    public async Task<ImmutableArray<AlertRecord>> ListAsync(bool onlyOpen, int limit, CancellationToken cancellationToken)
    {
        await using var command = database.Command(ListSql, onlyOpen.Sql(), PageLimit.Check(limit).Sql());
        return await command.ReadAsync(
            row => new AlertRecord(
                row.GetInt64(0),
                Enum.Parse<AlertSeverity>(row.GetString(1)),
                row.GetString(2),
                row.GetString(3),
                row.GetString(4),
                row.GetString(5),
                row.TextOrNull(6) is { } migration ? MigrationId.Parse(migration) : null,
                row.Moment(7),
                row.Moment(8),
                row.MomentOrNull(9),
                row.MomentOrNull(10)),
            cancellationToken);
    }

    private const string DropBeforeSql = "DELETE FROM idp.alert WHERE cleared_at < $1";

    /// <summary>Forgets alerts that were over before a UTC day.</summary>
    public async Task DropBeforeAsync(DateOnly day, CancellationToken cancellationToken)
    {
        await using var command = database.Command(DropBeforeSql, day.StartOfDay().Sql());
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
