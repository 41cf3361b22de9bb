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

    private readonly CancellationTokenSource _cancelled = CancellationTokenSource.CreateLinkedTokenSource(Workflow.CancellationToken);
    private readonly MigrationRequest _request;

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
        var begun = await QuickAsync(a => a.BeginAsync(request), "claim the object, reserve an epoch");
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
            ? await UntilDoneAsync(a => a.ResolveAsync(Step(isUndo: false)), "read the outcome")
            : await AttemptAsync(isUndo: false);
        if (outcome is MoveOutcome.Voided)
        {
            return await RollBackAsync();
        }

        await UntilDoneAsync(a => a.OpenAsync(Step(isUndo: false)), "open the target, publish the route");
        await GraceAsync(begun.Grace);
        await EnterAsync(MigrationPhase.CleaningUp);
        await UntilDoneAsync(a => a.CleanUpAsync(Step(Status.IsReverted)), "delete the old copy");
        return await EndAsync(Status.IsReverted ? MigrationPhase.RolledBack : MigrationPhase.Done);
    }

    // From preparation to the commit, the same steps for the move and for its undo.
    private async Task<MoveOutcome> AttemptAsync(bool isUndo)
    {
        var step = Step(isUndo);
        try
        {
            if (!isUndo)
            {
                await StepAsync(MigrationPhase.Preparing, () => QuickAsync(a => a.PrepareAsync(step), "policy gate and preflight"));
            }

            await StepAsync(MigrationPhase.Capturing, () => QuickAsync(a => a.StartAsync(step), "log at the source, open the target"));
            await StepAsync(MigrationPhase.Copying, async () =>
            {
                var copied = await BulkAsync(a => a.CopyAsync(step), "copy and drain", _cancelled.Token);
                Status = Status with { RowCount = copied.RowCount, SizeBytes = copied.SizeBytes };
            });
            await StepAsync(MigrationPhase.Verifying, async () =>
            {
                var verified = await BulkAsync(a => a.VerifyAsync(step), "compare both copies at one snapshot", _cancelled.Token);
                Status = Status with { Verification = verified.Report };
            });
            await StepAsync(MigrationPhase.Switching, async () =>
            {
                var switched = await QuickAsync(a => a.SwitchAsync(step), "freeze, drain, commit");
                Status = Status with { WritePauseMs = switched.WritePauseMs };
            });
        }
        catch (Exception failure) when (failure is ActivityFailureException || TemporalException.IsCanceledException(failure))
        {
            Status = Status with { LastError = Explain(failure) };
        }

        // A failed switch may have committed with its answer lost; inferring would drop the live copy.
        return await UntilDoneAsync(a => a.ResolveAsync(step), "read the outcome");
    }

    private async Task<MigrationStatus> RollBackAsync()
    {
        await EnterAsync(MigrationPhase.RollingBack);
        await UntilDoneAsync(a => a.UndoAsync(Step(isUndo: false)), "restore the former state");
        return await EndAsync(MigrationPhase.RolledBack);
    }

    // Keeps the old copy current by short steps, each a sixtieth of the grace apart: a long activity would hold a mover's place
    // all the time. An undo is the same attempt backwards; one that fails leaves the object where it is.
    private async Task GraceAsync(TimeSpan grace)
    {
        await EnterAsync(MigrationPhase.Grace);
        var until = Workflow.UtcNow + grace;
        var between = grace / MaxFollowSteps > MinFollowPeriod ? grace / MaxFollowSteps : MinFollowPeriod;
        while (_revert is null && Workflow.UtcNow < until)
        {
            try
            {
                await BulkAsync(a => a.FollowAsync(Step(isUndo: false)), "keep the old copy current", CancellationToken.None);
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

        await UntilDoneAsync(a => a.ReserveUndoAsync(Step(isUndo: true)), "reserve the undo's epoch");
        if (await AttemptAsync(isUndo: true) is MoveOutcome.Moved)
        {
            await UntilDoneAsync(a => a.OpenAsync(Step(isUndo: true)), "open the former owner, publish the route");
            Status = Status with { IsReverted = true };
        }
        else
        {
            await UntilDoneAsync(a => a.UndoAsync(Step(isUndo: true)), "leave the object where it is");
        }
    }

    private async Task StepAsync(MigrationPhase phase, Func<Task> act)
    {
        await Workflow.WaitConditionAsync(() => !Status.IsPaused || _cancelled.IsCancellationRequested);
        _cancelled.Token.ThrowIfCancellationRequested();
        await EnterAsync(phase);
        await act();
    }

    private async Task<MigrationStatus> EndAsync(MigrationPhase phase)
    {
        await EnterAsync(phase);
        await Workflow.WaitConditionAsync(() => Workflow.AllHandlersFinished);
        return Status;
    }

    private async Task EnterAsync(MigrationPhase phase)
    {
        Status = Status with { Phase = phase };
        Workflow.UpsertTypedSearchAttributes(IdpSearchAttributes.Phase.ValueSet(phase.ToString()));
        Workflow.CurrentDetails = $"{phase}: {_request.Object} from {Status.Source} to {_request.Target}. {_request.Reason}";
        await UntilDoneAsync(a => a.NoteAsync(new PhaseNote(_request.Id, phase, Status.LastError)), $"note phase {phase}");
    }

    private MoveStep Step(bool isUndo) => new(_request.Id, isUndo);

    private static string Explain(Exception failure) =>
        failure is ActivityFailureException { InnerException: { } cause } ? cause.Message
        : TemporalException.IsCanceledException(failure) ? "cancelled"
        : failure.Message;

    private static Task QuickAsync(Expression<Func<IMigrationActivities, Task>> call, string summary) =>
        Workflow.ExecuteActivityAsync(call, ActivityProfile.Quick(summary));

    private static Task<T> QuickAsync<T>(Expression<Func<IMigrationActivities, Task<T>>> call, string summary) =>
        Workflow.ExecuteActivityAsync(call, ActivityProfile.Quick(summary));

    private static Task BulkAsync(Expression<Func<IMigrationActivities, Task>> call, string summary, CancellationToken cancellationToken) =>
        Workflow.ExecuteActivityAsync(call, ActivityProfile.Bulk(summary, cancellationToken));

    private static Task<T> BulkAsync<T>(Expression<Func<IMigrationActivities, Task<T>>> call, string summary, CancellationToken cancellationToken) =>
        Workflow.ExecuteActivityAsync(call, ActivityProfile.Bulk(summary, cancellationToken));

    private static Task UntilDoneAsync(Expression<Func<IMigrationActivities, Task>> call, string summary) =>
        Workflow.ExecuteActivityAsync(call, ActivityProfile.UntilDone(summary));

    private static Task<T> UntilDoneAsync<T>(Expression<Func<IMigrationActivities, Task<T>>> call, string summary) =>
        Workflow.ExecuteActivityAsync(call, ActivityProfile.UntilDone(summary));
}
