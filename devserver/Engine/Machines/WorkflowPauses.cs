using Grpc.Core;
using Idp.DevServer.Engine.State;
using Idp.DevServer.Grpc;
using Temporalio.Api.Enums.V1;

namespace Idp.DevServer.Engine.Machines;

/// <summary>Holds a run and lets it go: time passes and signals arrive, but no worker gets anything to do.</summary>
internal static class WorkflowPauses
{
    /// <exception cref="RpcFailure">It is held already.</exception>
    public static void Pause(Transition t, PauseState pause)
    {
        var state = t.State;
        if (state.Pause is not null)
        {
            throw Refused("workflow is already paused.");
        }

        WorkflowTasks.Withdraw(t, WorkflowTaskFailedCause.WorkflowPauseRequestedBeforeTaskStarted);
        var paused = t.Add(EventType.WorkflowExecutionPaused);
        paused.WorkerMayIgnore = true;
        paused.WorkflowExecutionPausedEventAttributes = new() { Identity = pause.Identity, Reason = pause.Reason, RequestId = pause.RequestId };
        state.Pause = pause;
        state.Status = WorkflowExecutionStatus.Paused;
        PauseInfo.Update(t);
        t.IsVisibilityChanged = true;
        foreach (var activity in state.Activities.Values.Where(a => !a.IsStarted))
        {
            activity.Dispatched = false;
            activity.Stamp++;
        }
    }

    /// <exception cref="RpcFailure">It is not held.</exception>
    public static void Unpause(Transition t, PauseState unpause)
    {
        var state = t.State;
        if (state.Pause is null)
        {
            throw Refused("workflow is not paused.");
        }

        var unpaused = t.Add(EventType.WorkflowExecutionUnpaused);
        unpaused.WorkerMayIgnore = true;
        unpaused.WorkflowExecutionUnpausedEventAttributes = new() { Identity = unpause.Identity, Reason = unpause.Reason, RequestId = unpause.RequestId };
        state.Pause = null;
        state.Status = WorkflowExecutionStatus.Running;
        PauseInfo.Update(t);
        t.IsVisibilityChanged = true;
        foreach (var activity in state.Activities.Values.Where(a => !a.IsStarted && a.ScheduledTime <= t.Now).ToList())
        {
            Activities.Dispatch(t, activity);
        }

        WorkflowTasks.Ensure(t);
    }

    private static RpcFailure Refused(string message) => new(StatusCode.FailedPrecondition, message);
}
