using Temporalio.Api.Enums.V1;
using Temporalio.Api.WorkflowService.V1;

namespace Idp.DevServer.Tests.Differential;

internal static class Resets
{
    [Scenario]
    public static Task ToTheFirstTask(Session session) => ResetAsync(session, 4);

    [Scenario]
    public static Task ToALaterTask(Session session) => ResetAsync(session, 9);

    [Scenario]
    public static Task WithoutReapplyingSignals(Session session) =>
        ResetAsync(session, 4, request => request.ResetReapplyExcludeTypes.Add(ResetReapplyExcludeType.Signal));

    [Scenario]
    public static async Task OfAClosedRun(Session session)
    {
        var first = await session.Hands.StartAsync();
        await session.Hands.AnswerAsync(Commands.Timer("t1", 60));
        await session.Hands.SignalAsync("one");
        await session.Hands.AnswerAsync(Commands.Complete());
        await session.NoteCallAsync("reset", () => session.Service.ResetWorkflowExecutionAsync(Request(session, first, 4), session.Rpc));
        await session.Hands.AnswerAsync(Commands.Complete("again"));
        await session.NoteHistoryAsync(runId: first, label: "first run");
        await session.NoteHistoryAsync(label: "reset run");
    }

    [Scenario]
    public static async Task WithARunningActivity(Session session)
    {
        var first = await session.Hands.StartAsync();
        await session.Hands.AnswerAsync(Commands.Activity("a1", session.Name));
        var activity = await session.Hands.PollActivityAsync();
        await session.Hands.SignalAsync("one");
        await session.Hands.AnswerAsync();
        await session.NoteCallAsync("reset", () => session.Service.ResetWorkflowExecutionAsync(Request(session, first, 9), session.Rpc));
        await session.NoteCallAsync("late", () => session.Hands.CompleteActivityAsync(activity));
        await session.Hands.AnswerAsync(Commands.Complete("again"));
        await session.NoteHistoryAsync(runId: first, label: "first run");
        await session.NoteHistoryAsync(label: "reset run");
    }

    [Scenario]
    public static async Task WithAChild(Session session)
    {
        var child = new Hands(session, session.Name + "-child");
        var first = await session.Hands.StartAsync();
        await session.Hands.AnswerAsync(Commands.Child(child.TaskQueue, child.TaskQueue));
        await session.Hands.AnswerAsync();
        await session.NoteCallAsync("reset", () => session.Service.ResetWorkflowExecutionAsync(Request(session, first, 9), session.Rpc));
        await session.Hands.AnswerAsync();
        await child.AnswerAsync(Commands.Complete());
        await session.Hands.AnswerAsync(Commands.Complete());
        await session.NoteHistoryAsync(runId: first, label: "first run");
        await session.NoteHistoryAsync(label: "reset run");
    }

    [Scenario]
    public static async Task SameRequestIdIsOneReset(Session session)
    {
        var first = await session.Hands.StartAsync();
        await session.Hands.AnswerAsync();
        var request = Request(session, first, 4);
        await session.NoteCallAsync("reset", () => session.Service.ResetWorkflowExecutionAsync(request, session.Rpc));
        await session.NoteCallAsync("again", () => session.Service.ResetWorkflowExecutionAsync(request, session.Rpc));
        await session.Hands.TerminateAsync();
        await session.NoteHistoryAsync(label: "reset run");
    }

    [Scenario]
    public static async Task OfAChainWhoseNextRunIsDeleted(Session session)
    {
        var first = await session.Hands.StartAsync();
        await session.Hands.AnswerAsync(Commands.ContinueAsNew());
        var task = await session.Hands.PollAsync();
        await session.Hands.SignalAsync("to the second run");
        await session.Hands.CompleteAsync(task, Commands.Timer("t1", 60));
        var second = task.WorkflowExecution;
        await session.Hands.TerminateAsync();
        await session.Service.DeleteWorkflowExecutionAsync(new() { Namespace = session.Namespace, WorkflowExecution = second }, session.Rpc);
        await session.GoneAsync(second);
        await session.NoteOutcomeAsync("reset", () => session.Service.ResetWorkflowExecutionAsync(Request(session, first, 4), session.Rpc));
        await session.NoteHistoryAsync(label: "reset run");
        await session.Hands.TerminateAsync().ContinueWith(_ => { }, TaskScheduler.Default);
    }

    [Scenario]
    public static async Task OfAChainReappliesItsSignals(Session session)
    {
        var first = await session.Hands.StartAsync();
        await session.Hands.AnswerAsync(Commands.ContinueAsNew());
        var task = await session.Hands.PollAsync();
        await session.Hands.SignalAsync("to the second run");
        await session.Hands.CompleteAsync(task, Commands.Timer("t1", 60));
        await session.NoteOutcomeAsync("reset", () => session.Service.ResetWorkflowExecutionAsync(Request(session, first, 4), session.Rpc));
        await session.NoteHistoryAsync(label: "reset run");
        await session.Hands.TerminateAsync();
    }

    [Scenario]
    public static async Task ToNowhere(Session session)
    {
        var first = await session.Hands.StartAsync();
        await session.Hands.AnswerAsync(Commands.Timer("t1", 60));
        foreach (var eventId in (long[])[0, 1, 2, 3, 5, 99])
        {
            await session.NoteCallAsync($"to {eventId}", () => session.Service.ResetWorkflowExecutionAsync(Request(session, first, eventId), session.Rpc));
            await session.Hands.TerminateAsync().ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }

    private static async Task ResetAsync(Session session, long eventId, Action<ResetWorkflowExecutionRequest>? change = null)
    {
        var first = await session.Hands.StartAsync();
        await session.Hands.AnswerAsync(Commands.Timer("t1", 60));
        await session.Hands.SignalAsync("one");
        await session.Hands.AnswerAsync(Commands.Marker("seen"));
        await session.Hands.SignalAsync("two");
        await session.Hands.AnswerAsync();
        var request = Request(session, first, eventId);
        change?.Invoke(request);
        await session.NoteCallAsync("reset", () => session.Service.ResetWorkflowExecutionAsync(request, session.Rpc));
        await session.Hands.AnswerAsync(Commands.Complete("again"));
        await session.NoteHistoryAsync(runId: first, label: "first run");
        await session.NoteHistoryAsync(label: "reset run");
    }

    private static ResetWorkflowExecutionRequest Request(Session session, string runId, long eventId) => new()
    {
        Namespace = session.Namespace,
        WorkflowExecution = new() { WorkflowId = session.Name, RunId = runId },
        Reason = "test",
        WorkflowTaskFinishEventId = eventId,
        RequestId = Guid.NewGuid().ToString(),
        Identity = Session.Identity,
    };
}
