using Idp.DevServer.Engine.State;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;

namespace Idp.DevServer.Engine.Machines;

/// <summary>Which events wait while a workflow task runs, and how they are put in order afterwards.</summary>
internal static class EventBuffering
{
    /// <summary>Events of the workflow task itself, of its commands and of the workflow's end never wait.</summary>
    public static bool Buffers(EventType type) => type is not (
        EventType.WorkflowExecutionStarted or EventType.WorkflowExecutionCompleted or EventType.WorkflowExecutionFailed
        or EventType.WorkflowExecutionTimedOut or EventType.WorkflowExecutionTerminated or EventType.WorkflowExecutionContinuedAsNew
        or EventType.WorkflowExecutionCanceled
        or EventType.WorkflowTaskScheduled or EventType.WorkflowTaskStarted or EventType.WorkflowTaskCompleted
        or EventType.WorkflowTaskFailed or EventType.WorkflowTaskTimedOut
        or EventType.ActivityTaskScheduled or EventType.ActivityTaskCancelRequested or EventType.TimerStarted or EventType.TimerCanceled
        or EventType.RequestCancelExternalWorkflowExecutionInitiated or EventType.MarkerRecorded
        or EventType.StartChildWorkflowExecutionInitiated or EventType.SignalExternalWorkflowExecutionInitiated
        or EventType.UpsertWorkflowSearchAttributes or EventType.WorkflowPropertiesModified
        or EventType.WorkflowExecutionUpdateAccepted or EventType.WorkflowExecutionUpdateCompleted);

    /// <summary>Completions last, so that a start never follows its own completion.</summary>
    public static IEnumerable<HistoryEvent> InOrder(List<HistoryEvent> buffered) =>
        buffered.Where(e => !IsCompletion(e.EventType)).Concat(buffered.Where(e => IsCompletion(e.EventType)));

    /// <summary>Tells completions, and the state of what still runs, the number that a start has got.</summary>
    public static void Wire(RunState state, List<HistoryEvent> events)
    {
        var started = new Dictionary<long, long>();
        foreach (var numbered in events)
        {
            if (numbered.ActivityTaskStartedEventAttributes is { } activity)
            {
                started[activity.ScheduledEventId] = numbered.EventId;
            }
            else if (numbered.ChildWorkflowExecutionStartedEventAttributes is { } child)
            {
                started[child.InitiatedEventId] = numbered.EventId;
                if (state.Children.TryGetValue(child.InitiatedEventId, out var pending))
                {
                    pending.StartedEventId = numbered.EventId;
                }
            }
            else if (numbered.WorkflowExecutionOptionsUpdatedEventAttributes is { AttachedRequestId.Length: > 0 } options)
            {
                state.Requests[options.AttachedRequestId] = new AttachedRequest(numbered.EventType, numbered.EventId);
            }
            else
            {
                WireCompletion(numbered, started);
            }
        }
    }

    private static void WireCompletion(HistoryEvent completion, Dictionary<long, long> started)
    {
        void Set(long scheduled, Action<long> set)
        {
            if (started.TryGetValue(scheduled, out var id))
            {
                set(id);
            }
        }

        switch (completion.AttributesCase)
        {
            case HistoryEvent.AttributesOneofCase.ActivityTaskCompletedEventAttributes:
                Set(completion.ActivityTaskCompletedEventAttributes.ScheduledEventId, id => completion.ActivityTaskCompletedEventAttributes.StartedEventId = id);
                break;
            case HistoryEvent.AttributesOneofCase.ActivityTaskFailedEventAttributes:
                Set(completion.ActivityTaskFailedEventAttributes.ScheduledEventId, id => completion.ActivityTaskFailedEventAttributes.StartedEventId = id);
                break;
            case HistoryEvent.AttributesOneofCase.ActivityTaskTimedOutEventAttributes:
                Set(completion.ActivityTaskTimedOutEventAttributes.ScheduledEventId, id => completion.ActivityTaskTimedOutEventAttributes.StartedEventId = id);
                break;
            case HistoryEvent.AttributesOneofCase.ActivityTaskCanceledEventAttributes:
                Set(completion.ActivityTaskCanceledEventAttributes.ScheduledEventId, id => completion.ActivityTaskCanceledEventAttributes.StartedEventId = id);
                break;
            case HistoryEvent.AttributesOneofCase.ChildWorkflowExecutionCompletedEventAttributes:
                Set(completion.ChildWorkflowExecutionCompletedEventAttributes.InitiatedEventId, id => completion.ChildWorkflowExecutionCompletedEventAttributes.StartedEventId = id);
                break;
            case HistoryEvent.AttributesOneofCase.ChildWorkflowExecutionFailedEventAttributes:
                Set(completion.ChildWorkflowExecutionFailedEventAttributes.InitiatedEventId, id => completion.ChildWorkflowExecutionFailedEventAttributes.StartedEventId = id);
                break;
            case HistoryEvent.AttributesOneofCase.ChildWorkflowExecutionTimedOutEventAttributes:
                Set(completion.ChildWorkflowExecutionTimedOutEventAttributes.InitiatedEventId, id => completion.ChildWorkflowExecutionTimedOutEventAttributes.StartedEventId = id);
                break;
            case HistoryEvent.AttributesOneofCase.ChildWorkflowExecutionCanceledEventAttributes:
                Set(completion.ChildWorkflowExecutionCanceledEventAttributes.InitiatedEventId, id => completion.ChildWorkflowExecutionCanceledEventAttributes.StartedEventId = id);
                break;
            case HistoryEvent.AttributesOneofCase.ChildWorkflowExecutionTerminatedEventAttributes:
                Set(completion.ChildWorkflowExecutionTerminatedEventAttributes.InitiatedEventId, id => completion.ChildWorkflowExecutionTerminatedEventAttributes.StartedEventId = id);
                break;
            default:
                break;
        }
    }

    private static bool IsCompletion(EventType type) => type is
        EventType.ActivityTaskCompleted or EventType.ActivityTaskFailed or EventType.ActivityTaskTimedOut or EventType.ActivityTaskCanceled
        or EventType.ChildWorkflowExecutionCompleted or EventType.ChildWorkflowExecutionFailed or EventType.ChildWorkflowExecutionTimedOut
        or EventType.ChildWorkflowExecutionCanceled or EventType.ChildWorkflowExecutionTerminated;
}
