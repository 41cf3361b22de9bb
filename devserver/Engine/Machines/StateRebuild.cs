using Idp.DevServer.Engine.Runs;
using Idp.DevServer.Engine.State;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;

namespace Idp.DevServer.Engine.Machines;

/// <summary>Brings a run's state to where the events of another run had brought that one.</summary>
internal static class StateRebuild
{
    public static void Apply(Transition t, HistoryEvent applied)
    {
        ApplyToRun(t, applied);
        ApplyToTask(t.State, applied);
        ApplyToActivities(t.State, applied);
        ApplyToChildren(t.State, applied);
    }

    private static void ApplyToRun(Transition t, HistoryEvent applied)
    {
        var state = t.State;
        switch (applied.AttributesCase)
        {
            case HistoryEvent.AttributesOneofCase.TimerStartedEventAttributes:
                var timer = applied.TimerStartedEventAttributes;
                state.Timers[timer.TimerId] = new TimerState(
                    timer.TimerId, applied.EventId, applied.EventTime.ToDateTimeOffset() + (timer.StartToFireTimeout?.ToTimeSpan() ?? TimeSpan.Zero));
                break;
            case HistoryEvent.AttributesOneofCase.TimerFiredEventAttributes:
                state.Timers.Remove(applied.TimerFiredEventAttributes.TimerId);
                break;
            case HistoryEvent.AttributesOneofCase.TimerCanceledEventAttributes:
                state.Timers.Remove(applied.TimerCanceledEventAttributes.TimerId);
                break;
            case HistoryEvent.AttributesOneofCase.WorkflowExecutionSignaledEventAttributes:
                state.SignalCount++;
                if (applied.WorkflowExecutionSignaledEventAttributes.RequestId is { Length: > 0 } requestId)
                {
                    t.Facts.Add(new Fact(FactKind.SignalRequest, requestId, applied.EventId));
                }

                break;
            case HistoryEvent.AttributesOneofCase.WorkflowExecutionOptionsUpdatedEventAttributes:
                WorkflowOptions.Apply(t, applied.WorkflowExecutionOptionsUpdatedEventAttributes);
                break;
            case HistoryEvent.AttributesOneofCase.WorkflowExecutionPausedEventAttributes:
                var paused = applied.WorkflowExecutionPausedEventAttributes;
                state.Pause = new PauseState(paused.Identity, paused.Reason, applied.EventTime.ToDateTimeOffset(), paused.RequestId);
                state.Status = WorkflowExecutionStatus.Paused;
                break;
            case HistoryEvent.AttributesOneofCase.WorkflowExecutionUnpausedEventAttributes:
                state.Pause = null;
                state.Status = WorkflowExecutionStatus.Running;
                break;
            case HistoryEvent.AttributesOneofCase.WorkflowExecutionCancelRequestedEventAttributes:
                state.CancelRequested = true;
                break;
            case HistoryEvent.AttributesOneofCase.WorkflowExecutionUpdateAcceptedEventAttributes:
                t.Facts.Add(new Fact(FactKind.UpdateAccepted, applied.WorkflowExecutionUpdateAcceptedEventAttributes.ProtocolInstanceId, applied.EventId));
                break;
            case HistoryEvent.AttributesOneofCase.WorkflowExecutionUpdateCompletedEventAttributes:
                t.Facts.Add(new Fact(FactKind.UpdateCompleted, applied.WorkflowExecutionUpdateCompletedEventAttributes.Meta.UpdateId, applied.EventId));
                break;
            case HistoryEvent.AttributesOneofCase.UpsertWorkflowSearchAttributesEventAttributes:
                state.SearchAttributes ??= new SearchAttributes();
                state.SearchAttributes.MergeFrom(applied.UpsertWorkflowSearchAttributesEventAttributes.SearchAttributes);
                break;
            case HistoryEvent.AttributesOneofCase.WorkflowPropertiesModifiedEventAttributes:
                state.Memo ??= new Memo();
                state.Memo.MergeFrom(applied.WorkflowPropertiesModifiedEventAttributes.UpsertedMemo);
                break;
            default:
                break;
        }
    }

    private static void ApplyToTask(RunState state, HistoryEvent applied)
    {
        switch (applied.AttributesCase)
        {
            case HistoryEvent.AttributesOneofCase.WorkflowTaskScheduledEventAttributes:
                state.FirstTaskAt = null;
                state.Task = new WorkflowTaskState
                {
                    ScheduledEventId = applied.EventId,
                    Timeout = applied.WorkflowTaskScheduledEventAttributes.StartToCloseTimeout.ToTimeSpan(),
                    ScheduledTime = applied.EventTime.ToDateTimeOffset(),
                    OriginalScheduledTime = applied.EventTime.ToDateTimeOffset(),
                };
                break;
            case HistoryEvent.AttributesOneofCase.WorkflowTaskStartedEventAttributes:
                state.Task.StartedEventId = applied.EventId;
                state.Task.StartedTime = applied.EventTime.ToDateTimeOffset();
                state.Task.RequestId = applied.WorkflowTaskStartedEventAttributes.RequestId;
                break;
            case HistoryEvent.AttributesOneofCase.WorkflowTaskCompletedEventAttributes:
                state.LastCompletedTaskStartedEventId = applied.WorkflowTaskCompletedEventAttributes.StartedEventId;
                state.Task = new WorkflowTaskState();
                break;
            case HistoryEvent.AttributesOneofCase.WorkflowTaskFailedEventAttributes:
            case HistoryEvent.AttributesOneofCase.WorkflowTaskTimedOutEventAttributes:
                state.Task = new WorkflowTaskState();
                break;
            default:
                break;
        }
    }

