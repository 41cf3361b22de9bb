using System.Text.Json;
using Idp.Core;
using Idp.Core.Migrations;

namespace Idp.Storage;

/// <content>What operators see while a migration runs.</content>
public sealed partial class MigrationLog
{
    private const string ReportSql = """
        UPDATE idp.migration SET progress = $2, row_count = $3, size_bytes = $4, updated_at = now() WHERE id = $1 AND finished_at IS NULL
        """;

    /// <summary>Notes how far a copy has come, and keeps its slot.</summary>
    public async Task ReportAsync(MigrationId id, CopyProgress progress, CancellationToken cancellationToken)
    {
        await using var batch = database.CreateBatch();
        batch.Add(ReportSql, id.Value.Sql(), JsonSerializer.Serialize(progress).Sql(), progress.RowCount.Sql(), progress.SizeBytes.Sql());
        batch.Add(KeepSlotSql, id.Value.Sql());
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    private const string TouchSql = "UPDATE idp.migration SET updated_at = now() WHERE id = $1 AND finished_at IS NULL";

    /// <summary>Shows that a long step without progress of its own still runs, and keeps its slot.</summary>
    public async Task TouchAsync(MigrationId id, CancellationToken cancellationToken)
    {
        await using var batch = database.CreateBatch();
        batch.Add(TouchSql, id.Value.Sql());
        batch.Add(KeepSlotSql, id.Value.Sql());
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    private const string SaveVerificationSql = "UPDATE idp.migration SET verification = $2 WHERE id = $1";

    /// <summary>Keeps how both copies were compared.</summary>
    public async Task SaveVerificationAsync(MigrationId id, VerificationReport report, CancellationToken cancellationToken)
    {
        await using var command = database.Command(SaveVerificationSql, id.Value.Sql(), JsonSerializer.Serialize(report).Sql());
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private const string NoteAttemptSql = """
        UPDATE idp.migration SET attempt = $2 WHERE id = $1 AND attempt <> $2 AND finished_at IS NULL
        """;

    /// <summary>Notes that a step is tried again.</summary>
    public async Task NoteAttemptAsync(MigrationId id, int attempt, CancellationToken cancellationToken)
    {
        await using var command = database.Command(NoteAttemptSql, id.Value.Sql(), attempt.Sql());
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private const string NoteFailureSql = """
        UPDATE idp.migration SET last_error = $2, remedy = $3, attempt = $4, updated_at = now() WHERE id = $1 AND finished_at IS NULL
        """;

    /// <summary>Notes a failure, whether or not the step is tried again.</summary>
    public async Task NoteFailureAsync(MigrationId id, string error, string remedy, int attempt, CancellationToken cancellationToken)
    {
        await using var command = database.Command(NoteFailureSql, id.Value.Sql(), error.Sql(), remedy.Sql(), attempt.Sql());
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private const string ParkSql = """
        UPDATE idp.migration SET parked_until = $2, remedy = $3 WHERE id = $1 AND phase = 'Parked'
        """;

    /// <summary>Parks a migration that keeps failing, until an operator decides or the deadline comes.</summary>
    /// <returns>Whether it is parked now; <see langword="false"/> when it had ended.</returns>
    public async Task<bool> ParkAsync(MigrationRecord migration, string error, string remedy, DateTimeOffset until, CancellationToken cancellationToken)
    {
        var progress = new MigrationProgress(migration.RowCount, migration.SizeBytes, migration.IsVerified, error);
        if (!await SetPhaseAsync(migration.Id, MigrationPhase.Parked, progress, cancellationToken))
        {
            return false;
        }

        await using var command = database.Command(ParkSql, migration.Id.Value.Sql(), until.Sql(), remedy.Sql());
        await command.ExecuteNonQueryAsync(cancellationToken);
        return true;
    }

    private const string HoldSql = """
        UPDATE idp.migration SET is_paused = $2, waiting_for = $3, updated_at = now() WHERE id = $1 AND finished_at IS NULL
        """;

    /// <summary>Notes that an operator holds a migration, or lets it go on; one that is held gives its slot up.</summary>
    /// <param name="waitingFor">What it waits for, shown to operators.</param>
    public async Task HoldAsync(MigrationId id, bool isPaused, string? waitingFor, CancellationToken cancellationToken)
    {
        await using var batch = database.CreateBatch();
        batch.Add(HoldSql, id.Value.Sql(), isPaused.Sql(), waitingFor.Sql());
        batch.Add(isPaused ? FreeSlotSql : KeepSlotSql, id.Value.Sql());
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }
}
