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
/// </remarks>
[Workflow]
public sealed partial class MigrationWorkflow
{
    private const int MaxFollowSteps = 60; // A few hundred events of history, however long the grace.
    private static readonly TimeSpan MinFollowPeriod = TimeSpan.FromSeconds(1);

    private readonly MigrationRequest _request;
    private readonly CancellationTokenSource _reverted = CancellationTokenSource.CreateLinkedTokenSource(CancellationToken.None);
    private CancellationTokenSource _cancelled = CancellationTokenSource.CreateLinkedTokenSource(Workflow.CancellationToken);

    [WorkflowInit]
    public MigrationWorkflow(MigrationRequest request)
    {
        _request = request;
        Status = new MigrationStatus(request.Id, request.Object, Source: null, request.Target, MigrationPhase.Preparing);
    }

    /// <summary>All that operators can see, in one record.</summary>
    [WorkflowQuery]
    public MigrationStatus Status { get; private set; }

    [WorkflowRun]
    public async Task<MigrationStatus> RunAsync(MigrationRequest request)
    {
        // Not cancellable: a claim whose answer was lost would stay behind.
        var begun = await QuickAsync(a => a.BeginAsync(request), "claim the object, reserve an epoch", CancellationToken.None);
        if (begun.Refusal is { } refusal)
        {
            Status = Status with { LastError = refusal };
            return await EndAsync(MigrationPhase.Failed);
        }

        Status = Status with { Source = begun.Source };
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

        var cleanUp = Enter(MigrationPhase.CleaningUp, Status.IsReverted);
        await UntilDoneAsync(a => a.CleanUpAsync(cleanUp), "delete the old copy");
        return await EndAsync(Status.IsReverted ? MigrationPhase.RolledBack : MigrationPhase.Done);
    }

    // From preparation to the commit, the same steps for the move and for its undo.
    private async Task<MoveOutcome> AttemptAsync(bool isUndo)
    {
        try
        {
            if (!isUndo)
            {
                await StepAsync(MigrationPhase.Preparing, isUndo, step => QuickAsync(a => a.PrepareAsync(step), "policy gate and preflight", _cancelled.Token));
            }

            await StepAsync(MigrationPhase.Capturing, isUndo, step => QuickAsync(a => a.StartAsync(step), "log at the source, open the target", _cancelled.Token));
            await StepAsync(MigrationPhase.Copying, isUndo, async step =>
            {
                var copied = await BulkAsync(a => a.CopyAsync(step), "copy and drain", _cancelled.Token);
                Status = Status with { RowCount = copied.RowCount, SizeBytes = copied.SizeBytes };
            });
            await StepAsync(MigrationPhase.Verifying, isUndo, async step =>
            {
                var verified = await BulkAsync(a => a.VerifyAsync(step), "compare both copies at one snapshot", _cancelled.Token);
                Status = Status with { Verification = verified.Report };
            });
            await StepAsync(MigrationPhase.Switching, isUndo, async step =>
            {
                var switched = await QuickAsync(a => a.SwitchAsync(step), "freeze, drain, commit", _cancelled.Token);
                Status = Status with { WritePauseMs = switched.WritePauseMs };
            });
        }
        catch (Exception failure) when (failure is ActivityFailureException || TemporalException.IsCanceledException(failure))
        {
            Status = Status with { LastError = Explain(failure) };
        }

        // A failed switch may have committed with its answer lost; inferring would drop the live copy.
        return await ResolveAsync(isUndo);
    }

    private Task<MoveOutcome> ResolveAsync(bool isUndo) => UntilDoneAsync(a => a.ResolveAsync(Step(isUndo)), "read the outcome");

    private async Task<MigrationStatus> RollBackAsync()
    {
        var undo = Enter(MigrationPhase.RollingBack, isUndo: false);
        await UntilDoneAsync(a => a.UndoAsync(undo), "restore the former state");
        return await EndAsync(MigrationPhase.RolledBack);
    }

