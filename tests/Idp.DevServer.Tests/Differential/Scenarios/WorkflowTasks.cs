using Temporalio.Api.Enums.V1;

namespace Idp.DevServer.Tests.Differential;

internal static class WorkflowTasks
{
    [Scenario]
    public static async Task RepeatedFailuresAreReported(Session session)
    {
        await session.Hands.StartAsync();
        for (var failures = 1; failures <= 6; failures++)
        {
            await session.Hands.FailAsync(await session.Hands.PollAsync(), "broken");
            await NoteProblemsAsync(session, $"{failures} failures");
        }

        await session.Hands.AnswerAsync(Commands.Timer("t1", 60));
        await NoteProblemsAsync(session, "success");
        await session.Hands.TerminateAsync();
    }

    private static async Task NoteProblemsAsync(Session session, string label)
    {
        var described = await session.Service.DescribeWorkflowExecutionAsync(
            new() { Namespace = session.Namespace, Execution = new() { WorkflowId = session.Name } }, session.Rpc);
        session.Note(label, described.WorkflowExecutionInfo.SearchAttributes ?? new());
    }

    [Scenario]
    public static async Task FailedOnceIsRepeatedAtOnce(Session session)
    {
        await session.Hands.StartAsync();
        await session.Hands.FailAsync(await session.Hands.PollAsync(), "bug");
        await session.Hands.AnswerAsync(Commands.Complete());
        await session.NoteHistoryAsync();
    }

    [Scenario]
    public static async Task FailedAgainLeavesNoFurtherEvents(Session session)
    {
        await session.Hands.StartAsync();
        await session.Hands.FailAsync(await session.Hands.PollAsync(), "bug");
        await session.Hands.FailAsync(await session.Hands.PollAsync(), "bug again");
        var third = await session.Hands.PollAsync();
        session.Note("attempt", $"{third.Attempt}, {third.History.Events.Count} events");
        await session.Hands.CompleteAsync(third, Commands.Complete());
        await session.NoteHistoryAsync();
    }

    [Scenario]
    public static async Task SignalDuringARepeatedTaskMakesItReal(Session session)
    {
        await session.Hands.StartAsync();
        await session.Hands.FailAsync(await session.Hands.PollAsync(), "bug");
        await session.Hands.FailAsync(await session.Hands.PollAsync(), "bug again");
        var third = await session.Hands.PollAsync();
        await session.Hands.SignalAsync("now");
        await session.Hands.CompleteAsync(third);
        await session.Hands.AnswerAsync(Commands.Complete());
        await session.NoteHistoryAsync();
    }

    [Scenario]
    public static async Task TimesOut(Session session)
    {
        await session.Hands.StartAsync(start => start.WorkflowTaskTimeout = Commands.Seconds(1));
        var task = await session.Hands.PollAsync();
        var second = await session.Hands.PollAsync();
        await session.NoteCallAsync("late", () => session.Hands.CompleteAsync(task, Commands.Complete()));
        await session.Hands.CompleteAsync(second, Commands.Complete());
        await session.NoteHistoryAsync();
    }

    [Scenario]
    public static async Task HeartbeatsWithANewTask(Session session)
    {
        await session.Hands.StartAsync();
        var answer = await session.Hands.CompleteAsync(
            await session.Hands.PollAsync(),
            request => (request.ForceCreateNewWorkflowTask, request.ReturnNewWorkflowTask) = (true, true),
            Commands.Marker("local activity"));
        session.Note("given back", $"started event {answer.WorkflowTask.StartedEventId}, previous {answer.WorkflowTask.PreviousStartedEventId}");
        await session.Hands.CompleteAsync(answer.WorkflowTask, Commands.Complete());
        await session.NoteHistoryAsync();
    }

    [Scenario]
    public static async Task ForcesANewTaskThroughTheQueue(Session session)
    {
        await session.Hands.StartAsync();
        await session.Hands.CompleteAsync(await session.Hands.PollAsync(), request => request.ForceCreateNewWorkflowTask = true);
        await session.Hands.AnswerAsync(Commands.Complete());
        await session.NoteHistoryAsync();
    }

