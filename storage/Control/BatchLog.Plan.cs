using Idp.Core;
using Idp.Core.Migrations;
using Npgsql;

namespace Idp.Storage;

public sealed partial class BatchLog
{
    private const string PlanSql = """
        INSERT INTO idp.batch (id, dataset, source, target, requested_by, reason, needs_approval, evacuation)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (id) DO NOTHING
        """;

    // Only beside a batch that this transaction made: the members of a known one never change.
    private const string PlanMembersSql = """
        INSERT INTO idp.batch_member (batch, ordinal, key, migration_id)
        SELECT $1, given.ordinal, given.key, given.migration_id
          FROM unnest($2, $3, $4) AS given (ordinal, key, migration_id)
         WHERE NOT EXISTS (SELECT FROM idp.batch_member known WHERE known.batch = $1)
        """;

    /// <summary>Writes down whom a batch shall take, before its saga starts. The same id again changes nothing.</summary>
    /// <param name="keys">1 to 100 placement keys, each once.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are none, or more than 100.</exception>
    public Task PlanAsync(BatchRequest request, IReadOnlyList<string> keys, CancellationToken cancellationToken) =>
        PlanAsync([(request, keys)], cancellationToken);

    /// <summary>Writes down several batches, all or none: a request that is cut short leaves no part of itself behind.</summary>
    /// <param name="groups">Each with 1 to 100 placement keys; the same ids again change nothing.</param>
    /// <exception cref="ArgumentOutOfRangeException">A group has no keys, or more than 100.</exception>
    public async Task PlanAsync(IReadOnlyList<(BatchRequest Request, IReadOnlyList<string> Keys)> groups, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        foreach (var (request, keys) in groups)
        {
            await PlanAsync(connection, request, keys, evacuation: null, cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
    }

    internal static async Task PlanAsync(
        NpgsqlConnection connection, BatchRequest request, IReadOnlyList<string> keys, EvacuationId? evacuation, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfZero(keys.Count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(keys.Count, BatchRequest.MaxMembers);
        int[] ordinals = [.. Enumerable.Range(1, keys.Count)];
        await using var batch = new NpgsqlBatch(connection);
        batch.Add(
            PlanSql,
            request.Id.Value.Sql(),
            request.Dataset.Value.Sql(),
            request.Source.Value.Sql(),
            request.Target.Value.Sql(),
            request.RequestedBy.Sql(),
            request.Reason.Sql(),
            request.NeedsApproval.Sql(),
            (evacuation?.Value).Sql());
        batch.Add(
            PlanMembersSql,
            request.Id.Value.Sql(),
            ordinals.Sql(),
            keys.ToArray().Sql(),
            ordinals.Select(ordinal => request.Id.Member(ordinal).Value).ToArray().Sql());
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    // Any fixed number: whoever counts slots counts alone.
    private const string SlotLockSql = "SELECT pg_advisory_xact_lock(7128)";

    private const string CountSlotsSql = """
        SELECT count(*) FILTER (WHERE b.slot_since IS NOT NULL AND b.id <> $1),
               count(*) FILTER (WHERE b.slot_since IS NOT NULL AND b.id <> $1 AND b.source = mine.source AND b.target = mine.target),
               count(*) FILTER (WHERE b.slot_since IS NULL AND b.settled_at IS NULL),
               bool_or(b.id = $1 AND (b.slot_since IS NOT NULL OR b.settled_at IS NOT NULL))
          FROM idp.batch b, idp.batch mine
         WHERE mine.id = $1 AND b.finished_at IS NULL
        """;

    private const string TakeSlotSql = "UPDATE idp.batch SET slot_since = coalesce(slot_since, now()), updated_at = now() WHERE id = $1";

    private const string TouchSql = "UPDATE idp.batch SET updated_at = now() WHERE id = $1";

    /// <summary>Takes one of the places for batches that copy; a batch that has one keeps it.</summary>
    /// <param name="limit">Batches that copy at once, in total.</param>
    /// <param name="limitPerRoute">And from one region to another.</param>
    /// <returns>Null when it has a place; else why not, and how many wait.</returns>
    public async Task<BatchQueue?> TakeSlotAsync(BatchId id, int limit, int limitPerRoute, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        (long Total, long OnRoute, long Waiting, bool IsPlaced) open;
        await using (var count = new NpgsqlBatch(connection))
        {
            count.Add(SlotLockSql);
            count.Add(CountSlotsSql, id.Value.Sql());
            await using var reader = await count.ExecuteReaderAsync(cancellationToken);
            await reader.NextResultAsync(cancellationToken);
            open = (await reader.ReadAsync(row => (row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), !row.IsDBNull(3) && row.GetBoolean(3)), cancellationToken)).Single();
        }

        // One whose saga was lost has its place already, or needs none any more.
        var full = open.IsPlaced ? null
            : open.Total >= limit ? $"{open.Total} batches copy, limit {limit}"
            : open.OnRoute >= limitPerRoute ? $"{open.OnRoute} batches copy on this route, limit {limitPerRoute}"
            : null;
        await using (var take = new NpgsqlBatch(connection))
        {
            take.Add(full is null && !open.IsPlaced ? TakeSlotSql : TouchSql, id.Value.Sql());
            await take.ExecuteNonQueryAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return full is null ? null : new BatchQueue(full, (int)open.Waiting);
    }
}