    // Keeps the old copy current by short steps, each a sixtieth of the grace apart: a long activity would hold a mover's place
    // all the time. An undo is the same attempt backwards; one that fails leaves the object where it is.
    private async Task GraceAsync(TimeSpan grace)
    {
        var follow = Enter(MigrationPhase.Grace, isUndo: false);
        var until = Workflow.UtcNow + grace;
        var between = grace / MaxFollowSteps > MinFollowPeriod ? grace / MaxFollowSteps : MinFollowPeriod;
        while (_revert is null && Workflow.UtcNow < until)
        {
            try
            {
                await BulkAsync(a => a.FollowAsync(follow), "keep the old copy current", _reverted.Token);
            }
            catch (Exception failure) when (TemporalException.IsCanceledException(failure))
            {
                // A revert does not wait for a store that is slow to answer.
            }
            catch (ActivityFailureException failure)
            {
                // A reverse stream that stands still only means that an undo has more to drain.
                Status = Status with { LastError = Explain(failure) };
            }

            var left = until - Workflow.UtcNow;
            if (left > TimeSpan.Zero)
            {
                await Workflow.WaitConditionAsync(() => _revert is not null, left < between ? left : between, CancellationToken.None);
            }
        }

        if (_revert is null)
        {
            return;
        }

        // A cancellation of the move came too late for it, and says nothing about the undo.
        _cancelled = Workflow.CancellationToken.IsCancellationRequested
            ? new CancellationTokenSource()
            : CancellationTokenSource.CreateLinkedTokenSource(Workflow.CancellationToken);
        await UntilDoneAsync(a => a.ReserveUndoAsync(Step(isUndo: true)), "reserve the undo's epoch");
        await EndUndoAsync(await AttemptAsync(isUndo: true));
    }

    private async Task EndUndoAsync(MoveOutcome outcome)
    {
        if (outcome is MoveOutcome.Moved)
        {
            await UntilDoneAsync(a => a.OpenAsync(Step(isUndo: true)), "open the former owner, publish the route");
            Status = Status with { IsReverted = true };
        }
        else
        {
            await UntilDoneAsync(a => a.UndoAsync(Step(isUndo: true)), "leave the object where it is");
        }
    }

    private async Task StepAsync(MigrationPhase phase, bool isUndo, Func<MoveStep, Task> act)
    {
        await PassAsync();
        await act(Enter(phase, isUndo));
    }

    private async Task PassAsync()
    {
        // Waiting on the token itself: a cancellation alone makes the SDK look at no condition.
        await Workflow.WaitConditionAsync(() => !Status.IsPaused, _cancelled.Token);
        _cancelled.Token.ThrowIfCancellationRequested();
    }

    private async Task<MigrationStatus> EndAsync(MigrationPhase phase)
    {
        await NoteAsync(phase);
        await Workflow.WaitConditionAsync(() => Workflow.AllHandlersFinished, CancellationToken.None);
        return Status;
    }

    // A phase without a step of its own to carry it to the catalog.
    private Task NoteAsync(MigrationPhase phase)
    {
        var note = Enter(phase, isUndo: false);
        return UntilDoneAsync(a => a.NoteAsync(note), $"note: {phase}");
    }

    private MoveStep Enter(MigrationPhase phase, bool isUndo)
    {
        Status = Status with { Phase = phase };
        Status = Status with { IsPaused = Status.IsPaused && IsBeforeCommit };
        Workflow.UpsertTypedSearchAttributes(IdpSearchAttributes.Phase.ValueSet(phase.ToString()));
        Workflow.CurrentDetails = $"{phase}: {_request.Object} from {Status.Source} to {_request.Target}. {_request.Reason}";
        return Step(isUndo) with { Entered = phase, Error = Status.LastError };
    }

    private MoveStep Step(bool isUndo) => new(_request.Id, isUndo);

    private static string Explain(Exception failure) =>
        TemporalException.IsCanceledException(failure) ? "cancelled"
        : failure is ActivityFailureException { InnerException: { } cause } ? cause.Message
        : failure.Message;

    private static Task QuickAsync(Expression<Func<IMigrationActivities, Task>> call, string summary, CancellationToken cancellationToken) =>
        Workflow.ExecuteActivityAsync(call, ActivityProfile.Quick(summary, cancellationToken));

    private static Task<T> QuickAsync<T>(Expression<Func<IMigrationActivities, Task<T>>> call, string summary, CancellationToken cancellationToken) =>
        Workflow.ExecuteActivityAsync(call, ActivityProfile.Quick(summary, cancellationToken));

    private static Task BulkAsync(Expression<Func<IMigrationActivities, Task>> call, string summary, CancellationToken cancellationToken) =>
        Workflow.ExecuteActivityAsync(call, ActivityProfile.Bulk(summary, cancellationToken));

    private static Task<T> BulkAsync<T>(Expression<Func<IMigrationActivities, Task<T>>> call, string summary, CancellationToken cancellationToken) =>
        Workflow.ExecuteActivityAsync(call, ActivityProfile.Bulk(summary, cancellationToken));

    private static Task UntilDoneAsync(Expression<Func<IMigrationActivities, Task>> call, string summary) =>
        Workflow.ExecuteActivityAsync(call, ActivityProfile.UntilDone(summary));

    private static Task<T> UntilDoneAsync<T>(Expression<Func<IMigrationActivities, Task<T>>> call, string summary) =>
        Workflow.ExecuteActivityAsync(call, ActivityProfile.UntilDone(summary));
}
