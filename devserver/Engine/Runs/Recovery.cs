using Idp.DevServer.Engine.Matching;
using Idp.DevServer.Engine.State;

namespace Idp.DevServer.Engine.Runs;

/// <summary>What a run's state says is waiting or running.</summary>
internal static class Recovery
{
    /// <summary>The tasks that workers could take when the last process ended.</summary>
    public static IEnumerable<MatchTask> Tasks(RunState state)
    {
        if (!state.IsRunning)
        {
            yield break;
        }

        if (state.Task is { IsPending: true, IsStarted: false })
        {
            yield return MatchTask.ForWorkflow(state.Key, state.CurrentQueue, state.TaskQueue, state.Task.Stamp, state.Priority);
        }

        foreach (var activity in state.Activities.Values)
        {
            if (activity is { Dispatched: true, IsStarted: false })
            {
                yield return MatchTask.ForActivity(state.Key, activity.TaskQueue, activity.ScheduledEventId, activity.Stamp, activity.Priority);
            }
        }
    }

    /// <summary>How much of the run is happening now, rather than waiting for time or for someone.</summary>
    public static int CountBusy(RunState state)
    {
        var busy = state.Outbox.Count(item => item.Kind is not OutboxKind.CallBack);
        if (!state.IsRunning)
        {
            return busy;
        }

        busy += state.Task.IsPending ? 1 : 0;
        foreach (var activity in state.Activities.Values)
        {
            if (activity.Dispatched || activity.IsStarted)
            {
                busy++;
            }
        }

        return busy;
    }
}
