using System.Diagnostics.CodeAnalysis;
using Idp.Core;
using Idp.Core.Migrations;
using Npgsql;

namespace Idp.Storage;

public sealed partial class MigrationLog
{
    private const string LockMigrationSql = "SELECT FROM idp.migration WHERE id = $1 FOR UPDATE";

    // Object before migration, the order of all locks.
    private const string LockBothSql = """
        SELECT FROM idp.object AS known JOIN idp.migration AS moving ON known.dataset = moving.dataset AND known.key = moving.key
         WHERE moving.id = $1
           FOR NO KEY UPDATE OF known
        """;

    private const string ReserveUndoSql = """
        WITH reserved AS (
            UPDATE idp.object AS known SET next_epoch = idp.epoch_from(known.next_epoch) + 1
              FROM idp.migration AS moving
             WHERE moving.id = $1 AND moving.undo_epoch = 0 AND moving.finished_at IS NULL
               AND known.dataset = moving.dataset AND known.key = moving.key
         RETURNING known.next_epoch - 1 AS epoch)
        UPDATE idp.migration SET undo_epoch = reserved.epoch, updated_at = now() FROM reserved WHERE id = $1
        """;

    /// <summary>Reserves the epoch of taking a migration back; a repeated call returns the same one.</summary>
    /// <returns>The record with its undo epoch; still 0 when the migration had ended before anybody asked.</returns>
    /// <exception cref="InvalidOperationException">There is no such migration.</exception>
    public async Task<MigrationRecord> ReserveUndoAsync(MigrationId id, CancellationToken cancellationToken)
    {
        await using var batch = database.CreateBatch();
        batch.Add(LockBothSql, id.Value.Sql());
        batch.Add(LockMigrationSql, id.Value.Sql());
        batch.Add(ReserveUndoSql, id.Value.Sql());
        batch.Add(FindSql, id.Value.Sql());
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        return (await reader.ReadAsync(ReadMigration, cancellationToken)).SingleOrDefault() ?? throw Unknown(id);
    }

    private const string RaiseEpochsSql = """
        UPDATE idp.object SET next_epoch = $3 + 1 WHERE dataset = $1 AND key = $2 AND next_epoch <= $3
        """;

