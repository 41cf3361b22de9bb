using System.Collections.Immutable;
using Idp.Core;
using Idp.Core.Migrations;
using Npgsql;

namespace Idp.Storage;

/// <content>Quarantine: similar migrations are refused for a while after one has failed.</content>
public sealed partial class MigrationLog
{
    private const string QuarantineColumns = "id, dataset, source, target, migration_id, error, since, until, lifted_by, lift_note, lifted_at";

    private const string QuarantineOfObjectSql = $"""
        SELECT {QuarantineColumns} FROM idp.quarantine
         WHERE dataset = $1 AND source = (SELECT primary_region FROM idp.object WHERE dataset = $1 AND key = $2) AND target = $3
           AND lifted_at IS NULL AND until > now()
         ORDER BY until DESC, id LIMIT 1
        """;

    private const string QuarantineOfRouteSql = $"""
        SELECT {QuarantineColumns} FROM idp.quarantine
         WHERE dataset = $1 AND source = $2 AND target = $3 AND lifted_at IS NULL AND until > now()
         ORDER BY until DESC, id LIMIT 1
        """;

    private const string ListQuarantineSql = $"""
        SELECT {QuarantineColumns} FROM idp.quarantine
         WHERE NOT $1 OR (lifted_at IS NULL AND until > now())
         ORDER BY id DESC LIMIT $2
        """;

    // Whoever lifts one wants the route open, however many have failed on it.
    private const string LiftSql = $"""
        UPDATE idp.quarantine AS failed SET lifted_by = $2, lift_note = $3, lifted_at = now()
          FROM idp.quarantine AS named
         WHERE named.id = $1
           AND failed.dataset = named.dataset AND failed.source = named.source AND failed.target = named.target
           AND failed.lifted_at IS NULL AND failed.until > now()
        """;

    private const string FindQuarantineSql = $"SELECT {QuarantineColumns} FROM idp.quarantine WHERE id = $1";

    private const string InsertQuarantineSql = """
        INSERT INTO idp.quarantine (dataset, source, target, migration_id, error, until)
        SELECT dataset, source, target, id, $2, now() + $3 FROM idp.migration WHERE id = $1 AND finished_at IS NULL
        ON CONFLICT (migration_id) DO NOTHING
        """;

    /// <summary>Refuses migrations that are similar to one that failed: of the same dataset, by the same route. Call it before the migration ends.</summary>
    /// <remarks>A repeated call changes nothing; after the migration's end, nothing either.</remarks>
    public async Task QuarantineAsync(MigrationId id, string error, TimeSpan span, CancellationToken cancellationToken)
    {
        await using var command = database.Command(InsertQuarantineSql, id.Value.Sql(), error.Sql(), span.Sql());
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <returns>What refuses migrations of a dataset by this route now, the longest first; <see langword="null"/> when nothing does.</returns>
    public async Task<QuarantineRecord?> FindQuarantineAsync(
        DatasetId dataset, RegionId source, RegionId target, CancellationToken cancellationToken)
    {
        await using var command = database.Command(QuarantineOfRouteSql, dataset.Value.Sql(), source.Value.Sql(), target.Value.Sql());
        return (await command.ReadAsync(ReadQuarantine, cancellationToken)).SingleOrDefault();
    }

    /// <summary>Quarantines, newest first.</summary>
    /// <param name="onlyOpen">Leave out what is over or was lifted.</param>
    /// <param name="limit">From 1 to 10,000.</param>
    public async Task<ImmutableArray<QuarantineRecord>> ListQuarantineAsync(bool onlyOpen, int limit, CancellationToken cancellationToken)
    {
        await using var command = database.Command(ListQuarantineSql, onlyOpen.Sql(), PageLimit.Check(limit).Sql());
        return await command.ReadAsync(ReadQuarantine, cancellationToken);
    }

    /// <summary>Ends a quarantine early, with every other of the same dataset and route.</summary>
    /// <returns>It, with who lifted it first; <see langword="null"/> when there is none of that number.</returns>
    public async Task<QuarantineRecord?> LiftQuarantineAsync(long id, string by, string note, CancellationToken cancellationToken)
    {
        await using var batch = database.CreateBatch();
        batch.Add(LiftSql, id.Sql(), by.Sql(), note.Sql());
        batch.Add(AlertLog.ClearQuarantineSql, id.Sql());
        batch.Add(FindQuarantineSql, id.Sql());
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        return (await reader.ReadAsync(ReadQuarantine, cancellationToken)).SingleOrDefault();
    }

    private static QuarantineRecord ReadQuarantine(NpgsqlDataReader row) => new(
        row.GetInt64(0),
        DatasetId.Parse(row.GetString(1)),
        RegionId.Parse(row.GetString(2)),
        RegionId.Parse(row.GetString(3)),
        MigrationId.Parse(row.GetString(4)),
        row.GetString(5),
        row.Moment(6),
        row.Moment(7),
        row.TextOrNull(8),
        row.TextOrNull(9),
        row.MomentOrNull(10));
}
