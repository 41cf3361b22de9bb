using System.Collections.Immutable;
using System.Text.Json;
using Idp.Core;
using Idp.Core.Migrations;
using Npgsql;

namespace Idp.Storage;

/// <summary>Every migration from its request to its end, and the epochs they use.</summary>
/// <remarks>Locks are taken in one order: automation, object, migration, routing counter. Times are the database's.</remarks>
public sealed partial class MigrationLog(NpgsqlDataSource database)
{
    // One list for all: the columns of MigrationRecord, in its order; what came later is read by name.
    private const string Columns = """
        id, dataset, key, source, target, epoch, undo_epoch, phase, requested_by, reason, decision_id,
        started_at, updated_at, finished_at, row_count, size_bytes, is_verified, last_error,
        priority, is_paused, attempt, waiting_for, remedy, parked_until, progress, verification, batch
        """;

    internal const string SelectSql = $"""
        SELECT {Columns}
          FROM idp.migration

        """;

    private const string FindSql = SelectSql + "WHERE id = $1";

    /// <returns><see langword="null"/> when there is none of that name.</returns>
    public async Task<MigrationRecord?> FindAsync(MigrationId id, CancellationToken cancellationToken)
    {
        await using var command = database.Command(FindSql, id.Value.Sql());
        return (await command.ReadAsync(ReadMigration, cancellationToken)).SingleOrDefault();
    }

    private const string FindOpenSql = SelectSql + "WHERE dataset = $1 AND key = $2 AND finished_at IS NULL";

    /// <returns>The object's migration that has not ended; <see langword="null"/> when nothing moves it.</returns>
    public async Task<MigrationRecord?> FindOpenAsync(ObjectId id, CancellationToken cancellationToken)
    {
        await using var command = database.Command(FindOpenSql, id.Dataset.Value.Sql(), id.Key.Sql());
        return (await command.ReadAsync(ReadMigration, cancellationToken)).SingleOrDefault();
    }

    private const string ListOpenSql = SelectSql + "WHERE finished_at IS NULL ORDER BY started_at, id LIMIT 10000";

    /// <summary>Migrations that have not ended, oldest first; at most 10,000, far above any limit on concurrency.</summary>
    public async Task<ImmutableArray<MigrationRecord>> ListOpenAsync(CancellationToken cancellationToken)
    {
        await using var command = database.Command(ListOpenSql);
        return await command.ReadAsync(ReadMigration, cancellationToken);
    }

    private const string ListCopyingSql = SelectSql + "WHERE finished_at IS NULL AND phase <> 'Grace' ORDER BY started_at, id";

    /// <summary>All open migrations but those in grace, oldest first: what has slots, or waits for them.</summary>
    public async Task<ImmutableArray<MigrationRecord>> ListCopyingAsync(CancellationToken cancellationToken)
    {
        await using var command = database.Command(ListCopyingSql);
        return await command.ReadAsync(ReadMigration, cancellationToken);
    }

    private const string ListMovingSql = "SELECT dataset, key FROM idp.migration WHERE finished_at IS NULL";

    /// <summary>All objects with an open migration: after an evacuation as many as were in the region, nearly all in grace.</summary>
    public async Task<ImmutableArray<ObjectId>> ListMovingAsync(CancellationToken cancellationToken)
    {
        await using var command = database.Command(ListMovingSql);
        return await command.ReadAsync(row => new ObjectId(DatasetId.Parse(row.GetString(0)), row.GetString(1)), cancellationToken);
    }

    private const string ListSilentSql = SelectSql + "WHERE finished_at IS NULL AND batch IS NULL AND updated_at < now() - $1 ORDER BY started_at, id";

    /// <summary>All open migrations with a saga of their own that have noted nothing for a while.</summary>
    public async Task<ImmutableArray<MigrationRecord>> ListSilentAsync(TimeSpan silence, CancellationToken cancellationToken)
    {
        await using var command = database.Command(ListSilentSql, silence.Sql());
        return await command.ReadAsync(ReadMigration, cancellationToken);
    }

