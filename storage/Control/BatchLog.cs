using System.Collections.Immutable;
using Idp.Core;
using Idp.Core.Migrations;
using Npgsql;

namespace Idp.Storage;

/// <summary>Groups of objects that travel in one saga. Each member is a migration of its own, with its own epoch and outcome.</summary>
/// <remarks>Locks are taken in one order: automation, batch, object, migration, routing counter; rows of one table by name.</remarks>
public sealed partial class BatchLog(NpgsqlDataSource database)
{
    // One list for all: the columns of BatchRecord, in its order.
    private const string SelectSql = """
        SELECT b.id, b.dataset, b.source, b.target, b.requested_by, b.reason, b.needs_approval, b.evacuation,
               b.created_at, b.updated_at, b.begun_at, b.settled_at, b.finished_at,
               (SELECT count(*) FROM idp.batch_member w WHERE w.batch = b.id),
               (SELECT count(*) FROM idp.batch_member w WHERE w.batch = b.id AND w.refusal IS NOT NULL),
               count(m.id) FILTER (WHERE m.phase NOT IN ('Grace', 'CleaningUp', 'Done', 'RolledBack', 'Failed')),
               count(m.id) FILTER (WHERE m.phase IN ('Grace', 'CleaningUp', 'Done')),
               count(m.id) FILTER (WHERE m.phase IN ('RolledBack', 'Failed'))
          FROM idp.batch b LEFT JOIN idp.migration m ON m.batch = b.id

        """;

    private const string FindSql = SelectSql + "WHERE b.id = $1 GROUP BY b.id";

    /// <returns><see langword="null"/> when there is none of that name.</returns>
    public async Task<BatchRecord?> FindAsync(BatchId id, CancellationToken cancellationToken)
    {
        await using var command = database.Command(FindSql, id.Value.Sql());
        return (await command.ReadAsync(ReadBatch, cancellationToken)).SingleOrDefault();
    }

    private const string ListSql = SelectSql + "WHERE b.created_at <= $2 AND (b.created_at < $2 OR b.id > $3) GROUP BY b.id ORDER BY b.created_at DESC, b.id LIMIT $1";

    /// <summary>One page of batches, newest first.</summary>
    /// <param name="limit">From 1 to 10,000.</param>
    /// <param name="before">Only those created before; <see langword="null"/> for the newest.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="limit"/> is not from 1 to 10,000.</exception>
    public Task<ImmutableArray<BatchRecord>> ListAsync(int limit, DateTimeOffset? before, CancellationToken cancellationToken) =>
        ListAsync(limit, before, after: null, cancellationToken);

    /// <summary>One page of batches, newest first, and by their names where one request planned many.</summary>
    /// <param name="limit">From 1 to 10,000.</param>
    /// <param name="before">Only those created before; <see langword="null"/> for the newest.</param>
    /// <param name="after">And those created at that very time whose names come after this one; <see langword="null"/> for none of them.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="limit"/> is not from 1 to 10,000.</exception>
    public async Task<ImmutableArray<BatchRecord>> ListAsync(int limit, DateTimeOffset? before, BatchId? after, CancellationToken cancellationToken)
    {
        await using var command = database.Command(
            ListSql, PageLimit.Check(limit).Sql(), (before ?? DateTimeOffset.MaxValue).Sql(), (after?.Value).Sql());
        return await command.ReadAsync(ReadBatch, cancellationToken);
    }

    private const string ListSilentSql = """
        SELECT id, dataset, source, target, requested_by, reason, needs_approval
          FROM idp.batch
         WHERE finished_at IS NULL AND updated_at < now() - $1
         ORDER BY created_at, id
        """;

    /// <summary>All batches that have not ended and have noted nothing for a while, oldest first.</summary>
    public async Task<ImmutableArray<BatchRequest>> ListSilentAsync(TimeSpan silence, CancellationToken cancellationToken)
    {
        await using var command = database.Command(ListSilentSql, silence.Sql());
        return await command.ReadAsync(
            row => new BatchRequest(
                BatchId.Parse(row.GetString(0)), DatasetId.Parse(row.GetString(1)), RegionId.Parse(row.GetString(2)), RegionId.Parse(row.GetString(3)),
                row.GetString(4), row.GetString(5), row.GetBoolean(6)),
            cancellationToken);
    }

    private const string ListMembersSql = """
        SELECT w.ordinal, b.dataset, w.key, w.migration_id, w.refusal, m.phase, m.last_error
          FROM idp.batch_member w JOIN idp.batch b ON b.id = w.batch
          LEFT JOIN idp.migration m ON m.id = w.migration_id AND m.batch = w.batch
         WHERE w.batch = $1
         ORDER BY w.ordinal
        """;

    /// <summary>Every member with what became of it, by its ordinal.</summary>
    public async Task<ImmutableArray<BatchMember>> ListMembersAsync(BatchId id, CancellationToken cancellationToken)
    {
        await using var command = database.Command(ListMembersSql, id.Value.Sql());
        return await command.ReadAsync(
            row => new BatchMember(
                row.GetInt32(0),
                new ObjectId(DatasetId.Parse(row.GetString(1)), row.GetString(2)),
                MigrationId.Parse(row.GetString(3)),
                row.TextOrNull(4),
                row.TextOrNull(5) is { } phase ? Enum.Parse<MigrationPhase>(phase) : null,
                row.TextOrNull(6)),
            cancellationToken);
    }

    private static BatchRecord ReadBatch(NpgsqlDataReader row) => new(
        BatchId.Parse(row.GetString(0)),
        DatasetId.Parse(row.GetString(1)),
        RegionId.Parse(row.GetString(2)),
        RegionId.Parse(row.GetString(3)),
        row.GetString(4),
        row.GetString(5),
        row.GetBoolean(6),
        row.TextOrNull(7) is { } evacuation ? EvacuationId.Parse(evacuation) : null,
        row.Moment(8),
        row.Moment(9),
        row.MomentOrNull(10),
        row.MomentOrNull(11),
        row.MomentOrNull(12),
        new BatchCounts((int)row.GetInt64(13), (int)row.GetInt64(14), (int)row.GetInt64(15), (int)row.GetInt64(16), (int)row.GetInt64(17)));
}