    private static void ApplyToActivities(RunState state, HistoryEvent applied)
    {
        switch (applied.AttributesCase)
        {
            case HistoryEvent.AttributesOneofCase.ActivityTaskScheduledEventAttributes:
                var activity = Activities.FromEvent(applied);
                state.Activities[activity.ScheduledEventId] = activity;
                break;
            case HistoryEvent.AttributesOneofCase.ActivityTaskCancelRequestedEventAttributes:
                if (state.Activities.TryGetValue(applied.ActivityTaskCancelRequestedEventAttributes.ScheduledEventId, out var canceled))
                {
                    canceled.CancelRequested = true;
                    canceled.CancelRequestEventId = applied.EventId;
                }

                break;
            case HistoryEvent.AttributesOneofCase.ActivityTaskCompletedEventAttributes:
                state.Activities.Remove(applied.ActivityTaskCompletedEventAttributes.ScheduledEventId);
                break;
            case HistoryEvent.AttributesOneofCase.ActivityTaskFailedEventAttributes:
                state.Activities.Remove(applied.ActivityTaskFailedEventAttributes.ScheduledEventId);
                break;
            case HistoryEvent.AttributesOneofCase.ActivityTaskTimedOutEventAttributes:
                state.Activities.Remove(applied.ActivityTaskTimedOutEventAttributes.ScheduledEventId);
                break;
            case HistoryEvent.AttributesOneofCase.ActivityTaskCanceledEventAttributes:
                state.Activities.Remove(applied.ActivityTaskCanceledEventAttributes.ScheduledEventId);
                break;
            default:
                break;
        }
    }

    private static void ApplyToChildren(RunState state, HistoryEvent applied)
    {
        switch (applied.AttributesCase)
        {
            case HistoryEvent.AttributesOneofCase.StartChildWorkflowExecutionInitiatedEventAttributes:
                var initiated = applied.StartChildWorkflowExecutionInitiatedEventAttributes;
                state.Children[applied.EventId] = new ChildState
                {
                    InitiatedEventId = applied.EventId,
                    Namespace = initiated.Namespace,
                    WorkflowId = initiated.WorkflowId,
                    WorkflowType = initiated.WorkflowType.Name,
                    ParentClosePolicy = initiated.ParentClosePolicy,
                    RequestId = Guid.NewGuid().ToString(),
                };
                break;
            case HistoryEvent.AttributesOneofCase.ChildWorkflowExecutionStartedEventAttributes:
                var started = applied.ChildWorkflowExecutionStartedEventAttributes;
                if (state.Children.TryGetValue(started.InitiatedEventId, out var child))
                {
                    child.RunId = started.WorkflowExecution.RunId;
                    child.StartedEventId = applied.EventId;
                }

                break;
            case HistoryEvent.AttributesOneofCase.StartChildWorkflowExecutionFailedEventAttributes:
                state.Children.Remove(applied.StartChildWorkflowExecutionFailedEventAttributes.InitiatedEventId);
                break;
            case HistoryEvent.AttributesOneofCase.ChildWorkflowExecutionCompletedEventAttributes:
                state.Children.Remove(applied.ChildWorkflowExecutionCompletedEventAttributes.InitiatedEventId);
                break;
            case HistoryEvent.AttributesOneofCase.ChildWorkflowExecutionFailedEventAttributes:
                state.Children.Remove(applied.ChildWorkflowExecutionFailedEventAttributes.InitiatedEventId);
                break;
            case HistoryEvent.AttributesOneofCase.ChildWorkflowExecutionCanceledEventAttributes:
                state.Children.Remove(applied.ChildWorkflowExecutionCanceledEventAttributes.InitiatedEventId);
                break;
            case HistoryEvent.AttributesOneofCase.ChildWorkflowExecutionTimedOutEventAttributes:
                state.Children.Remove(applied.ChildWorkflowExecutionTimedOutEventAttributes.InitiatedEventId);
                break;
            case HistoryEvent.AttributesOneofCase.ChildWorkflowExecutionTerminatedEventAttributes:
                state.Children.Remove(applied.ChildWorkflowExecutionTerminatedEventAttributes.InitiatedEventId);
                break;
            default:
                break;
        }
    }
}
