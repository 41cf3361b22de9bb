using Grpc.Core;
using Idp.DevServer.Grpc;
using Idp.DevServer.Namespaces;
using Temporalio.Api.Common.V1;
using Temporalio.Api.WorkflowService.V1;

namespace Idp.DevServer.Engine.Handlers;

/// <summary>Skipping of single workflows' time: switched off, as it is by default on the genuine server.</summary>
/// <remarks>Here the clock of the whole server skips, by <c>TestService</c>.</remarks>
[RpcHandlers(RpcHandlersAttribute.WorkflowService)]
internal sealed class TimeSkippingHandlers(INamespaces namespaces)
{
    public Task<PollWorkflowExecutionTimeSkippingResponse> PollWorkflowExecutionTimeSkipping(PollWorkflowExecutionTimeSkippingRequest request, RpcContext context)
    {
        namespaces.Require(request.Namespace);
        RequestRules.Execution(request.WorkflowExecution);
        throw SwitchedOff();
    }

    /// <exception cref="RpcFailure">It is asked for.</exception>
    public static void Refuse(TimeSkippingConfig? asked)
    {
        if (asked is not null)
        {
            throw SwitchedOff();
        }
    }

    private static RpcFailure SwitchedOff() => new(StatusCode.Unimplemented, "The Time-Skipping feature is not enabled for namespace.");
}
