using CsCheck;
using Google.Protobuf.WellKnownTypes;
using Idp.DevServer.Schedules.Runtime;
using Idp.DevServer.Schedules.State;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Failure.V1;
using Temporalio.Api.Schedule.V1;
using static Idp.DevServer.Tests.Schedules.MachineWorld;

namespace Idp.DevServer.Tests.Schedules;

public sealed class ScheduleMachineTests
{
    [Fact]
    public void Elapsed_TimeIsDue_StartsWithTheNominalTimeInTheId()
    {
        var world = new MachineWorld(ScheduleOverlapPolicy.Skip);

        world.Advance(TimeSpan.FromMinutes(1));

        var call = Assert.Single(world.State.Calls);
        Assert.Equal("wf-2026-01-01T00:01:00Z", StartRequest.WorkflowId(world.State.Schedule, call.Start!));
        Assert.Equal(Start.AddMinutes(2), world.Wakeup);
    }

    [Fact]
    public void Elapsed_JustBeforeTheTime_DoesNothing()
    {
        var world = new MachineWorld(ScheduleOverlapPolicy.Skip);

        world.Advance(TimeSpan.FromSeconds(59.9));

        Assert.Empty(world.State.Calls);
        Assert.Equal(Start.AddMinutes(1), world.Wakeup);
    }

    [Theory]
    [InlineData(ScheduleOverlapPolicy.Skip, 0, 2, 0)]
    [InlineData(ScheduleOverlapPolicy.BufferOne, 1, 1, 0)]
    [InlineData(ScheduleOverlapPolicy.BufferAll, 2, 0, 0)]
    [InlineData(ScheduleOverlapPolicy.CancelOther, 2, 0, 1)]
    [InlineData(ScheduleOverlapPolicy.TerminateOther, 2, 0, 1)]
    [InlineData(ScheduleOverlapPolicy.AllowAll, 0, 0, 0)]
    public void Elapsed_RunIsOpen_FollowsThePolicy(ScheduleOverlapPolicy policy, int buffered, int skipped, int stops)
    {
        var world = new MachineWorld(policy);
        world.Advance(TimeSpan.FromMinutes(1));
        world.AnswerCalls();

        world.Advance(TimeSpan.FromMinutes(1));
        var asked = world.State.Calls.Count(c => c.Kind is PendingCallKind.Cancel or PendingCallKind.Terminate);
        world.AnswerCalls();
        world.Advance(TimeSpan.FromMinutes(1));
        world.AnswerCalls();

        Assert.Equal(buffered, world.State.Buffer.Count);
        Assert.Equal(skipped, world.State.Info.OverlapSkipped);
        Assert.Equal(stops, asked);
        Assert.Equal(policy == ScheduleOverlapPolicy.AllowAll ? 3 : 1, world.State.Info.ActionCount);
        Assert.Equal(policy == ScheduleOverlapPolicy.AllowAll ? 0 : 1, world.State.Info.RunningWorkflows.Count);
    }

    [Theory]
    [InlineData(ScheduleOverlapPolicy.BufferAll, 1)]
    [InlineData(ScheduleOverlapPolicy.CancelOther, 0)]
    public void Closed_ActionsWait_StartsTheNext(ScheduleOverlapPolicy policy, int stillWaiting)
    {
        var world = new MachineWorld(policy);
        world.Advance(TimeSpan.FromMinutes(1));
        world.AnswerCalls();
        world.Advance(TimeSpan.FromMinutes(2));
        world.AnswerCalls();

        world.Close(WorkflowExecutionStatus.Completed);

        Assert.Equal(PendingCallKind.Start, Assert.Single(world.State.Calls).Kind);
        Assert.Equal(stillWaiting, world.State.Buffer.Count);
    }

    [Fact]
    public void Closed_WithResultThenFailure_BothReachTheNextRun()
    {
        var world = new MachineWorld(ScheduleOverlapPolicy.Skip);
        var result = new Payloads { Payloads_ = { new Payload { Data = Google.Protobuf.ByteString.CopyFromUtf8("1") } } };
        world.Advance(TimeSpan.FromMinutes(1));
        world.AnswerCalls();
        world.Close(WorkflowExecutionStatus.Completed, result);
        world.Advance(TimeSpan.FromMinutes(1));
        world.AnswerCalls();
        world.Close(WorkflowExecutionStatus.Failed, failure: new Failure { Message = "broken" });
        world.Advance(TimeSpan.FromMinutes(1));

        var request = StartRequest.Build(world.State, Assert.Single(world.State.Calls));

        Assert.Equal(result, request.LastCompletionResult);
        Assert.Equal("broken", request.ContinuedFailure.Message);
        Assert.Equal(WorkflowIdReusePolicy.RejectDuplicate, request.WorkflowIdReusePolicy);
        Assert.Equal("\"2026-01-01T00:03:00Z\"", request.SearchAttributes.IndexedFields["TemporalScheduledStartTime"].Data.ToStringUtf8());
        Assert.Equal(WorkflowExecutionStatus.Failed, world.State.Info.RecentActions[1].StartWorkflowStatus);
    }

