using System.Collections.Immutable;
using Idp.Core;
using Idp.Core.Migrations;
using Npgsql;

namespace Idp.Storage;

public sealed partial class BatchLog
{
    private const string ShareAutomationSql = "SELECT paused_by, pause_reason, paused_at FROM idp.automation FOR SHARE";

    private const string LockBatchSql = "SELECT FROM idp.batch WHERE id = $1 FOR UPDATE";

    // A statement of its own, before the claim: the claim's snapshot then contains whatever the locks waited for.
    private const string LockObjectsSql = """
        SELECT FROM idp.object known JOIN idp.batch_member w ON w.key = known.key JOIN idp.batch b ON b.id = w.batch AND b.dataset = known.dataset
         WHERE b.id = $1
         ORDER BY known.key
           FOR NO KEY UPDATE OF known
        """;

    private const string ClaimSql = """
        WITH wanted AS MATERIALIZED (
            SELECT w.key, w.migration_id, b.dataset, b.source, b.target, b.requested_by, b.reason,
                   CASE
                       WHEN known.key IS NULL THEN 'the object is unknown'
                       WHEN rival.id IS NOT NULL THEN format('it is already moving: migration %s to %s is %s', rival.id, rival.target, rival.phase)
                       WHEN known.primary_region = b.target THEN format('it is already in %s', b.target)
                       WHEN known.primary_region <> b.source THEN format('it is in %s, not in %s', known.primary_region, b.source)
                   END AS refusal
              FROM idp.batch_member w
              JOIN idp.batch b ON b.id = w.batch
              LEFT JOIN idp.object known ON known.dataset = b.dataset AND known.key = w.key
              LEFT JOIN idp.migration rival ON rival.dataset = b.dataset AND rival.key = w.key AND rival.finished_at IS NULL
             WHERE w.batch = $1 AND w.refusal IS NULL
               AND NOT EXISTS (SELECT FROM idp.migration mine WHERE mine.id = w.migration_id AND mine.batch = w.batch)),
        reserved AS (
            UPDATE idp.object known SET next_epoch = idp.epoch_from(known.next_epoch) + 1
              FROM wanted
             WHERE wanted.refusal IS NULL AND known.dataset = wanted.dataset AND known.key = wanted.key
         RETURNING known.key, known.next_epoch - 1 AS epoch),
        begun AS (
            INSERT INTO idp.migration (id, dataset, key, source, target, epoch, phase, requested_by, reason, batch)
            SELECT wanted.migration_id, wanted.dataset, wanted.key, wanted.source, wanted.target, reserved.epoch, $2,
                   wanted.requested_by, wanted.reason, $1
              FROM wanted JOIN reserved ON reserved.key = wanted.key
             ORDER BY wanted.key
                ON CONFLICT DO NOTHING
         RETURNING id),
        entered AS (
            INSERT INTO idp.migration_phase (migration_id, phase) SELECT id, $2 FROM begun)
        UPDATE idp.batch_member w SET refusal = wanted.refusal FROM wanted
         WHERE w.batch = $1 AND w.key = wanted.key AND wanted.refusal IS NOT NULL
        """;

    private const string RefuseTakenNamesSql = """
        UPDATE idp.batch_member w SET refusal = format('its migration''s name %s is taken', w.migration_id)
         WHERE w.batch = $1 AND w.refusal IS NULL
           AND NOT EXISTS (SELECT FROM idp.migration mine WHERE mine.id = w.migration_id AND mine.batch = w.batch)
        """;

    private const string BegunSql = "UPDATE idp.batch SET begun_at = coalesce(begun_at, now()), updated_at = now() WHERE id = $1";

    /// <summary>Claims every member that is free and reserves its epoch; notes for each other one why not. One transaction.</summary>
    /// <remarks>A repeated call claims nothing twice, paused or not. Nothing new begins once automation is paused.</remarks>
    /// <returns>Why nothing was begun: the batch has ended, or automation is paused; null when the batch has begun.</returns>
    /// <exception cref="InvalidOperationException">There is no such batch.</exception>
    public async Task<string?> BeginAsync(BatchId id, bool needsApproval, CancellationToken cancellationToken)
    {
        var phase = needsApproval ? MigrationPhase.AwaitingApproval : MigrationPhase.Preparing;
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using (var check = new NpgsqlBatch(connection))
        {
            check.Add(ShareAutomationSql);
            check.Add(LockBatchSql, id.Value.Sql());
            check.Add("SELECT begun_at IS NOT NULL, finished_at IS NOT NULL FROM idp.batch WHERE id = $1", id.Value.Sql());
            await using var reader = await check.ExecuteReaderAsync(cancellationToken);
            var pause = (await reader.ReadAsync(ControlSettings.ReadPause, cancellationToken)).Single();
            await reader.NextResultAsync(cancellationToken);
            await reader.NextResultAsync(cancellationToken);
            var (isBegun, isFinished) = (await reader.ReadAsync(row => (row.GetBoolean(0), row.GetBoolean(1)), cancellationToken))
                .Cast<(bool, bool)?>().SingleOrDefault() ?? throw Unknown(id);
            if (isFinished)
            {
                return $"batch '{id}' has ended already"; // Its evacuation was cancelled, perhaps while this waited for the lock.
            }

            if (isBegun)
            {
                return null;
            }

            if (pause is { } paused)
            {
                return $"automation was paused by {paused.By}: {paused.Reason}";
            }
        }

        await using (var claim = new NpgsqlBatch(connection))
        {
            claim.Add(LockObjectsSql, id.Value.Sql());
            claim.Add(ClaimSql, id.Value.Sql(), phase.ToString().Sql());
            claim.Add(RefuseTakenNamesSql, id.Value.Sql());
            claim.Add(BegunSql, id.Value.Sql());
            await claim.ExecuteNonQueryAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return null;
    }

    private const string OpenMembersSql = MigrationLog.SelectSql + "WHERE batch = $1 AND finished_at IS NULL ORDER BY key";

    /// <summary>The members' migrations that have not ended, by key.</summary>
    public async Task<ImmutableArray<MigrationRecord>> ListOpenMembersAsync(BatchId id, CancellationToken cancellationToken)
    {
        await using var command = database.Command(OpenMembersSql, id.Value.Sql());
        return await command.ReadAsync(MigrationLog.ReadMigration, cancellationToken);
    }

    private static InvalidOperationException Unknown(BatchId id) => new($"There is no batch {id}.");
}
