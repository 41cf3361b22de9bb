using Idp.Core;
using Idp.Core.Migrations;
using Npgsql;

namespace Idp.Storage;

public sealed partial class MigrationLog
{
    private const string ShareAutomationSql = "SELECT paused_by, pause_reason, paused_at FROM idp.automation FOR SHARE";

    private const string LockObjectSql = "SELECT primary_region FROM idp.object WHERE dataset = $1 AND key = $2 FOR NO KEY UPDATE";

    // A statement of its own, after the lock: its snapshot then contains whatever the lock waited for.
    private const string RivalsSql = SelectSql + """
        WHERE id = $1
           OR decision_id = $2
           OR (dataset = $3 AND key = $4 AND finished_at IS NULL)
        """;

    private const string RegionExistsSql = "SELECT FROM idp.region WHERE id = $1";

    private const string InsertSql = """
        WITH reserved AS (
            UPDATE idp.object SET next_epoch = idp.epoch_from(next_epoch) + 1
             WHERE dataset = $2 AND key = $3
         RETURNING primary_region, next_epoch - 1 AS epoch)
        INSERT INTO idp.migration (id, dataset, key, source, target, epoch, phase, requested_by, reason, decision_id)
        SELECT $1, $2, $3, reserved.primary_region, $4, reserved.epoch, $5, $6, $7, $8 FROM reserved
        ON CONFLICT DO NOTHING
        RETURNING id, dataset, key, source, target, epoch, undo_epoch, phase, requested_by, reason, decision_id,
                  started_at, updated_at, finished_at, row_count, size_bytes, is_verified, last_error, batch
        """;

    private const string EnterPhaseSql = "INSERT INTO idp.migration_phase (migration_id, phase) VALUES ($1, $2)";

    /// <summary>Opens a migration and reserves its epoch, or says why not; one transaction.</summary>
    /// <remarks>
    /// The same request again returns the same record, paused or not. An epoch is never given twice, even when
    /// its migration failed. After <see cref="ControlSettings.PauseAsync"/> has returned nothing new is opened.
    /// </remarks>
    /// <returns>
    /// Refused when the object or the target is unknown, it is there already, another migration of it is open,
    /// its decision has been carried out, the id belongs to another request, or automation is paused.
    /// </returns>
    public async Task<MigrationBegin> BeginAsync(MigrationRequest request, CancellationToken cancellationToken)
    {
        // A rival for the same id or decision but another object is not behind the object's lock: the insert
        // meets it, and the second look then names it.
        return await TryBeginAsync(request, cancellationToken)
            ?? await TryBeginAsync(request, cancellationToken)
            ?? throw new InvalidOperationException($"Migration {request.Id} conflicts with one that cannot be found.");
    }

    private async Task<MigrationBegin?> TryBeginAsync(MigrationRequest request, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (await RefuseAsync(request, connection, cancellationToken) is { } known)
        {
            return known;
        }

        var phase = request.NeedsApproval ? MigrationPhase.AwaitingApproval : MigrationPhase.Preparing;
        MigrationRecord? migration;
        await using (var insert = new NpgsqlBatch(connection))
        {
            insert.Add(
                InsertSql,
                request.Id.Value.Sql(),
                request.Object.Dataset.Value.Sql(),
                request.Object.Key.Sql(),
                request.Target.Value.Sql(),
                phase.ToString().Sql(),
                request.RequestedBy.Sql(),
                request.Reason.Sql(),
                request.DecisionId.Sql());
            await using var reader = await insert.ExecuteReaderAsync(cancellationToken);
            migration = (await reader.ReadAsync(ReadMigration, cancellationToken)).SingleOrDefault();
        }

        if (migration is null)
        {
            return null; // Rolled back with the epoch it had reserved, which nobody has seen.
        }

        await using (var history = new NpgsqlBatch(connection))
        {
            history.Add(EnterPhaseSql, request.Id.Value.Sql(), phase.ToString().Sql());
            await history.ExecuteNonQueryAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return MigrationBegin.Started(migration);
    }

    // Null when nothing stands against it; the object is then locked until the transaction ends.
    private static async Task<MigrationBegin?> RefuseAsync(
        MigrationRequest request, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.Add(ShareAutomationSql);
        batch.Add(LockObjectSql, request.Object.Dataset.Value.Sql(), request.Object.Key.Sql());
        batch.Add(
            RivalsSql,
            request.Id.Value.Sql(),
            request.DecisionId.Sql(),
            request.Object.Dataset.Value.Sql(),
            request.Object.Key.Sql());
        batch.Add(RegionExistsSql, request.Target.Value.Sql());
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);

        var pause = (await reader.ReadAsync(ControlSettings.ReadPause, cancellationToken)).Single();
        await reader.NextResultAsync(cancellationToken);
        var primary = (await reader.ReadAsync(row => RegionId.Parse(row.GetString(0)), cancellationToken)).Cast<RegionId?>().SingleOrDefault();
        await reader.NextResultAsync(cancellationToken);
        var rivals = await reader.ReadAsync(ReadMigration, cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        var isTargetKnown = reader.HasRows;

        if (rivals.FirstOrDefault(rival => rival.Id == request.Id) is { } same)
        {
            return same.Object == request.Object && same.Target == request.Target
                ? MigrationBegin.Started(same)
                : MigrationBegin.Refused($"migration {same.Id} already moves {same.Object} to {same.Target}; choose another id");
        }

        if (rivals.FirstOrDefault(rival => rival.DecisionId is { } id && id == request.DecisionId) is { } decided)
        {
            return MigrationBegin.Refused($"decision {decided.DecisionId} was already carried out by migration {decided.Id}");
        }

        if (rivals.FirstOrDefault() is { } open)
        {
            return MigrationBegin.Refused($"{open.Object} is already moving: migration {open.Id} to {open.Target} is {open.Phase}");
        }

        return (primary, isTargetKnown, pause) switch
        {
            (null, _, _) => MigrationBegin.Refused($"object {request.Object} is unknown"),
            (_, false, _) => MigrationBegin.Refused($"region {request.Target} is unknown"),
            ({ } here, _, _) when here == request.Target => MigrationBegin.Refused($"{request.Object} is already in {here}"),
            (_, _, { } paused) => MigrationBegin.Refused($"automation was paused by {paused.By}: {paused.Reason}"),
            _ => null,
        };
    }
}
