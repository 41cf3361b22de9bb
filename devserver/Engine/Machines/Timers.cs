using Google.Protobuf.WellKnownTypes;
using Idp.DevServer.Engine.State;
using Temporalio.Api.Command.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;

namespace Idp.DevServer.Engine.Machines;

/// <summary>A timer's state machine: started, and fired or cancelled.</summary>
internal static class Timers
{
    public static HistoryEvent Start(Transition t, long completedEventId, StartTimerCommandAttributes command)
    {
        var started = t.Add(EventType.TimerStarted);
        started.TimerStartedEventAttributes = new TimerStartedEventAttributes
        {
            TimerId = command.TimerId,
            StartToFireTimeout = command.StartToFireTimeout,
            WorkflowTaskCompletedEventId = completedEventId,
        };
        var delay = command.StartToFireTimeout?.ToTimeSpan() ?? TimeSpan.Zero;
        t.State.Timers[command.TimerId] = new TimerState(command.TimerId, started.EventId, t.Now + delay);
        return started;
    }

    public static void Fire(Transition t, TimerState timer)
    {
        t.State.Timers.Remove(timer.TimerId);
        t.Add(EventType.TimerFired).TimerFiredEventAttributes =
            new TimerFiredEventAttributes { TimerId = timer.TimerId, StartedEventId = timer.StartedEventId };
    }

    /// <returns>Null when there is no such timer.</returns>
    public static HistoryEvent? Cancel(Transition t, long completedEventId, string timerId, string identity)
    {
        long startedEventId;
        if (t.State.Timers.Remove(timerId, out var timer))
        {
            startedEventId = timer.StartedEventId;
        }
        else
        {
            // It fired while the workflow task ran: the workflow has not seen that, and now never will.
            var fired = t.State.Buffered.FindIndex(e => e.TimerFiredEventAttributes?.TimerId == timerId);
            if (fired < 0)
            {
                return null;
            }

            startedEventId = t.State.Buffered[fired].TimerFiredEventAttributes.StartedEventId;
            t.State.Buffered.RemoveAt(fired);
        }

        var canceled = t.Add(EventType.TimerCanceled);
        canceled.TimerCanceledEventAttributes = new TimerCanceledEventAttributes
        {
            TimerId = timerId,
            StartedEventId = startedEventId,
            WorkflowTaskCompletedEventId = completedEventId,
            Identity = identity,
        };
        return canceled;
    }
}