    [Theory]
    [InlineData(WorkflowExecutionStatus.Failed, true)]
    [InlineData(WorkflowExecutionStatus.TimedOut, true)]
    [InlineData(WorkflowExecutionStatus.Canceled, false)]
    [InlineData(WorkflowExecutionStatus.Terminated, false)]
    [InlineData(WorkflowExecutionStatus.Completed, false)]
    public void Closed_PauseOnFailure_PausesOnlyForFailures(WorkflowExecutionStatus status, bool pauses)
    {
        var world = new MachineWorld(ScheduleOverlapPolicy.Skip, s => s.Policies.PauseOnFailure = true);
        world.Advance(TimeSpan.FromMinutes(1));
        world.AnswerCalls();

        world.Close(status, failure: status == WorkflowExecutionStatus.Failed ? new Failure { Message = "broken" } : null);

        Assert.Equal(pauses, world.State.Schedule.State.Paused);
        Assert.Equal(pauses ? 2 : 1, world.State.ConflictToken);
        Assert.Equal(
            status switch
            {
                WorkflowExecutionStatus.Failed => "paused due to workflow failure: wf-2026-01-01T00:01:00Z: broken",
                WorkflowExecutionStatus.TimedOut => "paused due to workflow timeout: wf-2026-01-01T00:01:00Z",
                _ => "",
            },
            world.State.Schedule.State.Notes);
    }

    [Fact]
    public void Elapsed_BeyondTheCatchupWindow_MissesOnce()
    {
        var world = new MachineWorld(ScheduleOverlapPolicy.AllowAll, s => s.Policies.CatchupWindow = Duration.FromTimeSpan(TimeSpan.FromSeconds(90)));

        world.Advance(TimeSpan.FromMinutes(5));
        world.AnswerCalls();
        world.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(3, world.State.Info.MissedCatchupWindow);
        Assert.Equal(2, world.State.Info.ActionCount);
    }

    [Fact]
    public void Elapsed_LimitedActions_StopsAndLaterExpires()
    {
        var world = new MachineWorld(ScheduleOverlapPolicy.AllowAll, s => (s.State.LimitedActions, s.State.RemainingActions) = (true, 2));

        world.Advance(TimeSpan.FromMinutes(5));
        world.AnswerCalls();

        Assert.Equal(2, world.State.Info.ActionCount);
        Assert.Equal(0, world.State.Schedule.State.RemainingActions);
        Assert.Equal(3, world.State.ConflictToken);
        Assert.Equal(world.Now + TimeSpan.FromDays(7), world.Wakeup);
        Assert.False(world.Advance(TimeSpan.FromDays(6.9)).IsExpired);
        Assert.True(world.Advance(TimeSpan.FromDays(0.2)).IsExpired);
    }

    [Fact]
    public void Patched_Paused_TimeIsNotMadeUpFor()
    {
        var world = new MachineWorld(ScheduleOverlapPolicy.AllowAll);
        world.Apply(new ScheduleInput.Patched(new SchedulePatch { Pause = "lunch" }));
        Assert.Null(world.Wakeup);

        world.Advance(TimeSpan.FromMinutes(10));
        world.Apply(new ScheduleInput.Patched(new SchedulePatch { Unpause = "back" }));

        Assert.Empty(world.State.Calls);
        Assert.Equal("back", world.State.Schedule.State.Notes);
        Assert.Equal(Start.AddMinutes(11), world.Wakeup ?? world.Advance(TimeSpan.Zero).Wakeup);
    }

    [Fact]
    public void Patched_TriggerWhilePaused_StartsAndMayRepeatAnId()
    {
        var world = new MachineWorld(ScheduleOverlapPolicy.Skip, s => s.State.Paused = true);

        world.Apply(new ScheduleInput.Patched(new SchedulePatch { TriggerImmediately = new TriggerImmediatelyRequest() }));

        var request = StartRequest.Build(world.State, Assert.Single(world.State.Calls));
        Assert.Equal("wf-2026-01-01T00:00:00Z", request.WorkflowId);
        Assert.Equal(WorkflowIdReusePolicy.AllowDuplicate, request.WorkflowIdReusePolicy);
    }

