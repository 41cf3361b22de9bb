using Idp.DevServer.Engine.Runs;
using Idp.DevServer.Engine.State;
using Idp.DevServer.Grpc;
using Temporalio.Api.Command.V1;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Failure.V1;
using Temporalio.Api.History.V1;

namespace Idp.DevServer.Engine.Machines;

/// <summary>The ends of a run: its last event, and what others hear of it.</summary>
internal static class WorkflowClose
{
    private const string UpdateAborted = "workflow update was aborted by closing workflow";

    public static HistoryEvent Complete(Transition t, long completedEventId, Payloads? result, string newRunId)
    {
        var closing = Close(t, EventType.WorkflowExecutionCompleted, WorkflowExecutionStatus.Completed, newRunId);
        closing.WorkflowExecutionCompletedEventAttributes = new WorkflowExecutionCompletedEventAttributes
        {
            Result = result,
            WorkflowTaskCompletedEventId = completedEventId,
            NewExecutionRunId = newRunId,
        };
        TellOthers(t, closing);
        return closing;
    }

    public static HistoryEvent Fail(Transition t, long completedEventId, Failure failure, RetryState retry, string newRunId)
    {
        var closing = Close(t, EventType.WorkflowExecutionFailed, WorkflowExecutionStatus.Failed, newRunId);
        closing.WorkflowExecutionFailedEventAttributes = new WorkflowExecutionFailedEventAttributes
        {
            Failure = failure,
            RetryState = retry,
            WorkflowTaskCompletedEventId = completedEventId,
            NewExecutionRunId = newRunId,
        };
        TellOthers(t, closing);
        return closing;
    }

    public static HistoryEvent Cancel(Transition t, long completedEventId, Payloads? details)
    {
        var closing = Close(t, EventType.WorkflowExecutionCanceled, WorkflowExecutionStatus.Canceled, string.Empty);
        closing.WorkflowExecutionCanceledEventAttributes =
            new WorkflowExecutionCanceledEventAttributes { Details = details, WorkflowTaskCompletedEventId = completedEventId };
        TellOthers(t, closing);
        return closing;
    }

    public static HistoryEvent ContinueAsNew(Transition t, WorkflowExecutionContinuedAsNewEventAttributes attributes)
    {
        var closing = Close(t, EventType.WorkflowExecutionContinuedAsNew, WorkflowExecutionStatus.ContinuedAsNew, attributes.NewExecutionRunId);
        closing.WorkflowExecutionContinuedAsNewEventAttributes = attributes;
        TellOthers(t, closing);
        return closing;
    }

    public static void TimeOut(Transition t, RetryState retry, string newRunId)
    {
        FailRunningTask(t);
        var closing = Close(t, EventType.WorkflowExecutionTimedOut, WorkflowExecutionStatus.TimedOut, newRunId);
        closing.WorkflowExecutionTimedOutEventAttributes =
            new WorkflowExecutionTimedOutEventAttributes { RetryState = retry, NewExecutionRunId = newRunId };
        TellOthers(t, closing);
    }

    /// <param name="continuesAs">The run that a reset puts in its place: children and parent keep to that one.</param>
    public static void Terminate(Transition t, string reason, Payloads? details, string identity, IEnumerable<Link>? links = null, string continuesAs = "")
    {
        FailRunningTask(t);
        var closing = Close(t, EventType.WorkflowExecutionTerminated, WorkflowExecutionStatus.Terminated, continuesAs);
        closing.WorkflowExecutionTerminatedEventAttributes =
            new WorkflowExecutionTerminatedEventAttributes { Reason = reason, Details = details, Identity = identity };
        closing.Links.AddRange(links ?? []);
        TellOthers(t, closing);
    }

    /// <summary>Ends the updates that the run will never answer.</summary>
    private static void AbortUpdates(Transition t, bool continues)
    {
        var updates = t.Run.Updates;
        updates.Abort(u => u.Stage is UpdateStage.Accepted, u => t.Committed.Add(() => u.TellCompleted(new() { Failure = AcceptedButClosed() })));
        updates.Abort(_ => true, u => t.Committed.Add(() => u.TellAborted(continues
            ? new RpcFailure(global::Grpc.Core.StatusCode.Aborted, UpdateAborted)
            : WorkflowStep.NotFound(UpdateAborted))));
    }

    public static Failure AcceptedButClosed() => new()
    {
        Message = "Workflow Update failed because the Workflow completed before the Update completed.",
        Source = "Server",
        ApplicationFailureInfo = new ApplicationFailureInfo { Type = "AcceptedUpdateCompletedWorkflow", NonRetryable = true },
    };

    private static void FailRunningTask(Transition t)
    {
        if (t.State.Task.IsStarted)
        {
            WorkflowTasks.Fail(t, WorkflowTaskFailedCause.ForceCloseCommand, null, EngineLimits.HistoryService);
        }

        t.FlushBuffered();
    }

    private static HistoryEvent Close(Transition t, EventType type, WorkflowExecutionStatus status, string newRunId)
    {
        var closing = t.Add(type);
        var state = t.State;
        state.Status = status;
        state.CloseTime = t.Now;
        state.NewRunId = newRunId;
        if (!state.Task.IsStarted)
        {
            // What has been dispatched is void; descriptions go on showing what nobody took, as on the genuine server.
            state.Task.Stamp++;
        }

        t.IsVisibilityChanged = true;
        t.Closing.Add(() => AbortUpdates(t, newRunId.Length > 0));
        t.Closing.Add(() => t.Run.Queries.Release(q => t.Committed.Add(q.SetUnblocked)));
        return closing;
    }

    private static void TellOthers(Transition t, HistoryEvent closing)
    {
        var state = t.State;
        foreach (var child in state.Children.Values)
        {
            if (child.ParentClosePolicy is not ParentClosePolicy.Abandon && child.RunId.Length > 0 && state.NewRunId.Length == 0)
            {
                t.Deliver(OutboxKind.ApplyParentClosePolicy, child.Namespace, child.WorkflowId, child.RunId, child.InitiatedEventId, policy: child.ParentClosePolicy);
            }
        }

        for (var index = 0; index < state.Callbacks.Count && state.NewRunId.Length == 0; index++)
        {
            state.Callbacks[index].State = CallbackState.Scheduled;
            t.Deliver(OutboxKind.CallBack, state.Namespace, state.WorkflowId, state.RunId, index);
        }

        // A run that goes on in another is not the end of the child.
        if (state.Parent is { } parent && state.NewRunId.Length == 0)
        {
            t.Deliver(OutboxKind.TellParentOfClose, parent.Namespace, parent.WorkflowId, parent.RunId, parent.InitiatedEventId, told: closing);
        }
    }
}
