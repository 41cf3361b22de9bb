using Idp.DevServer.Engine.Handlers;
using Idp.DevServer.Grpc;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;
using Temporalio.Api.WorkflowService.V1;

namespace Idp.DevServer.Engine;

/// <summary>The engine as schedules use it.</summary>
internal sealed class WorkflowStarter(WorkflowEngine engine, StartHandlers starts, WorkflowEndHandlers ends) : IWorkflowStarter
{
    public Task<StartWorkflowExecutionResponse> StartAsync(StartWorkflowExecutionRequest request, CancellationToken cancellationToken) =>
        starts.StartWorkflowExecution(request, Context(cancellationToken));

    public Task RequestCancelAsync(RequestCancelWorkflowExecutionRequest request, CancellationToken cancellationToken) =>
        ends.RequestCancelWorkflowExecution(request, Context(cancellationToken));

    public Task TerminateAsync(TerminateWorkflowExecutionRequest request, CancellationToken cancellationToken) =>
        ends.TerminateWorkflowExecution(request, Context(cancellationToken));

    public async Task<ClosedRun> WaitForCloseAsync(string ns, string workflowId, string runId, CancellationToken cancellationToken)
    {
        while (true)
        {
            var (closed, changed) = await engine.DoAsync(ns, workflowId, step =>
            {
                var run = step.Require(runId);
                var changed = run.Changes.Next;
                return run.State.IsRunning
                    ? ((ClosedRun?)null, changed)
                    : (Read(run.State.Status, run.State.NewRunId, run.History[run.State.NextEventId - 1]), changed);
            });
            if (closed is not null)
            {
                return closed;
            }

            await changed.WaitAsync(cancellationToken);
        }
    }

    private static ClosedRun Read(WorkflowExecutionStatus status, string nextRunId, HistoryEvent closing) => new(
        status,
        closing.WorkflowExecutionCompletedEventAttributes?.Result,
        closing.WorkflowExecutionFailedEventAttributes?.Failure,
        nextRunId);

    private static RpcContext Context(CancellationToken cancellationToken) => new([], null, cancellationToken);
}
