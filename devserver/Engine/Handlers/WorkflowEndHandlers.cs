using Idp.DevServer.Engine.Machines;
using Idp.DevServer.Engine.State;
using Idp.DevServer.Grpc;
using Idp.DevServer.Namespaces;
using Temporalio.Api.WorkflowService.V1;

namespace Idp.DevServer.Engine.Handlers;

/// <summary>Cancels, terminates and deletes workflows.</summary>
[RpcHandlers(RpcHandlersAttribute.WorkflowService)]
internal sealed class WorkflowEndHandlers(WorkflowEngine engine, INamespaces namespaces)
{
    public async Task<RequestCancelWorkflowExecutionResponse> RequestCancelWorkflowExecution(RequestCancelWorkflowExecutionRequest request, RpcContext context)
    {
        namespaces.Require(request.Namespace);
        var execution = RequestRules.Execution(request.WorkflowExecution);
        await engine.DoAsync(request.Namespace, execution.WorkflowId, step =>
        {
            var t = OnChain(step, execution.RunId, request.FirstExecutionRunId);
            if (!t.State.IsRunning)
            {
                // What was asked for has come about.
                return;
            }

            WorkflowCancellation.Record(t, request.Reason, request.Identity, request.RequestId, links: request.Links);
        });
        return new RequestCancelWorkflowExecutionResponse();
    }

    public async Task<TerminateWorkflowExecutionResponse> TerminateWorkflowExecution(TerminateWorkflowExecutionRequest request, RpcContext context)
    {
        namespaces.Require(request.Namespace);
        var execution = RequestRules.Execution(request.WorkflowExecution);
        await engine.DoAsync(request.Namespace, execution.WorkflowId, step =>
        {
            var t = OnChain(step, execution.RunId, request.FirstExecutionRunId);
            if (!t.State.IsRunning)
            {
                throw WorkflowStep.NotFound(WorkflowStep.NotFoundMessage);
            }

            WorkflowClose.Terminate(t, request.Reason, request.Details, request.Identity, request.Links);
        });
        return new TerminateWorkflowExecutionResponse();
    }

    public async Task<DeleteWorkflowExecutionResponse> DeleteWorkflowExecution(DeleteWorkflowExecutionRequest request, RpcContext context)
    {
        namespaces.Require(request.Namespace);
        var execution = RequestRules.Execution(request.WorkflowExecution);
        var key = await engine.DoAsync(request.Namespace, execution.WorkflowId, step =>
        {
            var run = step.Require(execution.RunId);
            if (run.State.IsRunning)
            {
                WorkflowClose.Terminate(step.On(run), "Delete workflow execution", null, EngineLimits.HistoryService);
            }

            return run.State.Key;
        });
        await engine.DeleteAsync(key);
        return new DeleteWorkflowExecutionResponse();
    }

    private static Transition OnChain(WorkflowStep step, string runId, string firstRunId)
    {
        var run = step.Require(runId);
        if (firstRunId.Length > 0 && run.State.FirstRunId != firstRunId)
        {
            throw WorkflowStep.NotFound("workflow execution not found");
        }

        return step.On(run);
    }
}
