using System.Linq.Expressions;
using Idp.Core.Migrations;
using Idp.Workflows.Contracts;
using Idp.Workflows.Migrations;
using Temporalio.Exceptions;
using Temporalio.Workflows;

namespace Idp.Workflows.Batches;

/// <summary>Moves up to 100 small objects of one dataset and route together, each with its own switch, while they are in use.</summary>
/// <remarks>
/// One activity a phase, whatever the number of members. A member that fails is taken back alone; the others go on. Every outcome
/// is read from the source store, never inferred. Its id is <c>batch/b-…</c>; the catalog keeps two changes from one object.
/// </remarks>
[Workflow]
public sealed partial class BatchWorkflow
{
    private const int MaxFollowSteps = 60; // A few hundred events of history, however long the grace.
    private const int SettleTries = 3;
    private static readonly TimeSpan MinFollowPeriod = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SettlePeriod = TimeSpan.FromSeconds(2);

    private readonly BatchRequest _request;
    private readonly SortedSet<int> _moved = [];
    private CancellationTokenSource _cancelled = CancellationTokenSource.CreateLinkedTokenSource(Workflow.CancellationToken);

    [WorkflowInit]
    public BatchWorkflow(BatchRequest request)
    {
        _request = request;
        Status = new BatchStatus(request.Id, request.Dataset, request.Source, request.Target, MigrationPhase.Preparing);
    }

    /// <summary>All that operators can see, in one record.</summary>
    [WorkflowQuery]
    public BatchStatus Status { get; private set; }

    [WorkflowRun]
    public async Task<BatchStatus> RunAsync(BatchRequest request)
    {
        if (!request.NeedsApproval && !await WaitForSlotAsync())
        {
            return await EndAsync("cancelled before it began");
        }

        // Not cancellable: a claim whose answer was lost would stay behind.
        var begun = await UntilDoneAsync(a => a.BeginBatchAsync(request), "claim the members, reserve their epochs");
        Status = Status with { Members = begun.Members, Refused = begun.Refused };
        if (begun.Refusal is { } refusal)
        {
            return await EndAsync(refusal);
        }

        if (begun.AwaitsApproval
            && (await RefusedByOperatorAsync(begun.ApprovalTimeout) ?? (await WaitForSlotAsync() ? null : "cancelled before it began")) is { } why)
        {
            return await EndAsync(why);
        }

        // A saga that was lost half-way does not know what it did; the stores do.
        if (!begun.IsResumed)
        {
            await AttemptAsync(isUndo: false);
        }

        await SettleAsync(isUndo: false);
        if (begun.IsReverting)
        {
            await EndUndoAsync();
        }

        if (_moved.Count > 0 || Status.Unsettled > 0)
        {
            await GraceAsync(begun.Grace);
        }

        await CleanUpAsync();
        return await EndAsync(null);
    }

    // Asking again costs history, so the wait grows with the number of those who wait.
    private async Task<bool> WaitForSlotAsync()
    {
        try
        {
            while (true)
            {
                var slot = await UntilDoneAsync(a => a.TakeBatchSlotAsync(_request), "a place among the batches that copy");
                Status = Status with { WaitsFor = slot.WaitsFor };
                if (slot.WaitsFor is null)
                {
                    await PassAsync();
                    return true;
                }

                if (Workflow.ContinueAsNewSuggested && !_request.NeedsApproval)
                {
                    await PassAsync(); // The next run knows of no pause and of no cancellation.
                    await Workflow.WaitConditionAsync(() => Workflow.AllHandlersFinished, CancellationToken.None);
                    throw Workflow.CreateContinueAsNewException((BatchWorkflow batch) => batch.RunAsync(_request));
                }

                await Workflow.DelayAsync(slot.RetryAfter, _cancelled.Token);
            }
        }
        catch (Exception failure) when (TemporalException.IsCanceledException(failure))
        {
            Status = Status with { WaitsFor = null };
            return false;
        }
    }

