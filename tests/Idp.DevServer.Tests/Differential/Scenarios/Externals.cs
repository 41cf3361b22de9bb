namespace Idp.DevServer.Tests.Differential;

/// <summary>Signals and cancellations from one workflow to another.</summary>
internal static class Externals
{
    [Scenario]
    public static async Task SignalArrives(Session session)
    {
        var other = await OtherAsync(session);
        await session.Hands.StartAsync();
        await session.Hands.AnswerAsync(Commands.SignalExternal(session.Name + "-other"));
        await session.Hands.AnswerAsync(Commands.Complete());
        await other.AnswerAsync(Commands.Complete());
        await NoteBothAsync(session);
    }

    [Scenario]
    public static async Task SignalToNobodyFails(Session session)
    {
        await session.Hands.StartAsync();
        await session.Hands.AnswerAsync(Commands.SignalExternal("nobody"));
        await session.Hands.AnswerAsync(Commands.Complete());
        await session.NoteHistoryAsync();
    }

    [Scenario]
    public static async Task SignalToAClosedRunFails(Session session)
    {
        var other = await OtherAsync(session);
        await other.SignalAsync("go", session.Name + "-other");
        await other.AnswerAsync(Commands.Complete());
        await session.Hands.StartAsync();
        await session.Hands.AnswerAsync(Commands.SignalExternal(session.Name + "-other"));
        await session.Hands.AnswerAsync(Commands.Complete());
        await session.NoteHistoryAsync();
    }

    [Scenario]
    public static async Task CancelArrives(Session session)
    {
        var other = await OtherAsync(session);
        await session.Hands.StartAsync();
        await session.Hands.AnswerAsync(Commands.CancelExternal(session.Name + "-other"));
        await session.Hands.AnswerAsync(Commands.Complete());
        await other.AnswerAsync(Commands.CancelWorkflow());
        await NoteBothAsync(session);
    }

    [Scenario]
    public static async Task CancelOfNobodyFails(Session session)
    {
        await session.Hands.StartAsync();
        await session.Hands.AnswerAsync(Commands.CancelExternal("nobody"));
        await session.Hands.AnswerAsync(Commands.Complete());
        await session.NoteHistoryAsync();
    }

    [Scenario]
    public static async Task SignalToItselfFails(Session session)
    {
        await session.Hands.StartAsync();
        await session.NoteCallAsync("signal", () => session.Hands.AnswerAsync(Commands.SignalExternal(session.Name)));
        await session.EventAsync(item => item.EventType is Temporalio.Api.Enums.V1.EventType.SignalExternalWorkflowExecutionFailed);
        await session.Hands.TerminateAsync();
        await session.NoteHistoryAsync();
    }

    private static async Task<Hands> OtherAsync(Session session)
    {
        var other = new Hands(session, session.Name + "-other");
        await other.StartAsync(start => start.WorkflowId = session.Name + "-other");
        await other.AnswerAsync();
        return other;
    }

    private static async Task NoteBothAsync(Session session)
    {
        await session.NoteHistoryAsync();
        await session.NoteHistoryAsync(session.Name + "-other");
    }
}