    private const string ListSql = SelectSql + "WHERE started_at <= $2 AND (started_at < $2 OR id > $3) ORDER BY started_at DESC, id LIMIT $1";

    /// <summary>One page of migrations, newest first.</summary>
    /// <param name="limit">From 1 to 10,000.</param>
    /// <param name="before">Only those started before; <see langword="null"/> for the newest.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="limit"/> is not from 1 to 10,000.</exception>
    public Task<ImmutableArray<MigrationRecord>> ListAsync(int limit, DateTimeOffset? before, CancellationToken cancellationToken) =>
        ListAsync(limit, before, after: null, cancellationToken);

    /// <summary>One page of migrations, newest first, and by their names where a batch began many in one instant.</summary>
    /// <param name="limit">From 1 to 10,000.</param>
    /// <param name="before">Only those started before; <see langword="null"/> for the newest.</param>
    /// <param name="after">And those started at that very time whose names come after this one; <see langword="null"/> for none of them.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="limit"/> is not from 1 to 10,000.</exception>
    public async Task<ImmutableArray<MigrationRecord>> ListAsync(
        int limit, DateTimeOffset? before, MigrationId? after, CancellationToken cancellationToken)
    {
        await using var command = database.Command(
            ListSql, PageLimit.Check(limit).Sql(), (before ?? DateTimeOffset.MaxValue).Sql(), (after?.Value).Sql());
        return await command.ReadAsync(ReadMigration, cancellationToken);
    }

    private const string ListPhasesSql = "SELECT phase, entered_at FROM idp.migration_phase WHERE migration_id = $1 ORDER BY sequence";

    /// <summary>The phases that a migration went through, in their order; empty when there is none of that name.</summary>
    public async Task<ImmutableArray<MigrationPhaseRecord>> ListPhasesAsync(MigrationId id, CancellationToken cancellationToken)
    {
        await using var command = database.Command(ListPhasesSql, id.Value.Sql());
        return await command.ReadAsync(
            row => new MigrationPhaseRecord(Enum.Parse<MigrationPhase>(row.GetString(0)), row.Moment(1)), cancellationToken);
    }

    internal static MigrationRecord ReadMigration(NpgsqlDataReader row) => new(
        MigrationId.Parse(row.GetString(0)),
        new ObjectId(DatasetId.Parse(row.GetString(1)), row.GetString(2)),
        RegionId.Parse(row.GetString(3)),
        RegionId.Parse(row.GetString(4)),
        row.GetInt64(5),
        row.GetInt64(6),
        Enum.Parse<MigrationPhase>(row.GetString(7)),
        row.GetString(8),
        row.GetString(9),
        row.IsDBNull(10) ? null : row.GetInt64(10),
        row.Moment(11),
        row.Moment(12),
        row.MomentOrNull(13),
        row.GetInt64(14),
        row.GetInt64(15),
        row.GetBoolean(16),
        row.TextOrNull(17))
    {
        Priority = row.GetInt32(row.GetOrdinal("priority")),
        IsPaused = row.GetBoolean(row.GetOrdinal("is_paused")),
        Attempt = row.GetInt32(row.GetOrdinal("attempt")),
        WaitingFor = row.TextOrNull(row.GetOrdinal("waiting_for")),
        Remedy = row.TextOrNull(row.GetOrdinal("remedy")),
        ParkedUntil = row.MomentOrNull(row.GetOrdinal("parked_until")),
        Progress = Document<CopyProgress>(row, "progress"),
        Verification = Document<VerificationReport>(row, "verification"),
        Batch = row.TextOrNull(row.GetOrdinal("batch")) is { } batch ? BatchId.Parse(batch) : null,
    };

    private static T? Document<T>(NpgsqlDataReader row, string column)
        where T : class => row.TextOrNull(row.GetOrdinal(column)) is { } json ? JsonSerializer.Deserialize<T>(json) : null;
}