    // From preparation to the commits, the same phases for the move and for taking members back.
    private async Task AttemptAsync(bool isUndo)
    {
        try
        {
            if (!isUndo)
            {
                await StepAsync(MigrationPhase.Preparing, isUndo, a => a.PrepareBatchAsync(new BatchStep(_request.Id, isUndo, false)), "policy gate and preflight");
            }

            await StepAsync(MigrationPhase.Capturing, isUndo, a => a.StartBatchAsync(new BatchStep(_request.Id, isUndo, false)), "log at the source, open the target");
            await StepAsync(MigrationPhase.Copying, isUndo, a => a.CopyBatchAsync(new BatchStep(_request.Id, isUndo, false)), "copy and drain");
            await StepAsync(MigrationPhase.Verifying, isUndo, a => a.VerifyBatchAsync(new BatchStep(_request.Id, isUndo, false)), "compare both copies");
            await StepAsync(MigrationPhase.Switching, isUndo, a => a.SwitchBatchAsync(new BatchStep(_request.Id, isUndo, false)), "freeze, drain, commit");
        }
        catch (Exception failure) when (failure is ActivityFailureException or ApplicationFailureException || TemporalException.IsCanceledException(failure))
        {
            Status = Status with { LastError = Explain(failure) };
        }
    }

    // A failed switch may have committed with its answer lost; inferring would drop the live copy.
    private async Task SettleAsync(bool isUndo)
    {
        for (var tries = 1; ; tries++)
        {
            var settled = await UntilDoneAsync(a => a.SettleBatchAsync(new BatchStep(_request.Id, isUndo, false)), "read the outcomes; open, or undo");
            Note(settled, isUndo);
            if (settled.Unsettled == 0 || tries == SettleTries)
            {
                return;
            }

            await Workflow.DelayAsync(SettlePeriod * tries, CancellationToken.None);
        }
    }

    private void Note(BatchSettled settled, bool isUndo)
    {
        Status = Status with { Unsettled = settled.Unsettled, LastError = settled.LastError ?? Status.LastError };
        foreach (var ordinal in settled.Moved.Where(ordinal => isUndo ? _moved.Remove(ordinal) : _moved.Add(ordinal)))
        {
            Status = isUndo ? Status with { Reverted = Status.Reverted + 1 } : Status with { Moved = Status.Moved + 1 };
        }
    }

    // Keeps the old copies current by short steps, each a sixtieth of the grace apart. Taking a member back is the same attempt
    // backwards; one that fails leaves the object where it is.
    private async Task GraceAsync(TimeSpan grace)
    {
        Enter(MigrationPhase.Grace);
        var until = Workflow.UtcNow + grace;
        var between = grace / MaxFollowSteps > MinFollowPeriod ? grace / MaxFollowSteps : MinFollowPeriod;
        while (Workflow.UtcNow < until && (_moved.Count > 0 || Status.Unsettled > 0))
        {
            if (_toRevert.Count > 0)
            {
                await RevertAsync();
                continue;
            }

            await FollowAsync();
            var left = until - Workflow.UtcNow;
            if (left > TimeSpan.Zero)
            {
                await Workflow.WaitConditionAsync(() => _toRevert.Count > 0, left < between ? left : between, CancellationToken.None);
            }
        }

        if (_toRevert.Count > 0)
        {
            await RevertAsync(); // Accepted in the last moment.
        }
    }

    private async Task FollowAsync()
    {
        try
        {
            if (Status.Unsettled > 0)
            {
                Note(await UntilDoneAsync(a => a.SettleBatchAsync(new BatchStep(_request.Id, false, false)), "read the outcomes that were missing"), isUndo: false);
            }

            await Workflow.ExecuteActivityAsync(
                (IBatchActivities a) => a.FollowBatchAsync(new BatchStep(_request.Id, false, false)), BatchProfile.Phase("keep the old copies current", CancellationToken.None));
        }
        catch (ActivityFailureException failure)
        {
            // A reverse stream that stands still only means that an undo has more to drain.
            Status = Status with { LastError = Explain(failure) };
        }
    }

    private async Task RevertAsync()
    {
        var ordinals = _toRevert.Order().ToArray();
        _toRevert.Clear();

        // A cancellation of the move came too late for it, and says nothing about the undo.
        _cancelled = CancellationTokenSource.CreateLinkedTokenSource(CancellationToken.None);
        var undo = new BatchUndo(_request.Id, [.. ordinals]);
        await UntilDoneAsync(a => a.ReserveBatchUndoAsync(undo), "reserve the epochs of the undo");
        await AttemptAsync(isUndo: true);
        await EndUndoAsync();
        _moved.ExceptWith(ordinals);
        Enter(MigrationPhase.Grace);
    }

