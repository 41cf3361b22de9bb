using Temporalio.Api.Enums.V1;

namespace Idp.DevServer.Tests.Differential;

internal static class ActivityTimeouts
{
    [Scenario]
    public static async Task ScheduleToStart(Session session)
    {
        var hands = session.Hands;
        await hands.StartAsync();
        await hands.AnswerAsync(Commands.Activity("a1", session.Name, activity => activity.ScheduleToStartTimeout = Commands.Seconds(1)));
        await hands.AnswerAsync(Commands.Complete());
        await session.NoteHistoryAsync();
    }

    [Scenario]
    public static async Task ScheduleToClose(Session session)
    {
        var hands = session.Hands;
        await hands.StartAsync();
        await hands.AnswerAsync(Commands.Activity("a1", session.Name, activity => activity.ScheduleToCloseTimeout = Commands.Seconds(1)));
        await hands.PollActivityAsync();
        await hands.AnswerAsync(Commands.Complete());
        await session.NoteHistoryAsync();
    }

    [Scenario]
    public static async Task StartToClose(Session session)
    {
        var hands = session.Hands;
        await hands.StartAsync();
        await hands.AnswerAsync(Commands.Activity("a1", session.Name, activity =>
        {
            activity.StartToCloseTimeout = Commands.Seconds(1);
            activity.RetryPolicy = new() { MaximumAttempts = 1 };
        }));
        var task = await hands.PollActivityAsync();
        await hands.AnswerAsync(Commands.Complete());
        await session.NoteCallAsync("late", () => hands.CompleteActivityAsync(task));
        await session.NoteHistoryAsync();
    }

    [Scenario]
    public static async Task StartToCloseRetried(Session session)
    {
        var hands = session.Hands;
        await hands.StartAsync();
        await hands.AnswerAsync(Commands.Activity("a1", session.Name, activity =>
        {
            activity.StartToCloseTimeout = Commands.Seconds(1);
            activity.RetryPolicy = new() { InitialInterval = Commands.Seconds(0.1) };
        }));
        await hands.PollActivityAsync();
        await hands.CompleteActivityAsync(await hands.PollActivityAsync());
        await hands.AnswerAsync(Commands.Complete());
        await session.NoteHistoryAsync();
    }

    [Scenario]
    public static async Task Heartbeat(Session session)
    {
        var hands = session.Hands;
        await hands.StartAsync();
        await hands.AnswerAsync(Commands.Activity("a1", session.Name, activity =>
        {
            activity.HeartbeatTimeout = Commands.Seconds(1);
            activity.RetryPolicy = new() { MaximumAttempts = 1 };
        }));
        var task = await hands.PollActivityAsync();
        await hands.HeartbeatAsync(task, "half");
        await hands.AnswerAsync(Commands.Complete());
        await session.NoteCallAsync("late heartbeat", () => hands.HeartbeatAsync(task, "late"));
        await session.NoteHistoryAsync();
    }

    [Scenario]
    public static async Task HeartbeatDetailsReachTheNextAttempt(Session session)
    {
        var hands = session.Hands;
        await hands.StartAsync();
        await hands.AnswerAsync(Commands.Activity("a1", session.Name, activity =>
        {
            activity.HeartbeatTimeout = Commands.Seconds(1);
            activity.RetryPolicy = new() { InitialInterval = Commands.Seconds(0.1) };
        }));
        await session.NoteCallAsync("heartbeat", async () => await hands.HeartbeatAsync(await hands.PollActivityAsync(), "half"));
        var second = await hands.PollActivityAsync();
        session.Note("second attempt", second);
        await hands.CompleteActivityAsync(second);
        await hands.AnswerAsync(Commands.Complete());
        await session.NoteHistoryAsync();
    }

    [Scenario]
    public static async Task RetryWouldOutliveScheduleToClose(Session session)
    {
        var hands = session.Hands;
        await hands.StartAsync();
        await hands.AnswerAsync(Commands.Activity("a1", session.Name, activity =>
        {
            activity.ScheduleToCloseTimeout = Commands.Seconds(2);
            activity.RetryPolicy = new() { InitialInterval = Commands.Seconds(5) };
        }));
        await hands.FailActivityAsync(await hands.PollActivityAsync(), Hands.Failure("broken"));
        await session.EventAsync(item => item.EventType is EventType.ActivityTaskFailed or EventType.ActivityTaskTimedOut);
        await hands.AnswerAsync(Commands.Complete());
        await session.NoteHistoryAsync();
    }

    [Scenario]
    public static async Task NextRetryDelayOverridesThePolicy(Session session)
    {
        var hands = session.Hands;
        await hands.StartAsync();
        await hands.AnswerAsync(Commands.Activity("a1", session.Name, activity => activity.RetryPolicy = new() { InitialInterval = Commands.Seconds(60) }));
        var failure = Hands.Failure("again");
        failure.ApplicationFailureInfo.NextRetryDelay = Commands.Seconds(0.1);
        await hands.FailActivityAsync(await hands.PollActivityAsync(), failure);
        await hands.CompleteActivityAsync(await hands.PollActivityAsync());
        await hands.AnswerAsync(Commands.Complete());
        await session.NoteHistoryAsync();
    }

    [Scenario]
    public static async Task MissingTimeoutFailsTheTask(Session session)
    {
        var hands = session.Hands;
        await hands.StartAsync();
        await session.NoteCallAsync("answer", () => hands.AnswerAsync(Commands.Activity("a1", session.Name, activity => activity.StartToCloseTimeout = null)));
        await hands.TerminateAsync();
        await session.NoteHistoryAsync();
    }

    [Scenario]
    public static async Task RunTimeoutBoundsTheActivity(Session session)
    {
        var hands = session.Hands;
        await hands.StartAsync(start => start.WorkflowRunTimeout = Commands.Seconds(5));
        await hands.AnswerAsync(Commands.Activity("a1", session.Name, activity =>
        {
            activity.ScheduleToCloseTimeout = Commands.Seconds(100);
            activity.ScheduleToStartTimeout = Commands.Seconds(100);
            activity.HeartbeatTimeout = Commands.Seconds(100);
        }));
        await hands.CompleteActivityAsync(await hands.PollActivityAsync());
        await hands.AnswerAsync(Commands.Complete());
        await session.NoteHistoryAsync();
    }
}
