using Idp.DevServer.Engine.Runs;
using Idp.DevServer.Grpc;
using Idp.DevServer.Namespaces;
using Temporalio.Api.WorkflowService.V1;

namespace Idp.DevServer.Engine.Handlers;

/// <summary>Describes workflows.</summary>
[RpcHandlers(RpcHandlersAttribute.WorkflowService)]
internal sealed class DescribeHandlers(WorkflowEngine engine, INamespaces namespaces)
{
    public Task<DescribeWorkflowExecutionResponse> DescribeWorkflowExecution(DescribeWorkflowExecutionRequest request, RpcContext context)
    {
        namespaces.Require(request.Namespace);
        var execution = RequestRules.Execution(request.Execution);
        return engine.DoAsync(request.Namespace, execution.WorkflowId, step =>
        {
            var run = step.Require(execution.RunId);
            return RunDescriptions.Describe(run.State, run.History[1].WorkflowExecutionStartedEventAttributes, step.Now);
        });
    }
}
