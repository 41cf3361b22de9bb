using Temporalio.Api.WorkflowService.V1;

namespace Idp.DevServer.Engine;

/// <summary>What schedules need of the engine.</summary>
public interface IWorkflowStarter
{
    /// <summary>Starts a workflow; the same request id again answers with the same run.</summary>
    Task<StartWorkflowExecutionResponse> StartAsync(StartWorkflowExecutionRequest request, CancellationToken cancellationToken);

    Task RequestCancelAsync(RequestCancelWorkflowExecutionRequest request, CancellationToken cancellationToken);

    Task TerminateAsync(TerminateWorkflowExecutionRequest request, CancellationToken cancellationToken);

    /// <summary>Waits for the end of one run, which may have ended long ago.</summary>
    Task<ClosedRun> WaitForCloseAsync(string ns, string workflowId, string runId, CancellationToken cancellationToken);
}
