using Temporalio.Api.WorkflowService.V1;

namespace Idp.DevServer.Tests.Differential;

internal static class ActivityCancellation
{
    private const long ScheduledEventId = 5;

    [Scenario]
    public static async Task BeforeItStarts(Session session)
    {
        var hands = session.Hands;
        await hands.StartAsync();
        await hands.AnswerAsync(Commands.Activity("a1", session.Name));
        await hands.SignalAsync("go");
        await hands.AnswerAsync(Commands.CancelActivity(ScheduledEventId));
        await hands.AnswerAsync(Commands.Complete());
        await session.NoteHistoryAsync();
    }

    [Scenario]
    public static async Task InTheTaskThatScheduledIt(Session session)
    {
        var hands = session.Hands;
        await hands.StartAsync();
        await hands.AnswerAsync(Commands.Activity("a1", session.Name), Commands.CancelActivity(ScheduledEventId));
        await hands.AnswerAsync(Commands.Complete());
        await session.NoteHistoryAsync();
    }

    [Scenario]
    public static async Task DeliveredByHeartbeat(Session session)
    {
        var hands = session.Hands;
        await hands.StartAsync();
        await hands.AnswerAsync(Commands.Activity("a1", session.Name));
        var task = await hands.PollActivityAsync();
        await hands.SignalAsync("go");
        await hands.AnswerAsync(Commands.CancelActivity(ScheduledEventId));
        await session.NoteCallAsync("heartbeat", () => hands.HeartbeatAsync(task, "half"));
        await session.Service.RespondActivityTaskCanceledAsync(
            new() { Namespace = session.Namespace, TaskToken = task.TaskToken, Identity = Session.Identity, Details = Hands.Value("stopped") }, session.Rpc);
        await hands.AnswerAsync(Commands.Complete());
        await session.NoteHistoryAsync();
    }

    [Scenario]
    public static async Task RequestedButCompletedAllTheSame(Session session)
    {
        var hands = session.Hands;
        await hands.StartAsync();
        await hands.AnswerAsync(Commands.Activity("a1", session.Name));
        var task = await hands.PollActivityAsync();
        await hands.SignalAsync("go");
        await hands.AnswerAsync(Commands.CancelActivity(ScheduledEventId));
        await hands.CompleteActivityAsync(task);
        await hands.AnswerAsync(Commands.Complete());
        await session.NoteHistoryAsync();
    }

    [Scenario]
    public static async Task RequestedThenFailsIsNotRetried(Session session)
    {
        var hands = session.Hands;
        await hands.StartAsync();
        await hands.AnswerAsync(Commands.Activity("a1", session.Name));
        var task = await hands.PollActivityAsync();
        await hands.SignalAsync("go");
        await hands.AnswerAsync(Commands.CancelActivity(ScheduledEventId));
        await hands.FailActivityAsync(task, Hands.Failure("broken"));
        await hands.AnswerAsync(Commands.Complete());
        await session.NoteHistoryAsync();
    }

    [Scenario]
    public static async Task WhileItWaitsForARetry(Session session)
    {
        var hands = session.Hands;
        await hands.StartAsync();
        await hands.AnswerAsync(Commands.Activity("a1", session.Name, activity => activity.RetryPolicy = new() { InitialInterval = Commands.Seconds(60) }));
        await hands.FailActivityAsync(await hands.PollActivityAsync(), Hands.Failure("broken"));
        await hands.SignalAsync("go");
        await hands.AnswerAsync(Commands.CancelActivity(ScheduledEventId));
        await hands.AnswerAsync(Commands.Complete());
        await session.NoteHistoryAsync();
    }

    [Scenario]
    public static async Task AnsweredCancelledUnasked(Session session)
    {
        var hands = session.Hands;
        await hands.StartAsync();
        await hands.AnswerAsync(Commands.Activity("a1", session.Name));
        var task = await hands.PollActivityAsync();
        await session.NoteCallAsync("cancelled", () => session.Service.RespondActivityTaskCanceledAsync(
            new() { Namespace = session.Namespace, TaskToken = task.TaskToken, Identity = Session.Identity }, session.Rpc));
        await hands.TerminateAsync();
        await session.NoteHistoryAsync();
    }

