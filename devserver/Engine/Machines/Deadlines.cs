using Idp.DevServer.Engine.State;
using Temporalio.Api.Enums.V1;

namespace Idp.DevServer.Engine.Machines;

/// <summary>What of a run is due when, and what happens then.</summary>
internal static class Deadlines
{
    public static DateTimeOffset? Next(RunState state)
    {
        DateTimeOffset? next = null;
        void Consider(DateTimeOffset? at)
        {
            if (at is { } time && (next is null || time < next))
            {
                next = time;
            }
        }

        if (!state.IsRunning)
        {
            return null;
        }

        Consider(state.RunDeadline);
        Consider(state.FirstTaskAt);
        Consider(TaskDeadline(state));
        foreach (var activity in state.Activities.Values)
        {
            Consider(ActivityDeadline(state, activity)?.At);
        }

        foreach (var timer in state.Timers.Values)
        {
            Consider(timer.FireTime);
        }

        return next;
    }

    /// <summary>Lets everything happen that is due now.</summary>
    public static void Fire(Transition t, WorkflowStep step)
    {
        var state = t.State;
        if (!state.IsRunning)
        {
            return;
        }

        if (state.RunDeadline <= t.Now)
        {
            WorkflowTimeout.Fire(t, step);
            return;
        }

        var isHeard = false;
        if (state.FirstTaskAt <= t.Now)
        {
            state.FirstTaskAt = null;
            t.Persist();
            isHeard = true;
        }

        if (TaskDeadline(state) <= t.Now)
        {
            if (state.Task.IsStarted)
            {
                WorkflowTasks.TimeOut(t);
            }
            else
            {
                WorkflowTasks.TimeOutScheduleToStart(t);
            }

            isHeard = true;
        }

        foreach (var timer in state.Timers.Values.Where(timer => timer.FireTime <= t.Now).OrderBy(timer => timer.FireTime).ThenBy(timer => timer.StartedEventId).ToList())
        {
            Timers.Fire(t, timer);
            isHeard = true;
        }

        foreach (var activity in state.Activities.Values.ToList())
        {
            isHeard |= FireActivity(t, activity);
        }

        if (isHeard)
        {
            WorkflowTasks.Ensure(t);
        }
    }

    private static DateTimeOffset? TaskDeadline(RunState state)
    {
        var task = state.Task;
        if (!task.IsPending)
        {
            return null;
        }

        if (task.IsStarted)
        {
            return task.StartedTime + task.Timeout;
        }

        if (state.StickyQueue.Length > 0 && state.StickyTimeout > TimeSpan.Zero)
        {
            return task.ScheduledTime + state.StickyTimeout;
        }

        return task.IsSpeculative ? task.ScheduledTime + EngineLimits.SpeculativeScheduleToStart : null;
    }

    private static (DateTimeOffset At, TimeoutType Type)? ActivityDeadline(RunState state, ActivityState activity)
    {
        (DateTimeOffset At, TimeoutType Type)? next = null;
        void Consider(DateTimeOffset at, TimeoutType type)
        {
            if (next is null || at < next.Value.At)
            {
                next = (at, type);
            }
        }

        if (activity.ScheduleToClose > TimeSpan.Zero)
        {
            Consider(activity.FirstScheduledTime + activity.ScheduleToClose, TimeoutType.ScheduleToClose);
        }

        if (activity.StartedTime is { } started)
        {
            if (activity.StartToClose > TimeSpan.Zero)
            {
                Consider(started + activity.StartToClose, TimeoutType.StartToClose);
            }

            if (activity.Heartbeat > TimeSpan.Zero)
            {
                var beat = activity.HeartbeatTime > started ? activity.HeartbeatTime.Value : started;
                Consider(beat + activity.Heartbeat, TimeoutType.Heartbeat);
            }
        }
        else if (activity.Pause is null && state.Pause is null)
        {
            if (!activity.Dispatched)
            {
                // Not a timeout: the end of a back-off.
                Consider(activity.ScheduledTime, TimeoutType.Unspecified);
            }

            if (activity.ScheduleToStart > TimeSpan.Zero)
            {
                Consider(activity.ScheduledTime + activity.ScheduleToStart, TimeoutType.ScheduleToStart);
            }
        }

        return next;
    }

    private static bool FireActivity(Transition t, ActivityState activity)
    {
        while (t.State.Activities.ContainsKey(activity.ScheduledEventId)
            && ActivityDeadline(t.State, activity) is { } due
            && due.At <= t.Now)
        {
            if (due.Type is TimeoutType.Unspecified)
            {
                Activities.Dispatch(t, activity);
            }
            else if (Activities.TimeOut(t, activity, due.Type))
            {
                return true;
            }
        }

        return false;
    }
}
