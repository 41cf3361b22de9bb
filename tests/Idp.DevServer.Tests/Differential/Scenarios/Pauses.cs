using Temporalio.Api.WorkflowService.V1;

namespace Idp.DevServer.Tests.Differential;

/// <summary>Workflows that an operator holds and lets go.</summary>
internal static class Pauses
{
    [Scenario]
    public static async Task NotSwitchedOn(Session session)
    {
        await session.Hands.StartAsync();
        await PauseAsync(session);
        await UnpauseAsync(session);
    }

    [Scenario(Setup.Narrow)]
    public static async Task BeforeTheFirstTask(Session session)
    {
        await session.Hands.StartAsync();
        await PauseAsync(session);
        await PauseAsync(session);
        await DescribeAsync(session);
        await session.Hands.SignalAsync("one");
        await session.NoteCallAsync("query", () => session.Service.QueryWorkflowAsync(
            new() { Namespace = session.Namespace, Execution = new() { WorkflowId = session.Name }, Query = new() { QueryType = "q" } }, session.Rpc));
        await session.NoteCallAsync("update", () => session.UpdateAsync("u1"));
        await UnpauseAsync(session);
        await UnpauseAsync(session);
        await DescribeAsync(session);
        await session.Hands.AnswerAsync(Commands.Complete());
        await session.NoteHistoryAsync();
    }

    [Scenario(Setup.Narrow)]
    public static async Task WhileATaskRuns(Session session)
    {
        await session.Hands.StartAsync();
        var task = await session.Hands.PollAsync();
        await PauseAsync(session);
        await DescribeAsync(session);
        await session.NoteOutcomeAsync("complete", () => session.Hands.CompleteAsync(task, Commands.Timer("t1", 0.1)));
        await session.EventAsync(item => item.TimerFiredEventAttributes is not null);
        await DescribeAsync(session);
        await session.NoteHistoryAsync(label: "paused");
        await UnpauseAsync(session);
        await session.Hands.AnswerAsync(Commands.Complete());
        await session.NoteHistoryAsync();
    }

    [Scenario(Setup.Narrow)]
    public static async Task WhileNothingIsDue(Session session)
    {
        await session.Hands.StartAsync();
        await session.Hands.CompleteAsync(
            await session.Hands.PollAsync(),
            request => request.StickyAttributes = new() { WorkerTaskQueue = session.Hands.StickyQueue, ScheduleToStartTimeout = Commands.Seconds(10) },
            Commands.Timer("t1", 60));
        await PauseAsync(session);
        await session.NoteHistoryAsync(label: "paused");
        await UnpauseAsync(session);
        await DescribeAsync(session);
        await session.NoteHistoryAsync(label: "unpaused");
        await session.Hands.TerminateAsync();
    }

    [Scenario(Setup.Narrow)]
    public static async Task WithActivities(Session session)
    {
        var hands = session.Hands;
        await hands.StartAsync();
        await hands.AnswerAsync(
            Commands.Activity("a1", session.Name, activity => activity.RetryPolicy = new() { InitialInterval = Commands.Seconds(1), MaximumAttempts = 2 }),
            Commands.Activity("a2", session.Name, activity => activity.ScheduleToStartTimeout = Commands.Seconds(60)));
        var first = await hands.PollActivityAsync();
        await PauseAsync(session);
        await session.NoteCallAsync("heartbeat", () => hands.HeartbeatAsync(first, "half"));
        await hands.FailActivityAsync(first, Hands.Failure("broken"));
        await DescribeAsync(session);
        await UnpauseAsync(session);
        await hands.CompleteActivityAsync(await hands.PollActivityAsync(), "one of two");
        await hands.CompleteActivityAsync(await hands.PollActivityAsync(), "two of two");
        await session.EventAsync(item => item.ActivityTaskCompletedEventAttributes is not null);
        await DescribeAsync(session);
        await hands.TerminateAsync();
    }

    [Scenario(Setup.Narrow)]
    public static async Task EndsAllTheSame(Session session)
    {
        var first = await session.Hands.StartAsync(start => start.WorkflowRunTimeout = Commands.Seconds(1));
        await PauseAsync(session);
        await session.NoteCallAsync("close event", () => session.Service.GetWorkflowExecutionHistoryAsync(
            new()
            {
                Namespace = session.Namespace,
                Execution = new() { WorkflowId = session.Name },
                WaitNewEvent = true,
                HistoryEventFilterType = Temporalio.Api.Enums.V1.HistoryEventFilterType.CloseEvent,
            },
            session.Rpc));
        await session.EventAsync(item => item.WorkflowExecutionTimedOutEventAttributes is not null, runId: first);
        await session.NoteHistoryAsync(runId: first, label: "timed out");
        await DescribeAsync(session);
        var second = await session.Hands.StartAsync();
        await PauseAsync(session);
        await session.Hands.CancelAsync();
        await session.Hands.TerminateAsync();
        await session.NoteHistoryAsync(runId: second, label: "terminated");
        await UnpauseAsync(session);
        await PauseAsync(session);
    }

