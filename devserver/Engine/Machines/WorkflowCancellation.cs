using Idp.DevServer.Engine.State;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;

namespace Idp.DevServer.Engine.Machines;

/// <summary>Records that a run is asked to cancel; a second request changes nothing.</summary>
internal static class WorkflowCancellation
{
    public static void Record(
        Transition t, string cause, string identity, string requestId, RunKey? from = null, long initiatedEventId = 0, IEnumerable<Link>? links = null)
    {
        if (t.State.CancelRequested)
        {
            return;
        }

        t.State.CancelRequested = true;
        t.State.CancelRequestId = requestId;
        var requested = t.Add(EventType.WorkflowExecutionCancelRequested);
        requested.WorkflowExecutionCancelRequestedEventAttributes = new WorkflowExecutionCancelRequestedEventAttributes
        {
            Cause = cause,
            ExternalInitiatedEventId = initiatedEventId,
            ExternalWorkflowExecution = from is { } other ? new WorkflowExecution { WorkflowId = other.WorkflowId, RunId = other.RunId } : null,
            Identity = identity,
        };
        requested.Links.AddRange(links ?? []);
        WorkflowTasks.Ensure(t);
    }
}
