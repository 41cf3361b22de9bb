using Google.Protobuf.WellKnownTypes;
using Idp.DevServer.Engine.Matching;
using Idp.DevServer.Engine.State;
using Temporalio.Api.Command.V1;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Failure.V1;
using Temporalio.Api.History.V1;

namespace Idp.DevServer.Engine.Machines;

/// <summary>An activity's state machine: scheduled, started, tried again after a failure, and ended.</summary>
/// <remarks>Its started event is written together with its end, when the number of attempts is known.</remarks>
internal static class Activities
{
    public static HistoryEvent Schedule(Transition t, long completedEventId, ScheduleActivityTaskCommandAttributes command)
    {
        var state = t.State;
        var scheduled = t.Add(EventType.ActivityTaskScheduled);
        scheduled.ActivityTaskScheduledEventAttributes = new ActivityTaskScheduledEventAttributes
        {
            ActivityId = command.ActivityId,
            ActivityType = command.ActivityType,
            TaskQueue = command.TaskQueue,
            Header = command.Header,
            Input = command.Input,
            ScheduleToCloseTimeout = command.ScheduleToCloseTimeout,
            ScheduleToStartTimeout = command.ScheduleToStartTimeout,
            StartToCloseTimeout = command.StartToCloseTimeout,
            HeartbeatTimeout = command.HeartbeatTimeout,
            WorkflowTaskCompletedEventId = completedEventId,
            RetryPolicy = command.RetryPolicy,
            UseWorkflowBuildId = command.UseWorkflowBuildId,
            Priority = command.Priority,
        };
        var activity = FromEvent(scheduled);
        activity.Priority ??= state.Priority;
        state.Activities[scheduled.EventId] = activity;
        return scheduled;
    }

    /// <summary>An activity as its scheduled event describes it, waiting for its first attempt.</summary>
    public static ActivityState FromEvent(HistoryEvent scheduled)
    {
        var attributes = scheduled.ActivityTaskScheduledEventAttributes;
        var time = scheduled.EventTime.ToDateTimeOffset();
        return new ActivityState
        {
            ScheduledEventId = scheduled.EventId,
            ActivityId = attributes.ActivityId,
            ActivityType = attributes.ActivityType.Name,
            TaskQueue = attributes.TaskQueue.Name,
            ScheduleToClose = attributes.ScheduleToCloseTimeout.ToTimeSpan(),
            ScheduleToStart = attributes.ScheduleToStartTimeout.ToTimeSpan(),
            StartToClose = attributes.StartToCloseTimeout.ToTimeSpan(),
            Heartbeat = attributes.HeartbeatTimeout?.ToTimeSpan() ?? TimeSpan.Zero,
            RetryPolicy = attributes.RetryPolicy,
            Priority = attributes.Priority,
            FirstScheduledTime = time,
            ScheduledTime = time,
        };
    }

    public static void Dispatch(Transition t, ActivityState activity)
    {
        if (activity.Pause is not null || t.State.Pause is not null)
        {
            activity.Dispatched = false;
            return;
        }

        activity.Dispatched = true;
        activity.Stamp++;
        t.Persist();
        t.Dispatches.Add(MatchTask.ForActivity(t.State.Key, activity.TaskQueue, activity.ScheduledEventId, activity.Stamp, activity.Priority));
    }

    public static void Start(Transition t, ActivityState activity, string requestId, string identity, WorkerVersionStamp? version = null)
    {
        activity.StartedTime = t.Now;
        activity.LastStartedTime = t.Now;
        activity.RequestId = requestId;
        activity.Identity = identity;
        activity.LastWorkerIdentity = identity;
        activity.WorkerVersion = version;
        activity.HeartbeatTime = null;
        t.Persist();
    }

    public static void Complete(Transition t, ActivityState activity, Payloads? result, string identity)
    {
        var started = WriteStarted(t, activity);
        t.Add(EventType.ActivityTaskCompleted).ActivityTaskCompletedEventAttributes = new ActivityTaskCompletedEventAttributes
        {
            ScheduledEventId = activity.ScheduledEventId,
            StartedEventId = started,
            Result = result,
            Identity = identity,
        };
        End(t, activity);
    }

    public static void Cancel(Transition t, ActivityState activity, Payloads? details, string identity)
    {
        var started = activity.IsStarted ? WriteStarted(t, activity) : 0;
        t.Add(EventType.ActivityTaskCanceled).ActivityTaskCanceledEventAttributes = new ActivityTaskCanceledEventAttributes
        {
            ScheduledEventId = activity.ScheduledEventId,
            StartedEventId = started,
            LatestCancelRequestedEventId = activity.CancelRequestEventId,
            Details = details,
            Identity = identity,
        };
        End(t, activity);
    }

