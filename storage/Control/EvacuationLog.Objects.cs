using System.Collections.Immutable;
using Idp.Core;
using Idp.Core.Migrations;
using Npgsql;

namespace Idp.Storage;

public sealed partial class EvacuationLog
{
    // A try that failed is due again after 5 s, 10 s, 15 s and so on: long enough for what was only in the way.
    private const string DueSql = """
        SELECT o.dataset, o.key, o.primary_region, o.replica_regions, o.tier, o.owner_epoch, o.placement_version, o.size_bytes, o.row_count, o.last_moved_at
          FROM idp.evacuation e
          JOIN idp.object o ON o.primary_region = e.region AND (e.dataset IS NULL OR o.dataset = e.dataset)
          LEFT JOIN idp.evacuation_object t ON t.evacuation = e.id AND t.dataset = o.dataset AND t.key = o.key
         WHERE e.id = $1
           AND (t.key IS NULL OR (t.denied_because IS NULL AND t.attempts < $2 AND t.tried_at < now() - t.attempts * interval '5 seconds'))
           AND NOT EXISTS (SELECT FROM idp.migration m WHERE m.dataset = o.dataset AND m.key = o.key AND m.finished_at IS NULL)
           AND NOT EXISTS (
               SELECT FROM idp.batch b JOIN idp.batch_member w ON w.batch = b.id
                WHERE b.evacuation = e.id AND b.begun_at IS NULL AND b.finished_at IS NULL AND b.dataset = o.dataset AND w.key = o.key)
         ORDER BY o.dataset, o.key
         LIMIT $3
        """;

    /// <summary>Objects of the region that may be tried now, by name.</summary>
    /// <param name="maxAttempts">Tries an object.</param>
    /// <param name="limit">From 1 to 10,000.</param>
    public async Task<ImmutableArray<ObjectRecord>> ListDueAsync(EvacuationId id, int maxAttempts, int limit, CancellationToken cancellationToken)
    {
        await using var command = database.Command(DueSql, id.Value.Sql(), maxAttempts.Sql(), PageLimit.Check(limit).Sql());
        return await command.ReadAsync(Catalog.ReadObject, cancellationToken);
    }

    private const string DenySql = """
        INSERT INTO idp.evacuation_object (evacuation, dataset, key, attempts, denied_because)
        SELECT $1, given.dataset, given.key, 0, given.reason FROM unnest($2, $3, $4) AS given (dataset, key, reason)
        ON CONFLICT (evacuation, dataset, key) DO UPDATE SET denied_because = excluded.denied_because, tried_at = now()
        """;