    [Scenario]
    public static async Task StickyQueueTakesTheNextTask(Session session)
    {
        var hands = session.Hands;
        await hands.StartAsync();
        await hands.CompleteAsync(await hands.PollAsync(), Stick(hands, 10));
        var waiting = hands.PollAsync(hands.StickyQueue); // The queue is known to have a poller.
        await Task.Delay(200, session.CancellationToken);
        await hands.SignalAsync("go");
        var second = await waiting;
        session.Note("partial history", $"events {second.History.Events[0].EventId} to {second.History.Events[^1].EventId}");
        await hands.CompleteAsync(second, Stick(hands, 10), Commands.Complete());
        await session.NoteHistoryAsync();
    }

    [Scenario]
    public static async Task StickyQueueFallsBackWhenNobodyPolls(Session session)
    {
        var hands = session.Hands;
        await hands.StartAsync();
        await hands.CompleteAsync(await hands.PollAsync(), Stick(hands, 1));
        var first = hands.PollAsync(hands.StickyQueue); // The queue is known to have had a poller.
        await hands.SignalAsync("go");
        await hands.CompleteAsync(await first, Stick(hands, 1));
        await hands.SignalAsync("again");
        await hands.AnswerAsync(Commands.Complete());
        await session.NoteHistoryAsync();
    }

    [Scenario]
    public static async Task StickinessReset(Session session)
    {
        var hands = session.Hands;
        await hands.StartAsync();
        await hands.CompleteAsync(await hands.PollAsync(), Stick(hands, 60));
        await session.NoteCallAsync("reset", () => session.Service.ResetStickyTaskQueueAsync(
            new() { Namespace = session.Namespace, Execution = new() { WorkflowId = session.Name } }, session.Rpc));
        await hands.SignalAsync("go");
        await hands.AnswerAsync(Commands.Complete());
        await session.NoteHistoryAsync();
    }

    [Scenario]
    public static async Task MarkersMemoAndSearchAttributes(Session session)
    {
        await session.Hands.StartAsync();
        await session.Hands.AnswerAsync(
            Commands.Marker("Version"),
            Commands.Memo("note", "new"),
            Commands.SearchAttribute("Keyword1", "green"),
            Commands.Marker("LocalActivity"),
            Commands.Complete());
        await session.NoteHistoryAsync();
    }

    [Scenario]
    public static async Task UnknownSearchAttributeFailsTheTask(Session session)
    {
        await session.Hands.StartAsync();
        await session.NoteCallAsync("answer", () => session.Hands.AnswerAsync(Commands.SearchAttribute("Unknown", "green")));
        await session.Hands.TerminateAsync();
        await session.NoteHistoryAsync();
    }

    [Scenario]
    public static async Task CommandAfterTheLastFailsTheTask(Session session)
    {
        await session.Hands.StartAsync();
        await session.NoteCallAsync("answer", () => session.Hands.AnswerAsync(Commands.Complete(), Commands.Timer("t1", 60)));
        await session.Hands.TerminateAsync();
        await session.NoteHistoryAsync();
    }

    [Scenario]
    public static async Task MetadataAndFlagsAreKept(Session session)
    {
        await session.Hands.StartAsync();
        var timer = Commands.Timer("t1", 60);
        timer.UserMetadata = new() { Summary = Hands.Text("tea") };
        await session.Hands.CompleteAsync(
            await session.Hands.PollAsync(),
            request =>
            {
                request.SdkMetadata = new() { CoreUsedFlags = { 1, 2 }, LangUsedFlags = { 3 }, SdkName = "hands", SdkVersion = "1.0.0" };
                request.MeteringMetadata = new() { NonfirstLocalActivityExecutionAttempts = 2 };
            },
            timer,
            Commands.Complete());
        await session.NoteHistoryAsync();
    }

    [Scenario]
    public static async Task UnansweredTokenIsStale(Session session)
    {
        await session.Hands.StartAsync();
        var task = await session.Hands.PollAsync();
        await session.Hands.CompleteAsync(task);
        await session.NoteCallAsync("again", () => session.Hands.CompleteAsync(task));
        await session.NoteCallAsync("failed after", () => session.Hands.FailAsync(task, "late"));
        await session.Hands.TerminateAsync();
    }

    private static Action<Temporalio.Api.WorkflowService.V1.RespondWorkflowTaskCompletedRequest> Stick(Hands hands, double seconds) => request =>
        request.StickyAttributes = new() { WorkerTaskQueue = hands.StickyQueue, ScheduleToStartTimeout = Commands.Seconds(seconds) };
}