    private async Task EndUndoAsync()
    {
        await SettleAsync(isUndo: true);
        await UntilDoneAsync(a => a.CleanUpBatchAsync(new BatchStep(_request.Id, true, false)), "delete the copies that were taken back");
    }

    private async Task CleanUpAsync()
    {
        Enter(MigrationPhase.CleaningUp);

        // First what can be done; then whatever a store did not answer for, until it does.
        var cleaned = await UntilDoneAsync(a => a.CleanUpBatchAsync(new BatchStep(_request.Id, false, false)), "delete the old copies");
        if (Status.Unsettled > 0 || cleaned.Going > 0)
        {
            Note(await UntilDoneAsync(a => a.SettleBatchAsync(new BatchStep(_request.Id, false, true)), "read the outcomes that were missing"), isUndo: false);
            Note(await UntilDoneAsync(a => a.SettleBatchAsync(new BatchStep(_request.Id, true, true)), "and those of members taken back"), isUndo: true);
            await UntilDoneAsync(a => a.CleanUpBatchAsync(new BatchStep(_request.Id, false, true)), "delete the old copies that are left");
        }
    }

    private async Task StepAsync(
        MigrationPhase phase, bool isUndo, Expression<Func<IBatchActivities, Task<BatchProgress>>> act, string summary)
    {
        await PassAsync();
        Enter(phase);
        var done = await Workflow.ExecuteActivityAsync(act, BatchProfile.Phase(summary, _cancelled.Token));
        Status = Status with
        {
            Failed = Status.Failed + (isUndo ? 0 : done.Failed),
            RowCount = done.RowCount > 0 && !isUndo ? done.RowCount : Status.RowCount,
            SizeBytes = done.SizeBytes > 0 && !isUndo ? done.SizeBytes : Status.SizeBytes,
            MaxWritePauseMs = done.MaxWritePauseMs ?? Status.MaxWritePauseMs,
            LastError = done.LastError ?? Status.LastError,
        };
        if (done.Going == 0)
        {
            throw new ApplicationFailureException(done.LastError ?? "no member is left");
        }
    }

    private async Task PassAsync()
    {
        // Waiting on the token itself: a cancellation alone makes the SDK look at no condition.
        await Workflow.WaitConditionAsync(() => !Status.IsPaused, _cancelled.Token);
        _cancelled.Token.ThrowIfCancellationRequested();
    }

    private async Task<BatchStatus> EndAsync(string? refusal)
    {
        Status = Status with { LastError = refusal ?? Status.LastError };
        await UntilDoneAsync(a => a.EndBatchAsync(new BatchEnd(_request.Id, refusal)), "close the batch");
        Enter(refusal is null && Status.Moved > Status.Reverted ? MigrationPhase.Done : MigrationPhase.RolledBack);
        await Workflow.WaitConditionAsync(() => Workflow.AllHandlersFinished, CancellationToken.None);
        return Status;
    }

    private void Enter(MigrationPhase phase)
    {
        if (Status.Phase != phase)
        {
            Status = Status with { Phase = phase };
            Workflow.UpsertTypedSearchAttributes(IdpSearchAttributes.Phase.ValueSet(phase.ToString()));
        }

        Status = Status with { IsPaused = Status.IsPaused && IsBeforeCommit };
        Workflow.CurrentDetails =
            $"{phase}: {Status.Members} objects of {_request.Dataset} from {_request.Source} to {_request.Target}; {Status.Moved} moved, {Status.Failed} failed. {_request.Reason}";
    }

    private static string Explain(Exception failure) => failure switch
    {
        _ when TemporalException.IsCanceledException(failure) => "cancelled",
        ActivityFailureException { InnerException: { } cause } => cause.Message,
        _ => failure.Message,
    };

    private static Task UntilDoneAsync(Expression<Func<IBatchActivities, Task>> call, string summary) =>
        Workflow.ExecuteActivityAsync(call, ActivityProfile.UntilDone(summary));

    private static Task<T> UntilDoneAsync<T>(Expression<Func<IBatchActivities, Task<T>>> call, string summary) =>
        Workflow.ExecuteActivityAsync(call, ActivityProfile.UntilDone(summary));
}