    /// <summary>Makes every later epoch of an object greater than one that a store knows; never lowers anything.</summary>
    /// <param name="above">The store's epoch.</param>
    [SuppressMessage("Design", "CA1030:Use events where appropriate", Justification = "It raises numbers, not an event.")]
    public async Task RaiseEpochsAsync(ObjectId id, long above, CancellationToken cancellationToken)
    {
        await using var command = database.Command(RaiseEpochsSql, id.Dataset.Value.Sql(), id.Key.Sql(), above.Sql());
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private const string SetPhaseSql = """
        WITH changed AS (
            UPDATE idp.migration AS moving
               SET phase = $2,
                   updated_at = now(),
                   finished_at = CASE WHEN $3 THEN now() END,
                   row_count = CASE WHEN $4 THEN $5 ELSE moving.row_count END,
                   size_bytes = CASE WHEN $4 THEN $6 ELSE moving.size_bytes END,
                   is_verified = CASE WHEN $4 THEN $7 ELSE moving.is_verified END,
                   last_error = CASE WHEN $4 THEN $8 ELSE moving.last_error END,
                   remedy = CASE WHEN $4 AND moving.last_error IS DISTINCT FROM $8 THEN NULL ELSE moving.remedy END,
                   attempt = CASE WHEN moving.phase = $2 THEN moving.attempt ELSE 1 END,
                   is_paused = moving.is_paused AND NOT $3,
                   waiting_for = NULL,
                   parked_until = NULL
              FROM idp.migration AS former
             WHERE moving.id = $1 AND former.id = $1 AND moving.finished_at IS NULL
         RETURNING moving.id, former.phase AS former_phase),
        cleared AS (
            UPDATE idp.alert SET cleared_at = now()
              FROM changed
             WHERE kind = 'migration' AND subject = changed.id AND cleared_at IS NULL AND changed.former_phase <> $2)
        INSERT INTO idp.migration_phase (migration_id, phase)
        SELECT changed.id, $2 FROM changed WHERE changed.former_phase <> $2
        """;

    // A slot is for what copies; whatever waits for an operator, or has moved, makes room.
    private const string KeepSlotSql = """
        UPDATE idp.slot SET renewed_at = clock_timestamp() WHERE migration_id = $1 AND claimed_at IS NOT NULL
        """;

    private const string FreeSlotSql = "DELETE FROM idp.slot WHERE migration_id = $1";

    private const string ReadPhaseSql = "SELECT phase FROM idp.migration WHERE id = $1";

    /// <summary>Enters a phase, and stores progress when given; Done, RolledBack and Failed close the migration for good.</summary>
    /// <param name="progress"><see langword="null"/> leaves what is known.</param>
    /// <returns>
    /// Whether the migration is in that phase now, also by an earlier call; <see langword="false"/> when it had been
    /// closed in another one, and then nothing is changed.
    /// </returns>
    /// <exception cref="InvalidOperationException">There is no such migration.</exception>
    public async Task<bool> SetPhaseAsync(
        MigrationId id, MigrationPhase phase, MigrationProgress? progress, CancellationToken cancellationToken)
    {
        var closes = phase is MigrationPhase.Done or MigrationPhase.RolledBack or MigrationPhase.Failed;
        await using var batch = database.CreateBatch();
        batch.Add(LockMigrationSql, id.Value.Sql());
        batch.Add(
            SetPhaseSql,
            id.Value.Sql(),
            phase.ToString().Sql(),
            closes.Sql(),
            (progress is not null).Sql(),
            (progress?.RowCount ?? 0).Sql(),
            (progress?.SizeBytes ?? 0).Sql(),
            (progress?.IsVerified ?? false).Sql(),
            (progress?.LastError).Sql());
        batch.Add(NeedsSlot(phase) ? KeepSlotSql : FreeSlotSql, id.Value.Sql());
        batch.Add(ReadPhaseSql, id.Value.Sql());
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.NextResultAsync(cancellationToken); // Past the lock's; the others return no rows.
        var now = (await reader.ReadAsync(row => row.GetString(0), cancellationToken)).SingleOrDefault() ?? throw Unknown(id);
        return now == phase.ToString();
    }

    /// <inheritdoc cref="SetPhaseAsync(MigrationId, MigrationPhase, MigrationProgress?, CancellationToken)"/>
    public Task<bool> SetPhaseAsync(MigrationId id, MigrationPhase phase, CancellationToken cancellationToken) =>
        SetPhaseAsync(id, phase, progress: null, cancellationToken);

    private const string PublishMoveSql = """
        UPDATE idp.object AS known
           SET primary_region = CASE WHEN $2 THEN moving.source ELSE moving.target END,
               owner_epoch = CASE WHEN $2 THEN moving.undo_epoch ELSE moving.epoch END,
               placement_version = known.placement_version + 1,
               routing_version = idp.next_routing_version(),
               last_moved_at = now()
          FROM idp.migration AS moving
         WHERE moving.id = $1
           AND known.dataset = moving.dataset AND known.key = moving.key
           AND known.owner_epoch < CASE WHEN $2 THEN moving.undo_epoch ELSE moving.epoch END
        """;

    private const string UndoEpochSql = "SELECT undo_epoch FROM idp.migration WHERE id = $1";

    /// <summary>Lets placement and routes follow what the stores have decided: the object is in the target, or back in the source.</summary>
    /// <remarks>A placement never goes back to an older epoch: a repeated or late call changes nothing.</remarks>
    /// <param name="undo">True after the object was taken back during grace, with the undo epoch.</param>
    /// <returns>Whether the placement changed; <see langword="false"/> when it had, or something newer was published.</returns>
    /// <exception cref="InvalidOperationException">There is no such migration, or no undo epoch was reserved.</exception>
    public async Task<bool> PublishMoveAsync(MigrationId id, bool undo, CancellationToken cancellationToken)
    {
        // The object first, the routing counter last: nobody waits for an object while others wait for him.
        await using var batch = database.CreateBatch();
        batch.Add(UndoEpochSql, id.Value.Sql());
        batch.Add(LockBothSql, id.Value.Sql());
        batch.Add(PublishMoveSql, id.Value.Sql(), undo.Sql());
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        var undoEpoch = (await reader.ReadAsync(row => row.GetInt64(0), cancellationToken)).Cast<long?>().SingleOrDefault() ?? throw Unknown(id);
        if (undo && undoEpoch == 0)
        {
            throw new InvalidOperationException($"Migration {id} has no undo epoch; reserve one before taking it back.");
        }

        while (await reader.NextResultAsync(cancellationToken))
        {
        }

        return batch.BatchCommands[2].RecordsAffected > 0;
    }

    private static bool NeedsSlot(MigrationPhase phase) => phase is MigrationPhase.Preparing or MigrationPhase.Capturing
        or MigrationPhase.Copying or MigrationPhase.Verifying or MigrationPhase.Switching;

    private static InvalidOperationException Unknown(MigrationId id) => new($"There is no migration {id}.");
}