    /// <summary>Keeps why objects have nowhere to go; they are not tried.</summary>
    public async Task DenyAsync(EvacuationId id, IReadOnlyList<(ObjectId Object, string Reason)> denials, CancellationToken cancellationToken)
    {
        await using var command = database.Command(
            DenySql,
            id.Value.Sql(),
            denials.Select(denial => denial.Object.Dataset.Value).ToArray().Sql(),
            denials.Select(denial => denial.Object.Key).ToArray().Sql(),
            denials.Select(denial => denial.Reason).ToArray().Sql());
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    // Its end waits for this, or this for its end: what is cut after it would be carried out, and nobody would stop it.
    private const string ShareOpenSql = "SELECT id FROM idp.evacuation WHERE id = $1 AND finished_at IS NULL FOR SHARE";

    private const string TriedSql = $"""
        WITH open AS MATERIALIZED ({ShareOpenSql})
        INSERT INTO idp.evacuation_object (evacuation, dataset, key, attempts, migration_id)
        SELECT open.id, $2, given.key, 1, given.migration_id FROM open, unnest($3, $4) AS given (key, migration_id)
        ON CONFLICT (evacuation, dataset, key) DO UPDATE
            SET attempts = idp.evacuation_object.attempts + 1, tried_at = now(), migration_id = excluded.migration_id
        """;

    /// <summary>Writes down a batch that the evacuation has cut, and one more try of each member; one transaction.</summary>
    /// <returns>Whether it did; <see langword="false"/> when the evacuation has ended.</returns>
    public async Task<bool> PlanAsync(EvacuationId id, BatchRequest request, IReadOnlyList<string> keys, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using (var tried = new NpgsqlBatch(connection))
        {
            tried.Add(
                TriedSql,
                id.Value.Sql(),
                request.Dataset.Value.Sql(),
                keys.ToArray().Sql(),
                keys.Select((_, index) => request.Id.Member(index + 1).Value).ToArray().Sql());
            if (await tried.ExecuteNonQueryAsync(cancellationToken) == 0)
            {
                return false;
            }
        }

        await BatchLog.PlanAsync(connection, request, keys, id, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    /// <summary>Writes down one more try of an object that travels alone.</summary>
    /// <returns>Whether it did; <see langword="false"/> when the evacuation has ended.</returns>
    public async Task<bool> TryAloneAsync(EvacuationId id, ObjectId tried, MigrationId migration, CancellationToken cancellationToken)
    {
        await using var command = database.Command(
            TriedSql, id.Value.Sql(), tried.Dataset.Value.Sql(), new[] { tried.Key }.Sql(), new[] { migration.Value }.Sql());
        return await command.ExecuteNonQueryAsync(cancellationToken) > 0;
    }

    private const string InFlightSql = """
        SELECT b.id, b.begun_at IS NULL FROM idp.batch b WHERE b.evacuation = $1 AND b.settled_at IS NULL AND b.finished_at IS NULL ORDER BY b.created_at, b.id
        """;

    private const string AloneSql = """
        SELECT t.dataset, t.key FROM idp.evacuation_object t JOIN idp.migration m ON m.id = t.migration_id AND m.dataset = t.dataset AND m.key = t.key
         WHERE t.evacuation = $1 AND m.batch IS NULL AND m.finished_at IS NULL AND m.phase NOT IN ('Grace', 'CleaningUp')
        """;

    private const string TouchSql = "UPDATE idp.evacuation SET updated_at = now() WHERE id = $1";

    /// <summary>What the evacuation has under way; reading it also tells the reconciler that somebody does.</summary>
    /// <returns>Its batches that copy or wait, with whether they have yet to begin; and the objects that travel alone.</returns>
    public async Task<(ImmutableArray<(BatchId Id, bool IsPlanned)> Batches, ImmutableArray<ObjectId> Alone)> ReadInFlightAsync(EvacuationId id, CancellationToken cancellationToken)
    {
        await using var batch = database.CreateBatch();
        batch.Add(TouchSql, id.Value.Sql());
        batch.Add(InFlightSql, id.Value.Sql());
        batch.Add(AloneSql, id.Value.Sql());
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        var batches = await reader.ReadAsync(row => (BatchId.Parse(row.GetString(0)), row.GetBoolean(1)), cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        return (batches, await reader.ReadAsync(row => new ObjectId(DatasetId.Parse(row.GetString(0)), row.GetString(1)), cancellationToken));
    }

    // What is on its way into the region, since before the drain or taken back, will have to leave it again.
    private const string CountSql = """
        WITH inbound AS MATERIALIZED (
            SELECT count(*) AS total
              FROM idp.evacuation e
              JOIN idp.migration m ON CASE WHEN m.undo_epoch = 0 THEN m.target ELSE m.source END = e.region
                   AND m.finished_at IS NULL AND (e.dataset IS NULL OR m.dataset = e.dataset)
              JOIN idp.object o ON o.dataset = m.dataset AND o.key = m.key AND o.primary_region <> e.region
             WHERE e.id = $1)
        SELECT (SELECT count(*) FROM idp.evacuation_object t JOIN idp.object o ON o.dataset = t.dataset AND o.key = t.key
                 WHERE t.evacuation = e.id AND o.primary_region <> e.region),
               count(o.key) FILTER (WHERE t.denied_because IS NOT NULL),
               count(o.key) FILTER (WHERE t.denied_because IS NULL AND t.attempts >= $2 AND m.id IS NULL),
               count(o.key) FILTER (WHERE t.denied_because IS NULL AND (t.attempts IS NULL OR t.attempts < $2 OR m.id IS NOT NULL)) + (SELECT total FROM inbound),
               count(o.key) FILTER (WHERE t.denied_because IS NULL AND m.id IS NOT NULL AND m.id IS DISTINCT FROM t.migration_id) + (SELECT total FROM inbound),
               coalesce(sum(o.size_bytes) FILTER (WHERE t.denied_because IS NULL AND (t.attempts IS NULL OR t.attempts < $2 OR m.id IS NOT NULL)), 0)::bigint
          FROM idp.evacuation e
          LEFT JOIN idp.object o ON o.primary_region = e.region AND (e.dataset IS NULL OR o.dataset = e.dataset)
          LEFT JOIN idp.evacuation_object t ON t.evacuation = e.id AND t.dataset = o.dataset AND t.key = o.key
          LEFT JOIN idp.migration m ON m.dataset = o.dataset AND m.key = o.key AND m.finished_at IS NULL
         WHERE e.id = $1
         GROUP BY e.id
        """;

    /// <summary>How far it has come. Costs a look at every object that is left.</summary>
    /// <exception cref="InvalidOperationException">There is no such evacuation.</exception>
    public async Task<EvacuationCounts> CountAsync(EvacuationId id, int maxAttempts, CancellationToken cancellationToken)
    {
        await using var command = database.Command(CountSql, id.Value.Sql(), maxAttempts.Sql());
        return (await command.ReadAsync(
            row => new EvacuationCounts(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4), row.GetInt64(5)),
            cancellationToken)).SingleOrDefault() ?? throw new InvalidOperationException($"There is no evacuation {id}.");
    }

    private const string RemaindersSql = """
        SELECT t.dataset, t.key, t.denied_because, coalesce(w.refusal, m.last_error, 'not moved'), t.migration_id, t.attempts, m.id IS NOT NULL
          FROM idp.evacuation_object t
          JOIN idp.evacuation e ON e.id = t.evacuation
          JOIN idp.object o ON o.dataset = t.dataset AND o.key = t.key AND o.primary_region = e.region
          LEFT JOIN idp.migration m ON m.id = t.migration_id
          LEFT JOIN idp.batch_member w ON w.migration_id = t.migration_id
         WHERE t.evacuation = $1 AND (t.denied_because IS NOT NULL OR m.id IS NULL OR m.finished_at IS NOT NULL)
         ORDER BY t.dataset, t.key
         LIMIT $2
        """;

    /// <summary>Objects that it tried and that are still there, by name, each with the reason and what to do.</summary>
    /// <param name="limit">From 1 to 10,000.</param>
    public async Task<ImmutableArray<EvacuationRemainder>> ListRemaindersAsync(EvacuationId id, int limit, CancellationToken cancellationToken)
    {
        await using var command = database.Command(RemaindersSql, id.Value.Sql(), PageLimit.Check(limit).Sql());
        return await command.ReadAsync(ReadRemainder, cancellationToken);
    }

    private static EvacuationRemainder ReadRemainder(NpgsqlDataReader row)
    {
        var left = new ObjectId(DatasetId.Parse(row.GetString(0)), row.GetString(1));
        var migration = row.TextOrNull(4) is { } name ? MigrationId.Parse(name) : (MigrationId?)null;
        var denial = row.TextOrNull(2);
        var remedy = denial is not null ? "change the policy, or open an allowed region (idp region open), then evacuate again"
            : row.GetBoolean(6) ? $"'idp migration status {migration}' shows what happened; remove the cause, then evacuate again"
            : "end what moves it now, or wait for it, then evacuate again";
        return new EvacuationRemainder(left, denial ?? row.GetString(3), remedy, denial is null ? migration : null, row.GetInt32(5));
    }
}
