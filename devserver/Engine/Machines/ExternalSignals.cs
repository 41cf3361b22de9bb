using Idp.DevServer.Engine.State;
using Temporalio.Api.Command.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;

namespace Idp.DevServer.Engine.Machines;

/// <summary>A signal to another workflow: initiated, and delivered or refused.</summary>
internal static class ExternalSignals
{
    public static HistoryEvent Initiate(Transition t, long completedEventId, SignalExternalWorkflowExecutionCommandAttributes command, string ns, string namespaceId)
    {
        var initiated = t.Add(EventType.SignalExternalWorkflowExecutionInitiated);
        initiated.SignalExternalWorkflowExecutionInitiatedEventAttributes = new SignalExternalWorkflowExecutionInitiatedEventAttributes
        {
            WorkflowTaskCompletedEventId = completedEventId,
            Namespace = command.Namespace,
            NamespaceId = namespaceId,
            WorkflowExecution = command.Execution,
            SignalName = command.SignalName,
            Input = command.Input,
            Control = command.Control,
            ChildWorkflowOnly = command.ChildWorkflowOnly,
            Header = command.Header,
        };
        var requestId = Guid.NewGuid().ToString();
        t.State.Signals[initiated.EventId] = new ExternalState(initiated.EventId, requestId);
        t.Deliver(OutboxKind.SignalExternal, ns, command.Execution.WorkflowId, command.Execution.RunId, initiated.EventId, requestId);
        return initiated;
    }

    public static void Delivered(Transition t, string ns, SignalExternalWorkflowExecutionInitiatedEventAttributes initiated, long initiatedEventId)
    {
        t.State.Signals.Remove(initiatedEventId);
        t.Add(EventType.ExternalWorkflowExecutionSignaled).ExternalWorkflowExecutionSignaledEventAttributes = new ExternalWorkflowExecutionSignaledEventAttributes
        {
            InitiatedEventId = initiatedEventId,
            Namespace = ns,
            NamespaceId = initiated.NamespaceId,
            WorkflowExecution = initiated.WorkflowExecution,
            Control = initiated.Control,
        };
        WorkflowTasks.Ensure(t);
    }

    public static void Refused(
        Transition t, string ns, SignalExternalWorkflowExecutionInitiatedEventAttributes initiated, long initiatedEventId, SignalExternalWorkflowExecutionFailedCause cause)
    {
        t.State.Signals.Remove(initiatedEventId);
        t.Add(EventType.SignalExternalWorkflowExecutionFailed).SignalExternalWorkflowExecutionFailedEventAttributes = new SignalExternalWorkflowExecutionFailedEventAttributes
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
