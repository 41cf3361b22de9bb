using System.Diagnostics.Metrics;
using Idp.Core.Migrations;
using Idp.Storage;
using Idp.Workflows.Contracts;
using Microsoft.Extensions.Logging;
using Temporalio.Exceptions;

namespace Idp.Activities.Actuators;

/// <summary>Tells operators what fails: in the catalog each time, as an alert from the third failure of a step on.</summary>
internal sealed partial class MigrationAlerts(
    MigrationLog migrations, AlertLog alerts, IMeterFactory meters, TimeProvider clock, ILogger<MigrationAlerts> logger)
{
    private const string Kind = "migration";
    private const string QuarantineKind = "quarantine";
    private const int FailuresBeforeAlert = 3;

    private readonly Counter<long> _opened = meters.Create("Idp.Plane")
        .CreateCounter<long>("idp.alerts", unit: "{alert}", description: "Alerts opened.");

    /// <summary>A step has failed; it may be tried again.</summary>
    public async Task FailedAsync(MigrationRecord migration, ApplicationFailureException failure, int attempt, CancellationToken cancellationToken)
    {
        var error = Short(failure.Message);
        var remedy = Remedies.For(failure.ErrorType, error, migration.Id);
        await migrations.NoteFailureAsync(migration.Id, error, remedy, attempt, cancellationToken);

        // A refusal ends the attempt, and the migration's own end tells it, unless it came when nothing may be given up any more.
        var isFinish = migration.Phase is MigrationPhase.RollingBack or MigrationPhase.Grace or MigrationPhase.CleaningUp;
        if (attempt >= FailuresBeforeAlert || (failure.NonRetryable && isFinish))
        {
            await OpenAsync(
                AlertSeverity.Critical, Kind, migration.Id.Value, $"{migration.Object} in {migration.Phase}, attempt {attempt}: {error}",
                remedy, migration, expiresAt: null, cancellationToken);
        }
    }

    /// <summary>A step has worked: what earlier attempts have said is over.</summary>
    public async Task WorkedAsync(MigrationRecord before, int attempt, CancellationToken cancellationToken)
    {
        if (attempt > 1 || before.Attempt > 1)
        {
            await migrations.NoteAttemptAsync(before.Id, 1, cancellationToken);
            await alerts.ClearAsync(Kind, before.Id.Value, cancellationToken);
        }
    }

    /// <summary>A migration waits for an operator's decision.</summary>
    public Task ParkedAsync(MigrationRecord migration, ParkStep step, CancellationToken cancellationToken) => OpenAsync(
        AlertSeverity.Critical,
        Kind,
        migration.Id.Value,
        $"{migration.Object} is parked: {step.FailedIn} failed {FailuresBeforeAlert} times: {step.Error}; given up at {step.Until.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z",
        step.Remedy,
        migration,
        expiresAt: null,
        cancellationToken);

    /// <summary>A migration has failed, and similar ones are refused.</summary>
    public Task QuarantinedAsync(MigrationRecord migration, string error, TimeSpan span, CancellationToken cancellationToken) => OpenAsync(
        AlertSeverity.Warning,
        QuarantineKind,
        AlertLog.RouteOf(migration.Object.Dataset, migration.Source, migration.Target),
        $"{migration.Id} of {migration.Object} failed: {error}; similar migrations are refused",
        "remove the cause, then 'idp migration quarantine list' and 'idp migration quarantine lift NUMBER --note WHY'",
        migration,
        clock.GetUtcNow() + span,
        cancellationToken);

    private async Task OpenAsync(
        AlertSeverity severity, string kind, string subject, string summary, string remedy, MigrationRecord migration, DateTimeOffset? expiresAt, CancellationToken cancellationToken)
    {
        if (await alerts.OpenAsync(severity, kind, subject, summary, remedy, migration.Id, expiresAt, cancellationToken))
        {
            _opened.Add(1, new KeyValuePair<string, object?>("kind", kind), new KeyValuePair<string, object?>("severity", severity.ToString()));
            LogAlert(kind, migration.Id.Value, summary, remedy);
        }
    }

    private static string Short(string text) => text.Length <= Remedies.MaxErrorLength ? text : text[..Remedies.MaxErrorLength];

    [LoggerMessage(LogLevel.Error, "Alert {Kind} of {MigrationId}: {Summary}. What to do: {Remedy}")]
    private partial void LogAlert(string kind, string migrationId, string summary, string remedy);
}