    [Fact]
    public void Patched_BackfillThatMayOverlap_TakesTenASecond()
    {
        var world = new MachineWorld(ScheduleOverlapPolicy.Skip, s => s.State.Paused = true);
        var backfill = new BackfillRequest
        {
            StartTime = Start.AddDays(-1).ToTimestamp(),
            EndTime = Start.AddDays(-1).AddMinutes(24).ToTimestamp(),
            OverlapPolicy = ScheduleOverlapPolicy.AllowAll,
        };

        world.Apply(new ScheduleInput.Patched(new SchedulePatch { BackfillRequest = { backfill } }));
        Assert.Equal(10, world.AnswerCalls());
        world.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(10, world.AnswerCalls());
        world.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(5, world.AnswerCalls());

        Assert.Equal(25, world.State.Info.ActionCount);
        Assert.Equal(10, world.State.Info.RecentActions.Count);
        Assert.Empty(world.State.Backfills);
    }

    [Fact]
    public void Updated_OldToken_ChangesNothing()
    {
        var world = new MachineWorld(ScheduleOverlapPolicy.Skip);
        var schedule = world.State.Schedule.Clone();
        schedule.State.Notes = "mine";

        world.Apply(new ScheduleInput.Updated(schedule, ConflictToken: 7, null));
        Assert.Equal("", world.State.Schedule.State.Notes);

        world.Apply(new ScheduleInput.Updated(schedule, ConflictToken: 1, null));
        Assert.Equal("mine", world.State.Schedule.State.Notes);
        Assert.Equal(2, world.State.ConflictToken);
    }

    [Fact]
    public void Updated_EarlierSpec_DoesNotMakeUpForThePast()
    {
        var world = new MachineWorld(ScheduleOverlapPolicy.AllowAll);
        world.Advance(TimeSpan.FromSeconds(50));
        var schedule = world.State.Schedule.Clone();
        schedule.Spec.Interval[0].Interval = Duration.FromTimeSpan(TimeSpan.FromSeconds(10));

        world.Apply(new ScheduleInput.Updated(schedule, 0, null));

        Assert.Single(world.State.Calls); // The one at this very second.
        Assert.Equal(Start.AddSeconds(60), world.Wakeup);
    }

    [Fact]
    public void CallEnded_StartRefused_IsNoAction()
    {
        var world = new MachineWorld(ScheduleOverlapPolicy.Skip);
        world.Advance(TimeSpan.FromMinutes(1));

        world.Apply(new ScheduleInput.CallEnded(Assert.Single(world.State.Calls).RequestId));

        Assert.Empty(world.State.Calls);
        Assert.Equal(0, world.State.Info.ActionCount);
    }

    [Fact]
    public void Json_AnyStateReached_ReadsBackEqual()
    {
        var world = new MachineWorld(ScheduleOverlapPolicy.CancelOther);
        world.Advance(TimeSpan.FromMinutes(1));
        world.AnswerCalls();
        world.Close(WorkflowExecutionStatus.Failed, failure: new Failure { Message = "broken" });
        world.Advance(TimeSpan.FromMinutes(1));
        world.AnswerCalls();
        world.Advance(TimeSpan.FromMinutes(1));

        var read = ScheduleStateJson.Read(ScheduleStateJson.Write(world.State));

        Assert.Equal(world.State.Buffer, read.Buffer);
        Assert.Equal(world.State.Calls, read.Calls);
        Assert.Equal(world.State, read with { Buffer = world.State.Buffer, Calls = world.State.Calls, Backfills = world.State.Backfills });
    }

    [Fact]
    public void Apply_AnyInputs_KeepsItsPromises() =>
        Gen.Select(Gen.Int[1, 6], Gen.Int[0, 7].Array[1, 60]).Sample((policy, steps) =>
        {
            var world = new MachineWorld((ScheduleOverlapPolicy)policy);
            foreach (var step in steps)
            {
                world.Take(step);
                var state = world.State;
                if (state.Info.RunningWorkflows.Count > 1
                    || state.Info.RecentActions.Count > ScheduleDefaults.RecentActions
                    || state.Buffer.Count > ScheduleDefaults.MaxBuffer
                    || (policy == (int)ScheduleOverlapPolicy.BufferOne && state.Calls.IsEmpty && state.Buffer.Count > 1)
                    || (state.Buffer.Count > 0 && state.Calls.IsEmpty && state.Info.RunningWorkflows.Count == 0))
                {
                    return false;
                }
            }

            // No call is decided twice.
            return world.RequestIds.Count == world.State.CallsMade;
        });
}
