using Grpc.Core;
using Idp.DevServer.Engine.Machines;
using Idp.DevServer.Engine.Runs;
using Idp.DevServer.Grpc;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.ErrorDetails.V1;

namespace Idp.DevServer.Engine.Handlers;

/// <summary>What a start does when its workflow id is, or was, in use.</summary>
internal static class StartPolicy
{
    /// <returns>The run that the start is answered with; null when a new one may begin.</returns>
    /// <exception cref="RpcFailure">The id must not be used again.</exception>
    public static Run? Apply(WorkflowStep step, string requestId, WorkflowIdReusePolicy reuse, WorkflowIdConflictPolicy conflict, string newRunId)
    {
        if (step.Current is not { } current)
        {
            return null;
        }

        var state = current.State;
        if (requestId.Length > 0 && (state.StartRequestId == requestId || state.Requests.ContainsKey(requestId)))
        {
            return current;
        }

        if (!state.IsRunning)
        {
            RefuseReuse(current, reuse);
            return null;
        }

        if (reuse is WorkflowIdReusePolicy.TerminateIfRunning)
        {
            conflict = WorkflowIdConflictPolicy.TerminateExisting;
        }

        switch (conflict)
        {
            case WorkflowIdConflictPolicy.UseExisting:
                return current;
            case WorkflowIdConflictPolicy.TerminateExisting:
                WorkflowClose.Terminate(
                    step.On(current),
                    "TerminateIfRunning WorkflowIdReusePolicy",
                    Failures.Text($"terminated by new runID: {newRunId}"),
                    EngineLimits.HistoryService);
                return null;
            default:
                throw AlreadyStarted(current, $"Workflow execution is already running. WorkflowId: {state.WorkflowId}, RunId: {state.RunId}.");
        }
    }

    private static void RefuseReuse(Run closed, WorkflowIdReusePolicy reuse)
    {
        var state = closed.State;
        switch (reuse)
        {
            case WorkflowIdReusePolicy.AllowDuplicateFailedOnly when state.Status is WorkflowExecutionStatus.Completed:
                throw AlreadyStarted(
                    closed,
                    $"Workflow execution already finished successfully. WorkflowId: {state.WorkflowId}, RunId: {state.RunId}. Workflow Id reuse policy: allow duplicate workflow Id if last run failed.");
            case WorkflowIdReusePolicy.RejectDuplicate:
                throw AlreadyStarted(
                    closed,
                    $"Workflow execution already finished. WorkflowId: {state.WorkflowId}, RunId: {state.RunId}. Workflow Id reuse policy: reject duplicate workflow Id.");
            default:
                return;
        }
    }

    private static RpcFailure AlreadyStarted(Run run, string message) => new(
        StatusCode.AlreadyExists,
        message,
        new WorkflowExecutionAlreadyStartedFailure
        {
            StartRequestId = run.State.StartRequestId,
            RunId = run.State.RunId,
            FirstExecutionRunId = run.State.FirstRunId,
        });
}