    [Scenario]
    public static async Task OfAnUnknownActivityFailsTheTask(Session session)
    {
        var hands = session.Hands;
        await hands.StartAsync();
        await session.NoteCallAsync("answer", () => hands.AnswerAsync(Commands.CancelActivity(99)));
        await hands.TerminateAsync();
        await session.NoteHistoryAsync();
    }

    [Scenario]
    public static async Task RunEndsWhileItRuns(Session session)
    {
        var hands = session.Hands;
        await hands.StartAsync();
        await hands.AnswerAsync(Commands.Activity("a1", session.Name));
        var task = await hands.PollActivityAsync();
        await hands.TerminateAsync();
        await session.NoteCallAsync("heartbeat", () => hands.HeartbeatAsync(task, "half"));
        await session.NoteCallAsync("completion", () => hands.CompleteActivityAsync(task));
        await session.NoteHistoryAsync();
    }

    [Scenario]
    public static async Task ById(Session session)
    {
        var hands = session.Hands;
        await hands.StartAsync();
        await hands.AnswerAsync(
            Commands.Activity("completed", session.Name), Commands.Activity("failed", session.Name, activity => activity.RetryPolicy = new() { MaximumAttempts = 1 }));
        await hands.PollActivityAsync();
        await hands.PollActivityAsync();
        await session.NoteCallAsync("heartbeat", () => session.Service.RecordActivityTaskHeartbeatByIdAsync(
            new() { Namespace = session.Namespace, WorkflowId = session.Name, ActivityId = "failed", Identity = Session.Identity, Details = Hands.Value("half") },
            session.Rpc));
        await session.NoteCallAsync("completed", () => CompleteAsync("completed"));
        await session.NoteCallAsync("completed again", () => CompleteAsync("completed"));
        await hands.AnswerAsync();
        await session.Service.RespondActivityTaskFailedByIdAsync(
            new()
            {
                Namespace = session.Namespace, WorkflowId = session.Name, ActivityId = "failed", Identity = Session.Identity, Failure = Hands.Failure("broken"),
            },
            session.Rpc);
        await session.NoteCallAsync("unknown activity", () => CompleteAsync("none"));
        await hands.AnswerAsync(Commands.Complete());
        await session.NoteHistoryAsync();

        Task<RespondActivityTaskCompletedByIdResponse> CompleteAsync(string id) => session.Service.RespondActivityTaskCompletedByIdAsync(
            new() { Namespace = session.Namespace, WorkflowId = session.Name, ActivityId = id, Identity = Session.Identity, Result = Hands.Value("by id") },
            session.Rpc);
    }

    [Scenario]
    public static async Task ByIdBeforeItStarts(Session session)
    {
        var hands = session.Hands;
        await hands.StartAsync();
        await hands.AnswerAsync(Commands.Activity("a1", session.Name));
        await session.NoteCallAsync("completed", () => session.Service.RespondActivityTaskCompletedByIdAsync(
            new() { Namespace = session.Namespace, WorkflowId = session.Name, ActivityId = "a1", Identity = Session.Identity }, session.Rpc));
        await hands.AnswerAsync(Commands.Complete());
        await session.NoteHistoryAsync();
    }

    [Scenario]
    public static async Task EagerlyGivenBack(Session session)
    {
        var hands = session.Hands;
        await hands.StartAsync();
        var answer = await hands.AnswerAsync(Commands.Activity("a1", session.Name, activity => activity.RequestEagerExecution = true));
        session.Note("tasks given back", $"{answer.ActivityTasks.Count}");
        if (answer.ActivityTasks.Count == 1)
        {
            await hands.CompleteActivityAsync(answer.ActivityTasks[0]);
        }
        else
        {
            await hands.CompleteActivityAsync(await hands.PollActivityAsync());
        }

        await hands.AnswerAsync(Commands.Complete());
        await session.NoteHistoryAsync();
    }
}
