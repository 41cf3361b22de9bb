namespace Idp.DevServer.Tests.Differential;

/// <summary>A run's life from start to each of its ends.</summary>
internal static class Basics
{
    [Scenario]
    public static async Task Completes(Session session)
    {
        await session.Hands.StartAsync(start => start.Input = Hands.Value("hello"));
        await session.Hands.AnswerAsync(Commands.Complete());
        await session.NoteHistoryAsync();
    }

    [Scenario]
    public static async Task Fails(Session session)
    {
        await session.Hands.StartAsync();
        await session.Hands.AnswerAsync(Commands.Fail("broken"));
        await session.NoteHistoryAsync();
    }

    [Scenario]
    public static async Task CancelledOnRequest(Session session)
    {
        await session.Hands.StartAsync();
        await session.Hands.AnswerAsync();
        await session.Hands.CancelAsync();
        await session.Hands.AnswerAsync(Commands.CancelWorkflow());
        await session.NoteHistoryAsync();
    }

    [Scenario]
    public static async Task CancelledTwiceIsOneEvent(Session session)
    {
        await session.Hands.StartAsync();
        await session.Hands.AnswerAsync();
        await session.Hands.CancelAsync();
        await session.NoteCallAsync("second", () => session.Hands.CancelAsync());
        await session.Hands.AnswerAsync(Commands.CancelWorkflow());
        await session.NoteCallAsync("after the end", () => session.Hands.CancelAsync());
        await session.NoteHistoryAsync();
    }

    [Scenario]
    public static async Task TerminatedWhileATaskRuns(Session session)
    {
        await session.Hands.StartAsync();
        var task = await session.Hands.PollAsync();
        await session.Hands.TerminateAsync();
        await session.NoteCallAsync("late answer", () => session.Hands.CompleteAsync(task, Commands.Complete()));
        await session.NoteCallAsync("second", () => session.Hands.TerminateAsync());
        await session.NoteHistoryAsync();
    }

    [Scenario]
    public static async Task TerminatedBeforeItsFirstTask(Session session)
    {
        await session.Hands.StartAsync();
        await session.Hands.TerminateAsync();
        await session.NoteHistoryAsync();
    }

    [Scenario]
    public static async Task ContinuesAsNew(Session session)
    {
        var first = await session.Hands.StartAsync(start =>
        {
            start.Input = Hands.Value("one");
            start.Memo = new() { Fields = { ["note"] = Hands.Text("kept") } };
            start.Header = new() { Fields = { ["trace"] = Hands.Text("kept not") } };
        });
        await session.Hands.AnswerAsync(Commands.ContinueAsNew(next => next.Input = Hands.Value("two")));
        await session.Hands.AnswerAsync(Commands.Complete());
        await session.NoteChainAsync(first);
    }

    [Scenario]
    public static async Task ContinuesAsNewWithOtherTypeAndTimeouts(Session session)
    {
        var first = await session.Hands.StartAsync(start => start.WorkflowExecutionTimeout = Commands.Seconds(100));
        await session.Hands.AnswerAsync(Commands.ContinueAsNew(next =>
        {
            next.WorkflowType = new() { Name = "Other" };
            next.TaskQueue = new() { Name = session.Hands.TaskQueue };
            next.WorkflowRunTimeout = Commands.Seconds(50);
            next.WorkflowTaskTimeout = Commands.Seconds(5);
            next.Memo = new() { Fields = { ["note"] = Hands.Text("new") } };
        }));
        await session.Hands.AnswerAsync(Commands.Complete());
        await session.NoteChainAsync(first);
    }

    [Scenario]
    public static async Task EveryAttributeOfAStart(Session session)
    {
        await session.Hands.StartAsync(start =>
        {
            start.Input = Hands.Value("hello");
            start.WorkflowExecutionTimeout = Commands.Seconds(300);
            start.WorkflowRunTimeout = Commands.Seconds(200);
            start.WorkflowTaskTimeout = Commands.Seconds(7);
            start.Memo = new() { Fields = { ["memo"] = Hands.Text("note") } };
            start.Header = new() { Fields = { ["header"] = Hands.Text("value") } };
            start.SearchAttributes = new() { IndexedFields = { ["Keyword1"] = Hands.Text("blue") } };
            start.UserMetadata = new() { Summary = Hands.Text("summary"), Details = Hands.Text("details") };
            start.RetryPolicy = new() { MaximumAttempts = 3, InitialInterval = Commands.Seconds(1) };
            start.Priority = new() { PriorityKey = 2 };
        });
        await session.Hands.AnswerAsync(Commands.Complete());
        await session.NoteHistoryAsync();
    }
}