    /// <summary>Tries a failed attempt again, or ends the activity.</summary>
    /// <returns>True when the activity has ended and the workflow must hear of it.</returns>
    public static bool Fail(Transition t, ActivityState activity, Failure failure, string identity)
    {
        var retry = TryAgain(t, activity, failure);
        if (retry is RetryState.InProgress)
        {
            return false;
        }

        var started = WriteStarted(t, activity);
        t.Add(EventType.ActivityTaskFailed).ActivityTaskFailedEventAttributes = new ActivityTaskFailedEventAttributes
        {
            ScheduledEventId = activity.ScheduledEventId,
            StartedEventId = started,
            Failure = failure,
            RetryState = retry,
            Identity = identity,
        };
        End(t, activity);
        return true;
    }

    /// <returns>True when the activity has ended and the workflow must hear of it.</returns>
    public static bool TimeOut(Transition t, ActivityState activity, TimeoutType type)
    {
        var failure = Failures.ActivityTimeout(type, null);
        var retry = RetryState.Timeout;
        if (type is TimeoutType.StartToClose or TimeoutType.Heartbeat)
        {
            retry = TryAgain(t, activity, failure);
        }

        if (retry is RetryState.InProgress)
        {
            return false;
        }

        if (retry is RetryState.Timeout && type is not TimeoutType.ScheduleToStart)
        {
            failure = Failures.Timeout(
                "Not enough time to schedule next retry before activity ScheduleToClose timeout, giving up retrying",
                TimeoutType.ScheduleToClose);
        }

        failure.TimeoutFailureInfo.LastHeartbeatDetails = activity.HeartbeatDetails;

        var started = activity.IsStarted ? WriteStarted(t, activity) : 0;
        t.Add(EventType.ActivityTaskTimedOut).ActivityTaskTimedOutEventAttributes = new ActivityTaskTimedOutEventAttributes
        {
            ScheduledEventId = activity.ScheduledEventId,
            StartedEventId = started,
            Failure = failure,
            RetryState = retry,
        };
        End(t, activity);
        return true;
    }

    public static void Heartbeat(Transition t, ActivityState activity, Payloads? details, string identity)
    {
        activity.HeartbeatDetails = details;
        activity.HeartbeatTime = t.Now;
        activity.LastWorkerIdentity = identity;
        t.Persist();
    }

    /// <summary>Back to its first attempt, at once or when the running one ends.</summary>
    public static void Restart(Transition t, ActivityState activity, DateTimeOffset at)
    {
        activity.StartedTime = null;
        activity.ScheduledTime = at;
        activity.Dispatched = false;
        activity.RetryInterval = null;
        if (at <= t.Now)
        {
            Dispatch(t, activity);
        }

        t.Persist();
    }

    /// <summary>Writes the start that has been held back.</summary>
    public static long WriteStarted(Transition t, ActivityState activity)
    {
        var started = t.Add(EventType.ActivityTaskStarted, activity.StartedTime);
        started.ActivityTaskStartedEventAttributes = new ActivityTaskStartedEventAttributes
        {
            ScheduledEventId = activity.ScheduledEventId,
            Identity = activity.Identity,
            RequestId = activity.RequestId,
            Attempt = activity.Attempt,
            LastFailure = activity.LastFailure,
            WorkerVersion = activity.WorkerVersion,
        };
        return started.EventId;
    }

    private static RetryState TryAgain(Transition t, ActivityState activity, Failure failure)
    {
        if (activity.CancelRequested)
        {
            return RetryState.CancelRequested;
        }

        DateTimeOffset? expiration = activity.ScheduleToClose > TimeSpan.Zero ? activity.FirstScheduledTime + activity.ScheduleToClose : null;
        var attempt = activity.ResetRequested ? 0 : activity.Attempt;
        var (backoff, retry) = Retries.Next(activity.RetryPolicy, Math.Max(attempt, 1), failure, t.Now, expiration);
        if (backoff is null && !(activity.ResetRequested && retry is RetryState.MaximumAttemptsReached))
        {
            return retry;
        }

        var delay = activity.ResetRequested ? TimeSpan.Zero : backoff ?? TimeSpan.Zero;
        activity.LastFailure = Failures.Truncated(failure);
        activity.LastAttemptCompleteTime = t.Now;
        if (activity.ResetHeartbeat)
        {
            activity.HeartbeatDetails = null;
        }

        activity.Attempt = attempt + 1;
        activity.ResetRequested = false;
        activity.ResetHeartbeat = false;
        Restart(t, activity, t.Now + delay);
        activity.RetryInterval = delay;
        return RetryState.InProgress;
    }

    private static void End(Transition t, ActivityState activity)
    {
        t.State.Activities.Remove(activity.ScheduledEventId);
        if (activity.Pause is not null)
        {
            PauseInfo.Update(t);
        }

        t.Persist();
    }
}
