using Idp.Core.Migrations;
using Idp.Core.Movement;
using Idp.Storage;
using Idp.Storage.Regions;
using Idp.Workflows.Contracts;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using Polly.Timeout;
using Temporalio.Activities;
using Temporalio.Exceptions;

namespace Idp.Activities.Actuators;

/// <summary>Carries the saga's steps to the stores, and notes in the catalog how far it came.</summary>
internal sealed partial class MigrationActivities(
    Catalog catalog,
    MigrationLog migrations,
    MoverFactory movers,
    Preflight preflight,
    RegionGuards guards,
    MigrationAlerts alerts,
    IOptions<PlaneOptions> options,
    ILogger<MigrationActivities> logger) : IMigrationActivities
{
    /// <summary>A few round trips, with time for a switch that has to try again; below the activity's own minute.</summary>
    private static readonly TimeSpan QuickLimit = TimeSpan.FromSeconds(50);

    /// <summary>Gives a half-made copy up in one transaction, so it grows with the object.</summary>
    private static readonly TimeSpan WipeLimit = TimeSpan.FromMinutes(9);

    /// <summary>Work that grows with the object is bounded by its activity alone.</summary>
    private static readonly TimeSpan BulkLimit = TimeSpan.FromHours(12);

    private static CancellationToken Token => ActivityExecutionContext.Current.CancellationToken;

    [Activity] // Attributes are not inherited: the interface names the call, this one registers it.
    public async Task<BeginResult> BeginAsync(MigrationRequest request)
    {
        var begun = await migrations.BeginAsync(request, Token);
        var plane = options.Value;
        return begun.Migration is { } migration
            ? new BeginResult(
                migration.Source,
                IsResumed: migration.Phase is not MigrationPhase.AwaitingApproval and not MigrationPhase.Preparing,
                Refusal: migration.FinishedAt is null ? null : $"migration '{migration.Id}' has ended already: {migration.Phase}",
                plane.Grace,
                plane.ApprovalTimeout,
                AwaitsApproval: migration.Phase is MigrationPhase.AwaitingApproval,
                IsReverting: migration.UndoEpoch != 0,
                plane.ParkTimeout,
                migration.IsPaused)
            : new BeginResult(null, false, begun.Refusal, plane.Grace, plane.ApprovalTimeout);
    }

    [Activity]
    public async Task ClaimSlotAsync(MoveStep step)
    {
        var migration = await EnterAsync(step);
        var plane = options.Value;
        var claim = await migrations.ClaimSlotAsync(
            migration.Id, new SlotLimits(plane.MaxOpenMigrations, plane.MaxOpenMigrationsPerRoute, plane.SlotLease), Token);
        if (!claim.IsGranted)
        {
            throw new ApplicationFailureException($"waiting for {claim.WaitingFor}", Failures.WaitsForSlot);
        }
    }

    [Activity]
    public Task PrepareAsync(MoveStep step) => TryAsync(step, async migration =>
        await preflight.CheckAsync(migration, Token) is { } refusal ? throw Refused(refusal) : true);

    [Activity]
    public Task StartAsync(MoveStep step) => MoveAsync(step, async (mover, migration, token) =>
    {
        try
        {
            await mover.StartAsync(token);
        }
        catch (MoveRefusedException)
        {
            // The catalog may have forgotten epochs that a store has seen, after a restore for example.
            var (source, target) = movers.Stores(migration);
            var seen = Math.Max(
                (await source.ReadAsync(migration.Object, token)).AttemptEpoch, (await target.ReadAsync(migration.Object, token)).AttemptEpoch);
            await migrations.RaiseEpochsAsync(migration.Object, seen, token);
            throw;
        }

        return true;
    });

    [Activity]
    public Task<CopyResult> CopyAsync(MoveStep step) => MoveAsync(step, async (mover, migration, token) =>
    {
        var context = ActivityExecutionContext.Current;
        await using var written = new ProgressWriter(migrations, migration.Id, logger);
        CopyProgress? last = null;
        var copied = await mover.CopyAsync(
            progress =>
            {
                last = progress;
                context.Heartbeat(new CopyResult(progress.RowCount, progress.SizeBytes));
                if (!step.IsUndo)
                {
                    written.Report(progress);
                }
            },
            token);
        if (!step.IsUndo)
        {
            await migrations.ReportAsync(migration.Id, last!, token);
            await migrations.SetPhaseAsync(
                migration.Id, MigrationPhase.Copying, new MigrationProgress(copied.RowCount, copied.SizeBytes, IsVerified: false, migration.LastError), token);
            await catalog.UpdateSizesAsync([(migration.Object, copied.SizeBytes, copied.RowCount)], token);
        }

        LogCopied(migration.Object.ToString(), migration.Target.Value, copied.RowCount);
        return new CopyResult(copied.RowCount, copied.SizeBytes);
    }, BulkLimit);

    [Activity]
    public Task<VerifyResult> VerifyAsync(MoveStep step) => MoveAsync(step, async (mover, migration, token) =>
    {
        await using var shown = new ProgressWriter(migrations, migration.Id, logger);
        var verified = await mover.VerifyAsync(token);
        if (!step.IsUndo)
        {
            await migrations.SaveVerificationAsync(migration.Id, verified, token);
            await migrations.SetPhaseAsync(
                migration.Id, MigrationPhase.Verifying, new MigrationProgress(migration.RowCount, migration.SizeBytes, IsVerified: true, migration.LastError), token);
        }

        return new VerifyResult(verified.Tables.Sum(table => table.RowCount), string.Join("; ", verified.Tables.Select(table => $"{table.Table}: {table.RowCount} rows are equal")));
    }, BulkLimit);

    [Activity]
    public Task<SwitchResult> SwitchAsync(MoveStep step) => MoveAsync(step, async (mover, _, token) =>
        new SwitchResult((await mover.SwitchAsync(token)).TotalMilliseconds));

    [Activity]
    public Task<MoveOutcome> ResolveAsync(MoveStep step) => MoveAsync(step, (mover, _, token) => mover.ResolveAsync(token));

    [Activity]
    public Task UndoAsync(MoveStep step) => MoveAsync(step, async (mover, _, token) =>
    {
        await mover.UndoAsync(token);
        return true;
    }, WipeLimit);

    [Activity]
    public Task OpenAsync(MoveStep step) => MoveAsync(step, async (mover, migration, token) =>
    {
        await mover.OpenAsync(token);
        await migrations.PublishMoveAsync(migration.Id, step.IsUndo, token);
        return true;
    });

    [Activity]
    public Task FollowAsync(MoveStep step) => MoveAsync(step, async (mover, _, token) =>
    {
        await mover.FollowAsync(token);
        return true;
    });

    [Activity]
    public Task CleanUpAsync(MoveStep step) => MoveAsync(step, async (mover, _, token) =>
    {
        await mover.CleanUpAsync(_ => ActivityExecutionContext.Current.Heartbeat(), token);
        return true;
    }, BulkLimit);

    [Activity]
    public Task ReserveUndoAsync(MoveStep step) => migrations.ReserveUndoAsync(step.Migration, Token);

    [Activity]
    public async Task ParkAsync(ParkStep step)
    {
        var migration = await movers.FindAsync(step.Migration, Token);
        if (await migrations.ParkAsync(migration, step.Error, step.Remedy, step.Until, Token))
        {
            await alerts.ParkedAsync(migration, step, Token);
        }
    }

    [Activity]
    public Task HoldAsync(HoldStep step) => migrations.HoldAsync(step.Migration, step.IsPaused, step.WaitingFor, Token);

    [Activity]
    public async Task NoteAsync(MoveStep step)
    {
        // A migration that was refused has no row to note anything on.
        if (await migrations.FindAsync(step.Migration, Token) is { } migration)
        {
            if (step is { Quarantines: true, Error: { } error } && options.Value.QuarantineFor > TimeSpan.Zero)
            {
                await migrations.QuarantineAsync(migration.Id, error, options.Value.QuarantineFor, Token);
                await alerts.QuarantinedAsync(migration, error, options.Value.QuarantineFor, Token);
            }

            await EnterAsync(step, migration);
        }
    }

    private async Task<MigrationRecord> EnterAsync(MoveStep step)
    {
        var migration = await movers.FindAsync(step.Migration, Token);
        await EnterAsync(step, migration);
        return migration;
    }

    private async Task EnterAsync(MoveStep step, MigrationRecord known)
    {
        if (step.Entered is { } phase && (phase != known.Phase || (step.Error ?? known.LastError) != known.LastError))
        {
            var progress = new MigrationProgress(known.RowCount, known.SizeBytes, known.IsVerified, step.Error ?? known.LastError);
            await migrations.SetPhaseAsync(known.Id, phase, progress, Token);
        }
    }

    private Task<T> MoveAsync<T>(
        MoveStep step, Func<ObjectMover, MigrationRecord, CancellationToken, Task<T>> act, TimeSpan? limit = null) =>
        TryAsync(step, migration => guards.RunAsync(
            migration.Source,
            migration.Target,
            async token => await act(await movers.MakeAsync(migration, step.IsUndo, token), migration, token),
            limit ?? QuickLimit,
            Token));

    // Whatever fails is noted, with its remedy, before Temporal decides whether to try again.
    private async Task<T> TryAsync<T>(MoveStep step, Func<MigrationRecord, Task<T>> act)
    {
        var attempt = ActivityExecutionContext.Current.Info.Attempt;
        var migration = await EnterAsync(step);
        try
        {
            if (attempt > 1)
            {
                await migrations.NoteAttemptAsync(migration.Id, attempt, Token);
            }

            var result = await act(migration);
            await alerts.WorkedAsync(migration, attempt, Token);
            return result;
        }
        catch (Exception failure) when (Token.IsCancellationRequested && failure is not OperationCanceledException)
        {
            // Whatever a command says that was stopped on the way, it was stopped.
            throw new OperationCanceledException(failure.Message, failure, Token);
        }
        catch (Exception failure) when (!Token.IsCancellationRequested)
        {
            var known = Translate(failure, migration);
            await alerts.FailedAsync(migration, known, attempt, Token);
            throw known;
        }
    }

    private static ApplicationFailureException Translate(Exception failure, MigrationRecord migration) => failure switch
    {
        ApplicationFailureException known => known,
        TimeoutRejectedException slow => new(
            $"{migration.Source} or {migration.Target} did not answer within {slow.Timeout.TotalSeconds:F0} s", slow, nameof(TimeoutException)),
        MoveRefusedException refused => Refused(refused.Message),
        MoveVerificationException unequal => new(unequal.Message, unequal, Failures.Unequal, nonRetryable: true),

        // Npgsql's own exception is not serializable as it stands, and its text may quote rows.
        PostgresException told => new($"{told.SqlState}: {told.MessageText}", told.SqlState),
        _ => new(failure.Message, failure, failure.GetType().Name),
    };

    private static ApplicationFailureException Refused(string reason) => new(reason, Failures.Refused, nonRetryable: true);

    [LoggerMessage(LogLevel.Information, "Copied {RowCount} rows of {ObjectId} to {Region}")]
    private partial void LogCopied(string objectId, string region, long rowCount);
}
