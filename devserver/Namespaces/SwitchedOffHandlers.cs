using Grpc.Core;
using Idp.DevServer.Grpc;
using Temporalio.Api.WorkflowService.V1;

namespace Idp.DevServer.Namespaces;

/// <summary>What the genuine dev server has switched off unless it is told otherwise, and so has this one for good: rules, and commands to workers.</summary>
[RpcHandlers(RpcHandlersAttribute.WorkflowService)]
internal sealed class SwitchedOffHandlers(INamespaces namespaces)
{
    public Task<CreateWorkflowRuleResponse> CreateWorkflowRule(CreateWorkflowRuleRequest request, RpcContext context) =>
        throw Rules(request.Namespace, nameof(CreateWorkflowRule));

    public Task<DescribeWorkflowRuleResponse> DescribeWorkflowRule(DescribeWorkflowRuleRequest request, RpcContext context) =>
        throw Rules(request.Namespace, nameof(DescribeWorkflowRule));

    public Task<DeleteWorkflowRuleResponse> DeleteWorkflowRule(DeleteWorkflowRuleRequest request, RpcContext context) =>
        throw Rules(request.Namespace, nameof(DeleteWorkflowRule));

    public Task<ListWorkflowRulesResponse> ListWorkflowRules(ListWorkflowRulesRequest request, RpcContext context) =>
        throw Rules(request.Namespace, nameof(ListWorkflowRules));

    public Task<TriggerWorkflowRuleResponse> TriggerWorkflowRule(TriggerWorkflowRuleRequest request, RpcContext context) =>
        throw Rules(request.Namespace, nameof(TriggerWorkflowRule));

    public Task<FetchWorkerConfigResponse> FetchWorkerConfig(FetchWorkerConfigRequest request, RpcContext context) =>
        throw Commands(request.Namespace, nameof(FetchWorkerConfig));

    public Task<UpdateWorkerConfigResponse> UpdateWorkerConfig(UpdateWorkerConfigRequest request, RpcContext context) =>
        throw Commands(request.Namespace, nameof(UpdateWorkerConfig));

    private RpcFailure Rules(string ns, string method) => SwitchedOff(ns, $"method {method} not supported");

    private RpcFailure Commands(string ns, string method) => SwitchedOff(ns, $"{method} command is not enabled.");

    private RpcFailure SwitchedOff(string ns, string message)
    {
        namespaces.Require(ns);
        return new RpcFailure(StatusCode.Unimplemented, message);
    }
}
