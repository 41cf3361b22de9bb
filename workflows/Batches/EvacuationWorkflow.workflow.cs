using System.Linq.Expressions;
using Idp.Core;
using Idp.Core.Migrations;
using Idp.Workflows.Contracts;
using Idp.Workflows.Migrations;
using Temporalio.Exceptions;
using Temporalio.Workflows;

namespace Idp.Workflows.Batches;

/// <summary>Empties a region: cuts batches of what is there, starts them, and goes on until nothing is left to try.</summary>
/// <remarks>
/// Its id is <c>evacuate/REGION</c>: one at a time. What it has tried lies in the catalog, so it may be lost and started again at
/// any time. It ends when the objects have moved; the batches' grace periods go on by themselves.
/// </remarks>
[Workflow]
public sealed class EvacuationWorkflow
{
    private readonly EvacuationRequest _request;
    private readonly HashSet<string> _started = [];
    private readonly CancellationTokenSource _cancelled = CancellationTokenSource.CreateLinkedTokenSource(Workflow.CancellationToken);
    private bool _isEnding;

    [WorkflowInit]
    public EvacuationWorkflow(EvacuationStart start)
    {
        _request = start.Request;
        Status = new EvacuationStatus(_request.Id, _request.Region, IsPaused: start.IsPaused);
    }

    /// <summary>All that operators can see, in one record.</summary>
    [WorkflowQuery]
    public EvacuationStatus Status { get; private set; }

    [WorkflowRun]
    public async Task<EvacuationStatus> RunAsync(EvacuationStart start)
    {
        if ((await UntilDoneAsync(a => a.OpenEvacuationAsync(_request), "drain the region")).Refusal is { } refusal)
        {
            Status = Status with { LastError = refusal, EndedAs = "Refused" };
            return Status;
        }

        try
        {
            while (!await AdvanceAsync())
            {
                // A cancellation that came during this turn would be left behind.
                if (Workflow.ContinueAsNewSuggested && !_cancelled.IsCancellationRequested)
                {
                    await Workflow.WaitConditionAsync(() => Workflow.AllHandlersFinished, CancellationToken.None);
                    throw Workflow.CreateContinueAsNewException(
                        (EvacuationWorkflow next) => next.RunAsync(new EvacuationStart(_request, Status.IsPaused)));
                }
            }
        }
        catch (Exception failure) when (TemporalException.IsCanceledException(failure))
        {
            return await EndAsync(isCancelled: true);
        }

        return await EndAsync(_cancelled.IsCancellationRequested);
    }

    [WorkflowUpdate("Pause")]
    public Task<EvacuationStatus> PauseAsync(OperatorNote note) => DoAsync(note, () => Status = Status with { IsPaused = true });

    [WorkflowUpdate("Resume")]
    public Task<EvacuationStatus> ResumeAsync(OperatorNote note) => DoAsync(note, () => Status = Status with { IsPaused = false });

    /// <summary>Cuts no more batches, stops those that have not committed, and lifts the drain. What has moved stays.</summary>
    [WorkflowUpdate("Cancel")]
    public Task<EvacuationStatus> CancelAsync(OperatorNote note) => DoAsync(note, _cancelled.Cancel);

    [WorkflowUpdateValidator(nameof(PauseAsync))]
    public void ValidatePause(OperatorNote note) => Demand(note, Status.IsPaused ? $"the evacuation of {_request.Region} is paused already" : null);

    [WorkflowUpdateValidator(nameof(ResumeAsync))]
    public void ValidateResume(OperatorNote note) => Demand(note, Status.IsPaused ? null : $"the evacuation of {_request.Region} is not paused");

    [WorkflowUpdateValidator(nameof(CancelAsync))]
    public void ValidateCancel(OperatorNote note) =>
        Demand(
            note,
            _cancelled.IsCancellationRequested ? $"the evacuation of {_request.Region} is being cancelled already"
            : _isEnding ? $"the evacuation of {_request.Region} has ended; 'idp region open {_request.Region}' lifts its drain"
            : null);

    // One turn: what is written down and has not begun is started; started twice, it is started once.
    private async Task<bool> AdvanceAsync()
    {
        await Workflow.WaitConditionAsync(() => !Status.IsPaused, _cancelled.Token);
        _cancelled.Token.ThrowIfCancellationRequested();
        var advance = await Workflow.ExecuteActivityAsync(
            (IEvacuationActivities a) => a.AdvanceEvacuationAsync(_request), BatchProfile.Patient("cut batches, or wait for room", _cancelled.Token));
        Status = Status with { Counts = advance.Counts, BatchesInFlight = advance.InFlight, Eta = advance.Eta, WaitsFor = advance.WaitsFor };
        Workflow.CurrentDetails =
            $"{advance.Counts.Moved} moved, {advance.Counts.Left} left, {advance.Counts.Failed} failed, {advance.Counts.Denied} denied; {advance.InFlight} batches under way. {_request.Reason}";
        foreach (var batch in advance.Batches.Where(batch => _started.Add(batch.Id.Value)))
        {
            await GroupStarts.TryStartAsync(batch);
        }

        foreach (var alone in advance.Alone)
        {
            await GroupStarts.TryStartAsync(alone);
        }

        return advance.IsDone;
    }

    private async Task<EvacuationStatus> EndAsync(bool isCancelled)
    {
        _isEnding = true;
        foreach (var batch in await UntilDoneAsync(a => a.EndEvacuationAsync(new EvacuationEnd(_request.Id, isCancelled)), "end the evacuation"))
        {
            await TryCancelAsync(batch);
        }

        Status = Status with { EndedAs = isCancelled ? "Cancelled" : "Done", IsPaused = false, WaitsFor = null };
        await Workflow.WaitConditionAsync(() => Workflow.AllHandlersFinished, CancellationToken.None);
        return Status;
    }

    private async Task TryCancelAsync(BatchId batch)
    {
        var note = new OperatorNote(Status.LastNote?.Operator ?? _request.RequestedBy, $"the evacuation of {_request.Region} was cancelled");
        try
        {
            await Workflow.GetExternalWorkflowHandle<BatchWorkflow>(BatchRequest.WorkflowIdOf(batch)).SignalAsync(
                saga => saga.CancelAsync(note),
                new() { CancellationToken = CancellationToken.None });
        }
        catch (FailureException)
        {
            // It has ended, or has yet to be started again by the reconciler; its members are safe either way.
        }
    }

    private Task<EvacuationStatus> DoAsync(OperatorNote note, Action act)
    {
        act();
        Status = Status with { LastNote = note };
        return Task.FromResult(Status);
    }

    private static void Demand(OperatorNote? note, string? refusal)
    {
        // Guards what comes over the wire.
        if ((string.IsNullOrWhiteSpace(note?.Operator) || note.Operator.Length > 200 ? "an operator's name of 1 to 200 characters is needed" : refusal) is { } why)
        {
            throw new ApplicationFailureException(why, Failures.Refused, nonRetryable: true);
        }
    }

    private static Task<T> UntilDoneAsync<T>(Expression<Func<IEvacuationActivities, Task<T>>> call, string summary) =>
        Workflow.ExecuteActivityAsync(call, ActivityProfile.UntilDone(summary));
}
