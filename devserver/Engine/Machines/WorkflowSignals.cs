using Grpc.Core;
using Idp.DevServer.Engine.Runs;
using Idp.DevServer.Grpc;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.ErrorDetails.V1;
using Temporalio.Api.History.V1;

namespace Idp.DevServer.Engine.Machines;

/// <summary>Records a signal, once for each request.</summary>
internal static class WorkflowSignals
{
    public const string LimitMessage = "exceeded workflow execution limit for signal events";

    /// <exception cref="RpcFailure">The run is closing, or has had all the signals that it may get.</exception>
    public static void Record(Transition t, WorkflowExecutionSignaledEventAttributes attributes, IEnumerable<Link>? links = null)
    {
        var state = t.State;
        if (attributes.RequestId.Length > 0 && t.Run.Facts.Find(FactKind.SignalRequest, attributes.RequestId) is not null)
        {
            return;
        }

        if (state.CloseAttempted && state.Task.IsStarted)
        {
            throw new RpcFailure(
                StatusCode.ResourceExhausted,
                "workflow operation can not be applied because workflow is closing",
                new ResourceExhaustedFailure { Cause = ResourceExhaustedCause.BusyWorkflow, Scope = ResourceExhaustedScope.Namespace });
        }

        if (state.SignalCount >= t.Limits.MaxSignals)
        {
            throw RpcFailure.InvalidArgument(LimitMessage);
        }

        state.SignalCount++;
        if (attributes.RequestId.Length > 0)
        {
            t.Facts.Add(new Fact(FactKind.SignalRequest, attributes.RequestId, 0));
        }

        var signaled = t.Add(EventType.WorkflowExecutionSignaled);
        signaled.WorkflowExecutionSignaledEventAttributes = attributes;
        signaled.Links.AddRange(links ?? []);
        WorkflowTasks.Ensure(t);
    }
}
