namespace Idp.DevServer.Tests.Differential;

internal static class Activities
{
    [Scenario]
    public static async Task Completes(Session session)
    {
        var hands = session.Hands;
        await hands.StartAsync();
        await hands.AnswerAsync(Commands.Activity("a1", session.Name));
        await hands.CompleteActivityAsync(await hands.PollActivityAsync());
        await hands.AnswerAsync(Commands.Complete());
        await session.NoteHistoryAsync();
    }

    [Scenario]
    public static async Task FailsWithoutRetry(Session session)
    {
        var hands = session.Hands;
        await hands.StartAsync();
        await hands.AnswerAsync(Commands.Activity("a1", session.Name, activity => activity.RetryPolicy = new() { MaximumAttempts = 1 }));
        await hands.FailActivityAsync(await hands.PollActivityAsync(), Hands.Failure("broken"));
        await hands.AnswerAsync(Commands.Complete());
        await session.NoteHistoryAsync();
    }

    [Scenario]
    public static async Task RetriedUntilItSucceeds(Session session)
    {
        var hands = session.Hands;
        await hands.StartAsync();
        await hands.AnswerAsync(Commands.Activity("a1", session.Name, activity => activity.RetryPolicy = new() { InitialInterval = Commands.Seconds(0.05) }));
        await hands.FailActivityAsync(await hands.PollActivityAsync(), Hands.Failure("first"));
        await hands.FailActivityAsync(await hands.PollActivityAsync(), Hands.Failure("second"));
        await hands.CompleteActivityAsync(await hands.PollActivityAsync());
        await hands.AnswerAsync(Commands.Complete());
        await session.NoteHistoryAsync();
    }

    [Scenario]
    public static async Task RetriesExhausted(Session session)
    {
        var hands = session.Hands;
        await hands.StartAsync();
        await hands.AnswerAsync(Commands.Activity("a1", session.Name, activity =>
            activity.RetryPolicy = new() { InitialInterval = Commands.Seconds(0.05), MaximumAttempts = 2 }));
        await hands.FailActivityAsync(await hands.PollActivityAsync(), Hands.Failure("first"));
        await hands.FailActivityAsync(await hands.PollActivityAsync(), Hands.Failure("second"));
        await hands.AnswerAsync(Commands.Complete());
        await session.NoteHistoryAsync();
    }

    [Scenario]
    public static async Task NonRetryableFailure(Session session)
    {
        var hands = session.Hands;
        await hands.StartAsync();
        await hands.AnswerAsync(Commands.Activity("a1", session.Name));
        await hands.FailActivityAsync(await hands.PollActivityAsync(), Hands.Failure("broken", nonRetryable: true));
        await hands.AnswerAsync(Commands.Complete());
        await session.NoteHistoryAsync();
    }

    [Scenario]
    public static async Task NonRetryableType(Session session)
    {
        var hands = session.Hands;
        await hands.StartAsync();
        await hands.AnswerAsync(Commands.Activity("a1", session.Name, activity => activity.RetryPolicy = new() { NonRetryableErrorTypes = { "Fatal" } }));
        await hands.FailActivityAsync(await hands.PollActivityAsync(), Hands.Failure("broken", "Fatal"));
        await hands.AnswerAsync(Commands.Complete());
        await session.NoteHistoryAsync();
    }
}
