using Temporalio.Api.Enums.V1;

namespace Idp.DevServer.Tests.Differential;

internal static class Timers
{
    [Scenario]
    public static async Task Fires(Session session)
    {
        await session.Hands.StartAsync();
        await session.Hands.AnswerAsync(Commands.Timer("t1", 0.1));
        await session.Hands.AnswerAsync(Commands.Complete());
        await session.NoteHistoryAsync();
    }

    [Scenario]
    public static async Task CancelledLater(Session session)
    {
        await session.Hands.StartAsync();
        await session.Hands.AnswerAsync(Commands.Timer("t1", 60));
        await session.Hands.SignalAsync("go");
        await session.Hands.AnswerAsync(Commands.CancelTimer("t1"), Commands.Complete());
        await session.NoteHistoryAsync();
    }

    [Scenario]
    public static async Task StartedAndCancelledInOneTask(Session session)
    {
        await session.Hands.StartAsync();
        await session.Hands.AnswerAsync(Commands.Timer("t1", 60), Commands.CancelTimer("t1"), Commands.Complete());
        await session.NoteHistoryAsync();
    }

    [Scenario]
    public static async Task FiredWhileATaskRunsAndCancelledByIt(Session session)
    {
        await session.Hands.StartAsync();
        await session.Hands.AnswerAsync(Commands.Timer("t1", 0.2));
        await session.Hands.SignalAsync("go");
        var task = await session.Hands.PollAsync();
        await Task.Delay(600, session.CancellationToken);

        // The firing is buffered; the cancellation takes it out of the buffer again.
        await session.Hands.CompleteAsync(task, Commands.CancelTimer("t1"), Commands.Complete());
        await session.NoteHistoryAsync();
    }

    [Scenario]
    public static async Task DuplicateIdFailsTheTask(Session session)
    {
        await session.Hands.StartAsync();
        await session.NoteCallAsync("answer", () => session.Hands.AnswerAsync(Commands.Timer("t1", 60), Commands.Timer("t1", 60)));
        await session.EventAsync(item => item.EventType is EventType.WorkflowTaskFailed);
        await session.Hands.TerminateAsync();
        await session.NoteHistoryAsync();
    }

    [Scenario]
    public static async Task UnknownIdFailsTheTask(Session session)
    {
        await session.Hands.StartAsync();
        await session.NoteCallAsync("answer", () => session.Hands.AnswerAsync(Commands.CancelTimer("t9")));
        await session.EventAsync(item => item.EventType is EventType.WorkflowTaskFailed);
        await session.Hands.TerminateAsync();
        await session.NoteHistoryAsync();
    }
}
