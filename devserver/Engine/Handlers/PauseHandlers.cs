using Grpc.Core;
using Idp.DevServer.Engine.Machines;
using Idp.DevServer.Engine.State;
using Idp.DevServer.Grpc;
using Idp.DevServer.Hosting;
using Idp.DevServer.Namespaces;
using Temporalio.Api.WorkflowService.V1;

namespace Idp.DevServer.Engine.Handlers;

/// <summary>Holds workflows and lets them go.</summary>
[RpcHandlers(RpcHandlersAttribute.WorkflowService)]
internal sealed class PauseHandlers(WorkflowEngine engine, INamespaces namespaces, ServerFeatures features)
{
    public async Task<PauseWorkflowExecutionResponse> PauseWorkflowExecution(PauseWorkflowExecutionRequest request, RpcContext context)
    {
        namespaces.Require(request.Namespace);
        if (!features.WorkflowPause)
        {
            throw new RpcFailure(StatusCode.Unimplemented, $"workflow pause is not enabled for namespace: {request.Namespace}");
        }

        Check(request.WorkflowId, request.RunId, request.Identity, request.RequestId, request.Reason);
        await engine.DoAsync(request.Namespace, request.WorkflowId, step => WorkflowPauses.Pause(
            step.OnOpen(request.RunId), new PauseState(request.Identity, request.Reason, step.Now, request.RequestId)));
        return new PauseWorkflowExecutionResponse();
    }

    /// <summary>Lets go also when no more may be held: what is held must not stay so.</summary>
    public async Task<UnpauseWorkflowExecutionResponse> UnpauseWorkflowExecution(UnpauseWorkflowExecutionRequest request, RpcContext context)
    {
        namespaces.Require(request.Namespace);
        Check(request.WorkflowId, request.RunId, request.Identity, request.RequestId, request.Reason);
        await engine.DoAsync(request.Namespace, request.WorkflowId, step => WorkflowPauses.Unpause(
            step.OnOpen(request.RunId), new PauseState(request.Identity, request.Reason, step.Now, request.RequestId)));
        return new UnpauseWorkflowExecutionResponse();
    }

    private void Check(string workflowId, string runId, string identity, string requestId, string reason)
    {
        RequestRules.Require(identity.Length <= engine.Limits.MaxIdLength, "identity is too long.");
        RequestRules.Require(reason.Length <= engine.Limits.MaxIdLength, "reason is too long.");
        RequestRules.Require(requestId.Length <= engine.Limits.MaxIdLength, "request id is too long.");
        RequestRules.Require(workflowId.Length > 0, "Can't load workflow execution.  WorkflowId not set.");
        RequestRules.Require(runId.Length == 0 || Guid.TryParse(runId, out _), "RunId is not valid UUID.");
    }
}
