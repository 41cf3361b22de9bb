using Idp.DevServer.Engine.Machines;
using Idp.DevServer.Grpc;
using Idp.DevServer.Namespaces;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;
using Temporalio.Api.WorkflowService.V1;

namespace Idp.DevServer.Engine.Handlers;

/// <summary>Signals running workflows.</summary>
[RpcHandlers(RpcHandlersAttribute.WorkflowService)]
internal sealed class SignalHandlers(WorkflowEngine engine, INamespaces namespaces)
{
    public async Task<SignalWorkflowExecutionResponse> SignalWorkflowExecution(SignalWorkflowExecutionRequest request, RpcContext context)
    {
        namespaces.Require(request.Namespace);
        var execution = RequestRules.Execution(request.WorkflowExecution);
        RequestRules.Require(request.SignalName.Length > 0, "SignalName is not set on request.");
        RequestRules.Length(request.SignalName, engine.Limits, "SignalName");
        RequestRules.Length(request.RequestId, engine.Limits, "RequestId");
        RequestRules.Blob(request.Input, engine.Limits.MaxBlobBytes, "Blob data size exceeds limit.");
        var attributes = new WorkflowExecutionSignaledEventAttributes
        {
            SignalName = request.SignalName,
            Input = request.Input,
            Identity = request.Identity,
            Header = request.Header,
            RequestId = request.RequestId,
        };
        var key = await engine.DoAsync(request.Namespace, execution.WorkflowId, step =>
        {
            var t = step.OnOpen(execution.RunId);
            WorkflowSignals.Record(t, attributes, request.Links);
            return t.State.Key;
        });
        return new SignalWorkflowExecutionResponse { Link = Links.Request(key, request.RequestId, EventType.WorkflowExecutionSignaled) };
    }
}
