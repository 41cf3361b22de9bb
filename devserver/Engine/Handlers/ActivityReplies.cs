using Google.Protobuf.WellKnownTypes;
using Idp.DevServer.Engine.Machines;
using Idp.DevServer.Engine.State;
using Temporalio.Api.Common.V1;
using Temporalio.Api.WorkflowService.V1;

namespace Idp.DevServer.Engine.Handlers;

/// <summary>What a worker gets with an activity.</summary>
internal static class ActivityReplies
{
    public static PollActivityTaskQueueResponse Started(Transition t, ActivityState activity)
    {
        var state = t.State;
        var scheduled = (t.Events.Find(e => e.EventId == activity.ScheduledEventId) ?? t.Run.History[activity.ScheduledEventId])
            .ActivityTaskScheduledEventAttributes;
        return new PollActivityTaskQueueResponse
        {
            TaskToken = new TaskToken(
                state.Key, activity.ScheduledEventId, 0, activity.Attempt, activity.StartedTime!.Value, activity.ActivityId, string.Empty, string.Empty).Write(),
            WorkflowNamespace = state.Namespace,
            WorkflowType = new WorkflowType { Name = state.WorkflowType },
            WorkflowExecution = new WorkflowExecution { WorkflowId = state.WorkflowId, RunId = state.RunId },
            ActivityType = scheduled.ActivityType,
            ActivityId = activity.ActivityId,
            Header = scheduled.Header,
            Input = scheduled.Input,
            HeartbeatDetails = activity.HeartbeatDetails,
            ScheduledTime = Timestamp.FromDateTimeOffset(activity.FirstScheduledTime),
            CurrentAttemptScheduledTime = Timestamp.FromDateTimeOffset(activity.ScheduledTime),
            StartedTime = Timestamp.FromDateTimeOffset(activity.StartedTime.Value),
            Attempt = activity.Attempt,
            ScheduleToCloseTimeout = Duration.FromTimeSpan(activity.ScheduleToClose),
            StartToCloseTimeout = Duration.FromTimeSpan(activity.StartToClose),
            HeartbeatTimeout = Duration.FromTimeSpan(activity.Heartbeat),
            RetryPolicy = activity.RetryPolicy,
            Priority = activity.Priority,
        };
    }
}
