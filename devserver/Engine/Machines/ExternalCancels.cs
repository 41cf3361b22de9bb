using Idp.DevServer.Engine.State;
using Temporalio.Api.Command.V1;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;

namespace Idp.DevServer.Engine.Machines;

/// <summary>A cancellation of another workflow: initiated, and delivered or refused.</summary>
internal static class ExternalCancels
{
    public static HistoryEvent Initiate(
        Transition t, long completedEventId, RequestCancelExternalWorkflowExecutionCommandAttributes command, string ns, string namespaceId)
    {
        var initiated = t.Add(EventType.RequestCancelExternalWorkflowExecutionInitiated);
        initiated.RequestCancelExternalWorkflowExecutionInitiatedEventAttributes = new RequestCancelExternalWorkflowExecutionInitiatedEventAttributes
        {
            WorkflowTaskCompletedEventId = completedEventId,
            Namespace = command.Namespace,
            NamespaceId = namespaceId,
            WorkflowExecution = new WorkflowExecution { WorkflowId = command.WorkflowId, RunId = command.RunId },
            Control = command.Control,
            ChildWorkflowOnly = command.ChildWorkflowOnly,
            Reason = command.Reason,
        };
        var requestId = Guid.NewGuid().ToString();
        t.State.Cancels[initiated.EventId] = new ExternalState(initiated.EventId, requestId);
        t.Deliver(OutboxKind.CancelExternal, ns, command.WorkflowId, command.RunId, initiated.EventId, requestId);
        return initiated;
    }

    public static void Delivered(Transition t, string ns, RequestCancelExternalWorkflowExecutionInitiatedEventAttributes initiated, long initiatedEventId)
    {
        t.State.Cancels.Remove(initiatedEventId);
        t.Add(EventType.ExternalWorkflowExecutionCancelRequested).ExternalWorkflowExecutionCancelRequestedEventAttributes =
            new ExternalWorkflowExecutionCancelRequestedEventAttributes
            {
                InitiatedEventId = initiatedEventId,
                Namespace = ns,
                NamespaceId = initiated.NamespaceId,
                WorkflowExecution = initiated.WorkflowExecution,
            };
        WorkflowTasks.Ensure(t);
    }

    public static void Refused(
        Transition t, string ns, RequestCancelExternalWorkflowExecutionInitiatedEventAttributes initiated, long initiatedEventId, CancelExternalWorkflowExecutionFailedCause cause)
    {
        t.State.Cancels.Remove(initiatedEventId);
        t.Add(EventType.RequestCancelExternalWorkflowExecutionFailed).RequestCancelExternalWorkflowExecutionFailedEventAttributes =
            new RequestCancelExternalWorkflowExecutionFailedEventAttributes
            {
                Cause = cause,
                Namespace = ns,
                NamespaceId = initiated.NamespaceId,
                WorkflowExecution = initiated.WorkflowExecution,
                InitiatedEventId = initiatedEventId,
                Control = initiated.Control,
            };
        WorkflowTasks.Ensure(t);
    }
}
