using Google.Protobuf.WellKnownTypes;
using Idp.DevServer.Schedules.Specs;
using Idp.DevServer.Schedules.State;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Failure.V1;
using Temporalio.Api.Schedule.V1;

namespace Idp.DevServer.Tests.Schedules;

/// <summary>One schedule, every minute, with time and answers in the test's hands.</summary>
internal sealed class MachineWorld
{
    private int _runs;

    public MachineWorld(ScheduleOverlapPolicy policy, Action<Schedule>? adjust = null)
    {
        var schedule = new Schedule
        {
            Spec = new() { Interval = { new IntervalSpec { Interval = Duration.FromTimeSpan(TimeSpan.FromMinutes(1)) } } },
            Action = new() { StartWorkflow = new() { WorkflowId = "wf", WorkflowType = new() { Name = "W" }, TaskQueue = new() { Name = "q" } } },
            Policies = new() { OverlapPolicy = policy },
            State = new(),
        };
        adjust?.Invoke(schedule);
        State = new SchedulerState
        {
            Namespace = "default",
            NamespaceId = "11111111-1111-1111-1111-111111111111",
            ScheduleId = "s",
            RunId = "r",
            CreateRequestId = "c",
            Schedule = ScheduleDefaults.Complete(schedule),
            Info = new() { CreateTime = Start.ToTimestamp() },
            LastProcessed = Start,
        };
        Apply(new ScheduleInput.Elapsed());
    }

    public static DateTimeOffset Start { get; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public DateTimeOffset Now { get; private set; } = Start;

    public SchedulerState State { get; private set; }

    public DateTimeOffset? Wakeup { get; private set; }

    /// <summary>Of every call ever decided.</summary>
    public HashSet<string> RequestIds { get; } = new(StringComparer.Ordinal);

    public ScheduleTransition Apply(ScheduleInput input)
    {
        var transition = ScheduleMachine.Apply(State, input, Now, CompiledSpec.Compile);
        (State, Wakeup) = (transition.State, transition.Wakeup);
        RequestIds.UnionWith(State.Calls.Select(c => c.RequestId));
        return transition;
    }

    public ScheduleTransition Advance(TimeSpan by)
    {
        Now += by;
        return Apply(new ScheduleInput.Elapsed());
    }

    /// <summary>Lets every call succeed, also those that follow.</summary>
    /// <returns>How many runs were started.</returns>
    public int AnswerCalls()
    {
        var started = 0;
        while (!State.Calls.IsEmpty)
        {
            var call = State.Calls[0];
            started += call.Kind == PendingCallKind.Start ? 1 : 0;
            Apply(call.Kind == PendingCallKind.Start ? new ScheduleInput.Started(call.RequestId, $"run{++_runs}") : new ScheduleInput.CallEnded(call.RequestId));
        }

        return started;
    }

    public void Close(WorkflowExecutionStatus status, Payloads? result = null, Failure? failure = null)
    {
        if (State.Info.RunningWorkflows.FirstOrDefault() is { } running)
        {
            Apply(new ScheduleInput.Closed(running.WorkflowId, running.RunId, status, result, failure));
        }
    }

    /// <summary>One of the things that can happen, by number.</summary>
    public void Take(int step)
    {
        switch (step)
        {
            case 0 or 1:
                Advance(TimeSpan.FromSeconds(40));
                break;
            case 2:
                AnswerCalls();
                break;
            case 3:
                Close(WorkflowExecutionStatus.Completed);
                break;
            case 4:
                Apply(new ScheduleInput.Patched(new SchedulePatch { TriggerImmediately = new() { ScheduledTime = Now.ToTimestamp() } }));
                break;
            case 5 when !State.Calls.IsEmpty:
                Apply(new ScheduleInput.CallEnded(State.Calls[0].RequestId));
                break;
            case 6:
                Apply(new ScheduleInput.Patched(State.Schedule.State.Paused ? new SchedulePatch { Unpause = "on" } : new SchedulePatch { Pause = "off" }));
                break;
            default:
                Advance(TimeSpan.FromMinutes(3));
                break;
        }
    }
}
