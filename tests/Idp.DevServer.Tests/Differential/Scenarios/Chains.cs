namespace Idp.DevServer.Tests.Differential;

/// <summary>Runs that follow one another under one workflow id, and limits of time.</summary>
internal static class Chains
{
    [Scenario]
    public static async Task RetriedUntilItSucceeds(Session session)
    {
        var first = await session.Hands.StartAsync(start => start.RetryPolicy = new() { InitialInterval = Commands.Seconds(1), BackoffCoefficient = 1 });
        await session.Hands.AnswerAsync(Commands.Fail("first"));
        await session.Hands.AnswerAsync(Commands.Complete());
        await session.NoteChainAsync(first);
    }

    [Scenario]
    public static async Task RetriesExhausted(Session session)
    {
        var first = await session.Hands.StartAsync(start => start.RetryPolicy = new() { InitialInterval = Commands.Seconds(1), MaximumAttempts = 2 });
        await session.Hands.AnswerAsync(Commands.Fail("first"));
        await session.Hands.AnswerAsync(Commands.Fail("second"));
        await session.NoteChainAsync(first);
    }

    [Scenario]
    public static async Task NonRetryableTypeIsNotRetried(Session session)
    {
        var first = await session.Hands.StartAsync(start => start.RetryPolicy = new() { NonRetryableErrorTypes = { "Fatal" } });
        await session.Hands.AnswerAsync(Commands.Fail("broken", "Fatal"));
        await session.NoteChainAsync(first);
    }

    [Scenario]
    public static async Task NonRetryableFailureIsNotRetried(Session session)
    {
        var first = await session.Hands.StartAsync(start => start.RetryPolicy = new() { InitialInterval = Commands.Seconds(1) });
        await session.Hands.AnswerAsync(Commands.Fail("broken", nonRetryable: true));
        await session.NoteChainAsync(first);
    }

    [Scenario]
    public static async Task RunTimeout(Session session)
    {
        var first = await session.Hands.StartAsync(start => start.WorkflowRunTimeout = Commands.Seconds(1));
        await session.Hands.AnswerAsync();
        await session.ClosedAsync();
        await session.NoteChainAsync(first);
    }

    [Scenario]
    public static async Task RunTimeoutIsRetried(Session session)
    {
        var first = await session.Hands.StartAsync(start =>
        {
            start.WorkflowRunTimeout = Commands.Seconds(2);
            start.RetryPolicy = new() { InitialInterval = Commands.Seconds(1), MaximumAttempts = 2 };
        });
        await session.Hands.AnswerAsync();
        await session.ClosedAsync(runId: first);
        await session.Hands.AnswerAsync(Commands.Complete());
        await session.NoteChainAsync(first);
    }

    [Scenario]
    public static async Task ExecutionTimeout(Session session)
    {
        var first = await session.Hands.StartAsync(start => start.WorkflowExecutionTimeout = Commands.Seconds(1));
        await session.Hands.AnswerAsync();
        await session.ClosedAsync();
        await session.NoteChainAsync(first);
    }

    [Scenario]
    public static async Task TimeoutWhileATaskRuns(Session session)
    {
        var first = await session.Hands.StartAsync(start => start.WorkflowRunTimeout = Commands.Seconds(1));
        await session.Hands.PollAsync();
        await session.Hands.SignalAsync("buffered");
        await session.ClosedAsync();
        await session.NoteChainAsync(first);
    }

    [Scenario]
    public static async Task CronRunsAgain(Session session)
    {
        var first = await session.Hands.StartAsync(start => start.CronSchedule = "@every 1s");
        await session.Hands.AnswerAsync(Commands.Complete("one"));
        await session.Hands.AnswerAsync(Commands.Fail("two"));
        await session.Hands.PollAsync();
        await session.Hands.TerminateAsync();
        await session.NoteChainAsync(first);
    }

    [Scenario]
    public static async Task CronStopsWhenCancelled(Session session)
    {
        var first = await session.Hands.StartAsync(start => start.CronSchedule = "@every 1s");
        var task = await session.Hands.PollAsync();
        await session.Hands.CancelAsync();
        await session.Hands.CompleteAsync(task);
        await session.Hands.AnswerAsync(Commands.CancelWorkflow());
        await session.NoteChainAsync(first);
    }

    [Scenario]
    public static async Task StartDelay(Session session)
    {
        var first = await session.Hands.StartAsync(start => start.WorkflowStartDelay = Commands.Seconds(1));
        await session.Hands.AnswerAsync(Commands.Complete());
        await session.NoteChainAsync(first);
    }

    [Scenario]
    public static async Task StartDelayEndedBySignal(Session session)
    {
        var first = await session.Hands.StartAsync(start => start.WorkflowStartDelay = Commands.Seconds(2));
        await session.Hands.SignalAsync("does not wait");
        await session.Hands.AnswerAsync(Commands.Complete());
        await session.NoteChainAsync(first);
    }

    [Scenario]
    public static async Task StartDelayCancelled(Session session)
    {
        var first = await session.Hands.StartAsync(start => start.WorkflowStartDelay = Commands.Seconds(2));
        await session.Hands.CancelAsync();
        await session.Hands.AnswerAsync(Commands.CancelWorkflow());
        await session.NoteChainAsync(first);
    }

    [Scenario]
    public static async Task ContinuedAsNewTakesBufferlessSignals(Session session)
    {
        var first = await session.Hands.StartAsync();
        var task = await session.Hands.PollAsync();
        await session.Hands.SignalAsync("before");
        await session.NoteCallAsync("refused", () => session.Hands.CompleteAsync(task, Commands.ContinueAsNew()));
        await session.Hands.AnswerAsync(Commands.ContinueAsNew());
        await session.Hands.SignalAsync("after");
        await session.Hands.AnswerAsync(Commands.Complete());
        await session.NoteChainAsync(first);
    }
}
