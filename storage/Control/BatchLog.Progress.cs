using Idp.Core;
using Idp.Core.Migrations;
using Npgsql;

namespace Idp.Storage;

public sealed partial class BatchLog
{
    // By name first: two attempts of one activity would otherwise deadlock.
    private const string EnterSql = """
        WITH mine AS MATERIALIZED (
            SELECT m.id, m.phase AS former FROM idp.migration m
             WHERE m.batch = $1 AND m.id = ANY ($2) AND m.finished_at IS NULL
             ORDER BY m.id
               FOR UPDATE),
        changed AS (
            UPDATE idp.migration m SET phase = $3, updated_at = now(), finished_at = CASE WHEN $4 THEN now() END
              FROM mine
             WHERE m.id = mine.id
         RETURNING m.id, mine.former)
        INSERT INTO idp.migration_phase (migration_id, phase)
        SELECT changed.id, $3 FROM changed WHERE changed.former <> $3 ORDER BY changed.id
        """;

    /// <summary>Lets members enter a phase together; Done, RolledBack and Failed close them for good. Those closed already stay.</summary>
    public async Task EnterAsync(BatchId id, IReadOnlyList<MigrationId> members, MigrationPhase phase, CancellationToken cancellationToken)
    {
        if (members.Count == 0)
        {
            return;
        }

        var closes = phase is MigrationPhase.Done or MigrationPhase.RolledBack or MigrationPhase.Failed;
        await using var batch = database.CreateBatch();
        batch.Add(TouchSql, id.Value.Sql());
        batch.Add(EnterSql, id.Value.Sql(), Names(members), phase.ToString().Sql(), closes.Sql());
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    private const string NoteErrorsSql = """
        WITH mine AS MATERIALIZED (
            SELECT m.id, given.error FROM idp.migration m JOIN unnest($2, $3) AS given (id, error) ON m.id = given.id
             WHERE m.batch = $1 AND m.finished_at IS NULL
             ORDER BY m.id
               FOR UPDATE OF m)
        UPDATE idp.migration m SET last_error = mine.error, updated_at = now() FROM mine WHERE m.id = mine.id
        """;

    /// <summary>Keeps each member's last failure.</summary>
    public async Task NoteErrorsAsync(
        BatchId id, IReadOnlyList<(MigrationId Member, string Error)> errors, CancellationToken cancellationToken)
    {
        if (errors.Count == 0)
        {
            return;
        }

        await using var command = database.Command(
            NoteErrorsSql, id.Value.Sql(), Names([.. errors.Select(error => error.Member)]), errors.Select(error => error.Error).ToArray().Sql());
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private const string NoteCopiesSql = """
        WITH mine AS MATERIALIZED (
            SELECT m.id, given.row_count, given.size_bytes FROM idp.migration m JOIN unnest($2, $3, $4) AS given (id, row_count, size_bytes) ON m.id = given.id
             WHERE m.batch = $1 AND m.finished_at IS NULL
             ORDER BY m.id
               FOR UPDATE OF m)
        UPDATE idp.migration m SET row_count = mine.row_count, size_bytes = mine.size_bytes, updated_at = now() FROM mine WHERE m.id = mine.id
        """;

    /// <summary>Keeps how much was copied for each member.</summary>
    public async Task NoteCopiesAsync(
        BatchId id, IReadOnlyList<(MigrationId Member, long RowCount, long SizeBytes)> copies, CancellationToken cancellationToken)
    {
        if (copies.Count == 0)
        {
            return;
        }

        await using var command = database.Command(
            NoteCopiesSql,
            id.Value.Sql(),
            Names([.. copies.Select(copy => copy.Member)]),
            copies.Select(copy => copy.RowCount).ToArray().Sql(),
            copies.Select(copy => copy.SizeBytes).ToArray().Sql());
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private const string NoteVerifiedSql = """
        WITH mine AS MATERIALIZED (
            SELECT m.id FROM idp.migration m WHERE m.batch = $1 AND m.id = ANY ($2) AND m.finished_at IS NULL ORDER BY m.id FOR UPDATE)
        UPDATE idp.migration m SET is_verified = true, updated_at = now() FROM mine WHERE m.id = mine.id
        """;

    /// <summary>Keeps that both copies of these members were equal.</summary>
    public async Task NoteVerifiedAsync(BatchId id, IReadOnlyList<MigrationId> members, CancellationToken cancellationToken)
    {
        if (members.Count == 0)
        {
            return;
        }

        await using var command = database.Command(NoteVerifiedSql, id.Value.Sql(), Names(members));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    // Object before migration, the order of all locks.
    private const string LockMembersObjectsSql = """
        SELECT FROM idp.object known JOIN idp.migration m ON known.dataset = m.dataset AND known.key = m.key
         WHERE m.batch = $1 AND m.id = ANY ($2)
         ORDER BY known.key
           FOR NO KEY UPDATE OF known
        """;

    private const string ReserveUndoSql = """
        WITH mine AS MATERIALIZED (
            SELECT m.id, m.dataset, m.key FROM idp.migration m
             WHERE m.batch = $1 AND m.id = ANY ($2) AND m.finished_at IS NULL AND m.phase = 'Grace' AND m.undo_epoch = 0
             ORDER BY m.id
               FOR UPDATE),
        reserved AS (
            UPDATE idp.object known SET next_epoch = idp.epoch_from(known.next_epoch) + 1
              FROM mine
             WHERE known.dataset = mine.dataset AND known.key = mine.key
         RETURNING mine.id, known.next_epoch - 1 AS epoch)
        UPDATE idp.migration m SET undo_epoch = reserved.epoch, updated_at = now() FROM reserved WHERE m.id = reserved.id
        """;

    /// <summary>Reserves the epochs of taking members back that are in grace; a repeated call keeps what was reserved.</summary>
    public async Task ReserveUndoAsync(BatchId id, IReadOnlyList<MigrationId> members, CancellationToken cancellationToken)
    {
        await using var batch = database.CreateBatch();
        batch.Add(LockMembersObjectsSql, id.Value.Sql(), Names(members));
        batch.Add(ReserveUndoSql, id.Value.Sql(), Names(members));
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    // One version for all of them: readers get the whole batch at once, and the counter is held for one update.
    private const string PublishSql = """
        WITH fresh AS MATERIALIZED (
            SELECT m.dataset, m.key, CASE WHEN $3 THEN m.source ELSE m.target END AS region, CASE WHEN $3 THEN m.undo_epoch ELSE m.epoch END AS epoch
              FROM idp.migration m JOIN idp.object known ON known.dataset = m.dataset AND known.key = m.key
             WHERE m.batch = $1 AND m.id = ANY ($2) AND known.owner_epoch < CASE WHEN $3 THEN m.undo_epoch ELSE m.epoch END),
        taken AS MATERIALIZED (
            SELECT idp.next_routing_version() AS version WHERE EXISTS (SELECT FROM fresh))
        UPDATE idp.object known
           SET primary_region = fresh.region,
               owner_epoch = fresh.epoch,
               placement_version = known.placement_version + 1,
               routing_version = taken.version,
               last_moved_at = now()
          FROM fresh, taken
         WHERE known.dataset = fresh.dataset AND known.key = fresh.key
        """;

    /// <summary>Lets placements and routes of members follow what the stores have decided; all in one routing version.</summary>
    /// <remarks>A placement never goes back to an older epoch: a repeated or late call changes nothing.</remarks>
    /// <param name="undo">True after they were taken back, with their undo epochs.</param>
    /// <returns>How many placements changed.</returns>
    public async Task<int> PublishMovesAsync(BatchId id, IReadOnlyList<MigrationId> members, bool undo, CancellationToken cancellationToken)
    {
        if (members.Count == 0)
        {
            return 0;
        }

        await using var batch = database.CreateBatch();
        batch.Add(LockMembersObjectsSql, id.Value.Sql(), Names(members));
        batch.Add(PublishSql, id.Value.Sql(), Names(members), undo.Sql());
        await batch.ExecuteNonQueryAsync(cancellationToken);
        return batch.BatchCommands[1].RecordsAffected;
    }

    private const string SettledSql =
        "UPDATE idp.batch SET slot_since = NULL, settled_at = coalesce(settled_at, now()), updated_at = now() WHERE id = $1";

    /// <summary>Gives the batch's place to another: nothing of it copies any more.</summary>
    public async Task SettleAsync(BatchId id, CancellationToken cancellationToken)
    {
        await using var command = database.Command(SettledSql, id.Value.Sql());
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private const string FinishSql = """
        UPDATE idp.batch
           SET slot_since = NULL, settled_at = coalesce(settled_at, now()), finished_at = coalesce(finished_at, now()), updated_at = now()
         WHERE id = $1 AND NOT EXISTS (SELECT FROM idp.migration m WHERE m.batch = $1 AND m.finished_at IS NULL)
        """;

    private const string RefuseRestSql = """
        UPDATE idp.batch_member w SET refusal = $2
         WHERE w.batch = $1 AND w.refusal IS NULL
           AND NOT EXISTS (SELECT FROM idp.migration mine WHERE mine.id = w.migration_id AND mine.batch = w.batch)
        """;

    /// <summary>Closes the batch once every member has ended.</summary>
    /// <param name="refusal">Why members that were never claimed never will be; null leaves them as they are.</param>
    /// <returns>Whether it is closed.</returns>
    public async Task<bool> FinishAsync(BatchId id, string? refusal, CancellationToken cancellationToken)
    {
        await using var batch = database.CreateBatch();
        batch.Add(LockBatchSql, id.Value.Sql()); // Before anything is read: a claim that it waits for has members by then.
        if (refusal is not null)
        {
            batch.Add(RefuseRestSql, id.Value.Sql(), refusal.Sql());
        }

        batch.Add(FinishSql, id.Value.Sql());
        await batch.ExecuteNonQueryAsync(cancellationToken);
        return batch.BatchCommands[^1].RecordsAffected > 0;
    }

    private static NpgsqlParameter Names(IReadOnlyList<MigrationId> members) => members.Select(member => member.Value).ToArray().Sql();
}
