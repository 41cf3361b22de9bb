using Idp.DevServer.Engine.State;
using Temporalio.Api.Command.V1;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;

namespace Idp.DevServer.Engine.Machines;

/// <summary>A child's state machine as its parent sees it: initiated, started or refused, and ended.</summary>
internal static class Children
{
    public static HistoryEvent Initiate(Transition t, long completedEventId, StartChildWorkflowExecutionCommandAttributes command, string namespaceId)
    {
        var initiated = t.Add(EventType.StartChildWorkflowExecutionInitiated);
        initiated.StartChildWorkflowExecutionInitiatedEventAttributes = new StartChildWorkflowExecutionInitiatedEventAttributes
        {
            Namespace = command.Namespace,
            NamespaceId = namespaceId,
            WorkflowId = command.WorkflowId,
            WorkflowType = command.WorkflowType,
            TaskQueue = command.TaskQueue,
            Header = command.Header,
            Input = command.Input,
            WorkflowExecutionTimeout = command.WorkflowExecutionTimeout,
            WorkflowRunTimeout = command.WorkflowRunTimeout,
            WorkflowTaskTimeout = command.WorkflowTaskTimeout,
            Control = command.Control,
            WorkflowTaskCompletedEventId = completedEventId,
            WorkflowIdReusePolicy = command.WorkflowIdReusePolicy,
            RetryPolicy = command.RetryPolicy,
            CronSchedule = command.CronSchedule,
            Memo = command.Memo,
            SearchAttributes = command.SearchAttributes,
            ParentClosePolicy = command.ParentClosePolicy,
            InheritBuildId = command.InheritBuildId,
            Priority = command.Priority,
        };
        var child = new ChildState
        {
            InitiatedEventId = initiated.EventId,
            Namespace = command.Namespace,
            WorkflowId = command.WorkflowId,
            WorkflowType = command.WorkflowType.Name,
            ParentClosePolicy = command.ParentClosePolicy,
            RequestId = Guid.NewGuid().ToString(),
        };
        t.State.Children[initiated.EventId] = child;
        t.Deliver(OutboxKind.StartChild, child.Namespace, child.WorkflowId, string.Empty, initiated.EventId, child.RequestId);
        return initiated;
    }

    public static void Started(Transition t, StartChildWorkflowExecutionInitiatedEventAttributes initiated, ChildState child, string runId)
    {
        if (child.IsStarted)
        {
            return;
        }

        child.RunId = runId;
        var started = t.Add(EventType.ChildWorkflowExecutionStarted);
        started.ChildWorkflowExecutionStartedEventAttributes = new ChildWorkflowExecutionStartedEventAttributes
        {
            Namespace = initiated.Namespace,
            NamespaceId = initiated.NamespaceId,
            InitiatedEventId = child.InitiatedEventId,
            WorkflowExecution = new WorkflowExecution { WorkflowId = child.WorkflowId, RunId = runId },
            WorkflowType = initiated.WorkflowType,
            Header = initiated.Header,
        };

        // A buffered event has no number yet; it is told when the buffer is numbered.
        child.StartedEventId = started.EventId == 0 ? -1 : started.EventId;
        WorkflowTasks.Ensure(t);
    }

    public static void Refused(
        Transition t, StartChildWorkflowExecutionInitiatedEventAttributes initiated, ChildState child, StartChildWorkflowExecutionFailedCause cause)
    {
        t.State.Children.Remove(child.InitiatedEventId);
        t.Add(EventType.StartChildWorkflowExecutionFailed).StartChildWorkflowExecutionFailedEventAttributes = new StartChildWorkflowExecutionFailedEventAttributes
        {
            Namespace = initiated.Namespace,
            NamespaceId = initiated.NamespaceId,
            WorkflowId = child.WorkflowId,
            WorkflowType = initiated.WorkflowType,
            Cause = cause,
            Control = initiated.Control,
            InitiatedEventId = child.InitiatedEventId,
        };
        WorkflowTasks.Ensure(t);
    }

    public static void Ended(Transition t, StartChildWorkflowExecutionInitiatedEventAttributes initiated, ChildState child, string runId, HistoryEvent closing)
    {
        t.State.Children.Remove(child.InitiatedEventId);
        var execution = new WorkflowExecution { WorkflowId = child.WorkflowId, RunId = runId };
        var started = child.StartedEventId;
        switch (closing.EventType)
        {
            case EventType.WorkflowExecutionCompleted:
                t.Add(EventType.ChildWorkflowExecutionCompleted).ChildWorkflowExecutionCompletedEventAttributes = new()
                {
                    Result = closing.WorkflowExecutionCompletedEventAttributes.Result,
                    Namespace = initiated.Namespace,
                    NamespaceId = initiated.NamespaceId,
                    WorkflowExecution = execution,
                    WorkflowType = initiated.WorkflowType,
                    InitiatedEventId = child.InitiatedEventId,
                    StartedEventId = started,
                };
                break;
            case EventType.WorkflowExecutionFailed:
                t.Add(EventType.ChildWorkflowExecutionFailed).ChildWorkflowExecutionFailedEventAttributes = new()
                {
                    Failure = closing.WorkflowExecutionFailedEventAttributes.Failure,
                    RetryState = closing.WorkflowExecutionFailedEventAttributes.RetryState,
                    Namespace = initiated.Namespace,
                    NamespaceId = initiated.NamespaceId,
                    WorkflowExecution = execution,
                    WorkflowType = initiated.WorkflowType,
                    InitiatedEventId = child.InitiatedEventId,
                    StartedEventId = started,
                };
                break;
            case EventType.WorkflowExecutionCanceled:
                t.Add(EventType.ChildWorkflowExecutionCanceled).ChildWorkflowExecutionCanceledEventAttributes = new()
                {
                    Details = closing.WorkflowExecutionCanceledEventAttributes.Details,
                    Namespace = initiated.Namespace,
                    NamespaceId = initiated.NamespaceId,
                    WorkflowExecution = execution,
                    WorkflowType = initiated.WorkflowType,
                    InitiatedEventId = child.InitiatedEventId,
                    StartedEventId = started,
                };
                break;
            case EventType.WorkflowExecutionTimedOut:
                t.Add(EventType.ChildWorkflowExecutionTimedOut).ChildWorkflowExecutionTimedOutEventAttributes = new()
                {
                    RetryState = closing.WorkflowExecutionTimedOutEventAttributes.RetryState,
                    Namespace = initiated.Namespace,
                    NamespaceId = initiated.NamespaceId,
                    WorkflowExecution = execution,
                    WorkflowType = initiated.WorkflowType,
                    InitiatedEventId = child.InitiatedEventId,
                    StartedEventId = started,
                };
                break;
            default:
                t.Add(EventType.ChildWorkflowExecutionTerminated).ChildWorkflowExecutionTerminatedEventAttributes = new()
                {
                    Namespace = initiated.Namespace,
                    NamespaceId = initiated.NamespaceId,
                    WorkflowExecution = execution,
                    WorkflowType = initiated.WorkflowType,
                    InitiatedEventId = child.InitiatedEventId,
                    StartedEventId = started,
                };
                break;
        }

        WorkflowTasks.Ensure(t);
    }
}
