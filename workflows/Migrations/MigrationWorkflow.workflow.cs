using System.Linq.Expressions;
using Idp.Core.Migrations;
using Idp.Core.Movement;
using Idp.Workflows.Contracts;
using Temporalio.Exceptions;
using Temporalio.Workflows;

namespace Idp.Workflows.Migrations;

/// <summary>Moves one object to another region while it is in use, and puts everything back when that fails.</summary>
/// <remarks>
/// Its id is <c>change/dataset/key</c>: one open change per object. Before the switch commits, any failure ends in exactly the
/// former state; after it, the saga only goes forward. The outcome is read from the source store, never inferred.
/// A step that fails three times parks the saga until an operator decides or a deadline has come.
/// </remarks>
[Workflow]
public sealed partial class MigrationWorkflow
{
    private readonly MigrationRequest _request;
    private CancellationTokenSource _cancelled = CancellationTokenSource.CreateLinkedTokenSource(Workflow.CancellationToken);
    private TimeSpan _parkTimeout;
    private StepFailure? _failure;

    [WorkflowInit]
    public MigrationWorkflow(MigrationRequest request)
    {
        _request = request;
        Status = new MigrationStatus(
            request.Id, request.Object, Source: null, request.Target, MigrationPhase.Preparing, Priority: request.Priority);
    }

    /// <summary>All that operators can see, in one record.</summary>
    [WorkflowQuery]
    public MigrationStatus Status { get; private set; }

    [WorkflowRun]
    public async Task<MigrationStatus> RunAsync(MigrationRequest request)
    {
        // Not cancellable: a claim whose answer was lost would stay behind.
        var begun = await UntilDoneAsync(a => a.BeginAsync(request), "claim the object, reserve an epoch");
        if (begun.Refusal is { } refusal)
        {
            Status = Status with { LastError = refusal };
            return await EndAsync(MigrationPhase.Failed, isRefused: true);
        }

        _parkTimeout = begun.ParkTimeout;
        Status = Status with { Source = begun.Source, IsPaused = Status.IsPaused || begun.IsPaused };
        if (!begun.IsResumed && (request.NeedsApproval || begun.AwaitsApproval) && await RefusedByOperatorAsync(begun.ApprovalTimeout) is { } why)
        {
            Status = Status with { LastError = why };
            return await EndAsync(MigrationPhase.RolledBack);
        }

        // A saga that was lost half-way does not know what it did; the stores do.
        var outcome = begun.IsResumed
            ? await ResolveAsync(isUndo: false)
            : await AttemptAsync(isUndo: false);
        if (outcome is MoveOutcome.Voided)
        {
            return await RollBackAsync();
        }

        if (begun is { IsResumed: true, IsReverting: true })
        {
            await EndUndoAsync(await ResolveAsync(isUndo: true));
        }
        else
        {
            await UntilDoneAsync(a => a.OpenAsync(Step(isUndo: false)), "open the target, publish the route");
            await GraceAsync(begun.Grace);
        }

        await CleanUpAsync();
        return await EndAsync(Status.IsReverted ? MigrationPhase.RolledBack : MigrationPhase.Done);
    }

    // From preparation to the commit, the same steps for the move and for its undo.
    private async Task<MoveOutcome> AttemptAsync(bool isUndo)
    {
        try
        {
            if (!isUndo)
            {
                await StepAsync(MigrationPhase.Preparing, isUndo, (step, token) => QuickAsync(a => a.PrepareAsync(step), "policy gate and preflight", token));
            }

            await StepAsync(MigrationPhase.Capturing, isUndo, (step, token) => QuickAsync(a => a.StartAsync(step), "log at the source, open the target", token));
            await StepAsync(MigrationPhase.Copying, isUndo, async (step, token) =>
            {
                var copied = await BulkAsync(a => a.CopyAsync(step), "copy and drain", token);
                Status = Status with { RowCount = copied.RowCount, SizeBytes = copied.SizeBytes };
            });
            await StepAsync(MigrationPhase.Verifying, isUndo, async (step, token) =>
            {
                var verified = await BulkAsync(a => a.VerifyAsync(step), "compare both copies at one snapshot", token);
                Status = Status with { Verification = verified.Report };
            });
            await StepAsync(MigrationPhase.Switching, isUndo, async (step, token) =>
            {
                var switched = await QuickAsync(a => a.SwitchAsync(step), "freeze, drain, commit", token);
                Status = Status with { WritePauseMs = switched.WritePauseMs };
            });
        }
        catch (Exception failure) when (failure is ActivityFailureException || TemporalException.IsCanceledException(failure))
        {
            GiveUp(failure, isUndo);
        }

        // A failed switch may have committed with its answer lost; inferring would drop the live copy.
        return await ResolveAsync(isUndo);
    }

    private void GiveUp(Exception failure, bool isUndo)
    {
        var known = StepFailure.Of(failure);
        if (!isUndo && !_cancelled.IsCancellationRequested)
        {
            _failure = known; // An operator's own cancellation is no failure, whatever a step said last.
        }

        Status = Status with
        {
            LastError = Status.FailedIn is null ? known.Error
                : known.IsCancelled ? $"cancelled while parked: {Status.LastError}"
                : $"{known.Error}; parked, and nobody decided within {_parkTimeout}",
            Remedy = known.IsCancelled ? Status.Remedy : known.RemedyOf(_request.Id),
            FailedIn = null,
            ParkedUntil = null,
        };
    }

    private Task<MoveOutcome> ResolveAsync(bool isUndo) => UntilDoneAsync(a => a.ResolveAsync(Step(isUndo)), "read the outcome");

    // Failed, with similar ones refused, unless an operator took it back or the saga was lost; what a rule or a busy object
    // refused says nothing about similar ones.
    private async Task<MigrationStatus> RollBackAsync()
    {
        var undo = Enter(MigrationPhase.RollingBack, isUndo: false);
        await UntilDoneAsync(a => a.UndoAsync(undo), "restore the former state");
        return _failure is { } failure
            ? await EndAsync(MigrationPhase.Failed, quarantines: !failure.IsRefusal)
            : await EndAsync(MigrationPhase.RolledBack);
    }

    // One that was refused has no row of its own: the row of that name belongs to another request, which goes on.
    private async Task<MigrationStatus> EndAsync(MigrationPhase phase, bool quarantines = false, bool isRefused = false)
    {
        var entered = Enter(phase, isUndo: false);
        var note = isRefused ? entered with { Entered = null } : entered with { Quarantines = quarantines };
        await UntilDoneAsync(a => a.NoteAsync(note), $"note: {phase}");
        await Workflow.WaitConditionAsync(() => Workflow.AllHandlersFinished, CancellationToken.None);
        return Status;
    }
}