    [Scenario(Setup.Narrow)]
    public static async Task IsFoundAndAttached(Session session)
    {
        var first = await session.Hands.StartAsync();
        await PauseAsync(session);
        await session.NoteExceptionAsync("start again", () => session.Service.StartWorkflowExecutionAsync(session.Hands.StartRequest(), session.Rpc));
        await session.NoteCallAsync("use existing", () => session.Service.StartWorkflowExecutionAsync(
            session.Hands.StartRequest(start => start.WorkflowIdConflictPolicy = Temporalio.Api.Enums.V1.WorkflowIdConflictPolicy.UseExisting), session.Rpc));
        await session.NoteCallAsync("reset", () => session.Service.ResetWorkflowExecutionAsync(
            new() { Namespace = session.Namespace, WorkflowExecution = new() { WorkflowId = session.Name, RunId = first }, Reason = "test", WorkflowTaskFinishEventId = 3, RequestId = "r" },
            session.Rpc));
        await session.Hands.TerminateAsync();
        await session.NoteHistoryAsync(runId: first, label: "first");
        await session.NoteHistoryAsync(label: "last");
    }

    [Scenario(Setup.Narrow)]
    public static async Task Refused(Session session)
    {
        await session.NoteCallAsync("pause without id", () => session.Service.PauseWorkflowExecutionAsync(new() { Namespace = session.Namespace }, session.Rpc));
        await session.NoteCallAsync("pause nobody", () => session.Service.PauseWorkflowExecutionAsync(new() { Namespace = session.Namespace, WorkflowId = "nobody" }, session.Rpc));
        await session.NoteCallAsync("pause in nowhere", () => session.Service.PauseWorkflowExecutionAsync(new() { Namespace = "nowhere", WorkflowId = "nobody" }, session.Rpc));
        await session.NoteCallAsync("pause of a bad run", () => session.Service.PauseWorkflowExecutionAsync(
            new() { Namespace = session.Namespace, WorkflowId = "nobody", RunId = "one" }, session.Rpc));
        await session.NoteCallAsync("pause with a long reason", () => session.Service.PauseWorkflowExecutionAsync(
            new() { Namespace = session.Namespace, WorkflowId = "nobody", Reason = new string('x', 2_000) }, session.Rpc));
        await session.NoteCallAsync("pause with a very long reason", () => session.Service.PauseWorkflowExecutionAsync(
            new() { Namespace = session.Namespace, WorkflowId = "nobody", Reason = new string('x', 5_000) }, session.Rpc));
        await session.NoteCallAsync("pause with a long request id", () => session.Service.PauseWorkflowExecutionAsync(
            new() { Namespace = session.Namespace, WorkflowId = "nobody", RequestId = new string('x', 201) }, session.Rpc));
        await session.NoteCallAsync("pause with a long identity", () => session.Service.PauseWorkflowExecutionAsync(
            new() { Namespace = session.Namespace, WorkflowId = "nobody", Identity = new string('x', 201) }, session.Rpc));
        await session.NoteCallAsync("unpause without id", () => session.Service.UnpauseWorkflowExecutionAsync(new() { Namespace = session.Namespace }, session.Rpc));
        await session.NoteCallAsync("unpause nobody", () => session.Service.UnpauseWorkflowExecutionAsync(new() { Namespace = session.Namespace, WorkflowId = "nobody" }, session.Rpc));
        await session.NoteCallAsync("unpause with a long reason", () => session.Service.UnpauseWorkflowExecutionAsync(
            new() { Namespace = session.Namespace, WorkflowId = "nobody", Reason = new string('x', 5_000) }, session.Rpc));
    }

    private static Task PauseAsync(Session session) => session.NoteCallAsync("pause", () => session.Service.PauseWorkflowExecutionAsync(
        new() { Namespace = session.Namespace, WorkflowId = session.Name, Identity = Session.Identity, Reason = "test", RequestId = Guid.NewGuid().ToString() },
        session.Rpc));

    private static Task UnpauseAsync(Session session) => session.NoteCallAsync("unpause", () => session.Service.UnpauseWorkflowExecutionAsync(
        new UnpauseWorkflowExecutionRequest { Namespace = session.Namespace, WorkflowId = session.Name, Identity = Session.Identity, Reason = "go on", RequestId = Guid.NewGuid().ToString() },
        session.Rpc));

    private static Task DescribeAsync(Session session) => session.NoteCallAsync("describe", () => session.Service.DescribeWorkflowExecutionAsync(
        new() { Namespace = session.Namespace, Execution = new() { WorkflowId = session.Name } }, session.Rpc));
}
