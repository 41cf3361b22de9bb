using Temporalio.Api.Enums.V1;

namespace Idp.DevServer.Tests.Differential;

internal static class Signals
{
    [Scenario]
    public static async Task BeforeTheFirstTask(Session session)
    {
        await session.Hands.StartAsync();
        await session.Hands.SignalAsync("one");
        await session.Hands.SignalAsync("two");
        await session.Hands.AnswerAsync(Commands.Complete());
        await session.NoteHistoryAsync();
    }

    [Scenario]
    public static async Task BufferedWhileATaskRuns(Session session)
    {
        await session.Hands.StartAsync();
        var task = await session.Hands.PollAsync();
        await session.Hands.SignalAsync("one");
        await session.Hands.SignalAsync("two");
        await session.Hands.CompleteAsync(task, Commands.Timer("t1", 60));
        await session.Hands.AnswerAsync(Commands.Complete());
        await session.NoteHistoryAsync();
    }

    [Scenario]
    public static async Task BufferedForbidsClosing(Session session)
    {
        await session.Hands.StartAsync();
        var task = await session.Hands.PollAsync();
        await session.Hands.SignalAsync("one");
        await session.NoteCallAsync("answer", () => session.Hands.CompleteAsync(task, Commands.Timer("t1", 60), Commands.Complete()));
        await session.Hands.AnswerAsync(Commands.Complete());
        await session.NoteHistoryAsync();
    }

    [Scenario]
    public static async Task BufferedSurvivesAFailedTask(Session session)
    {
        await session.Hands.StartAsync();
        var task = await session.Hands.PollAsync();
        await session.Hands.SignalAsync("one");
        await session.Hands.FailAsync(task, "bug");
        await session.Hands.AnswerAsync(Commands.Complete());
        await session.NoteHistoryAsync();
    }

    [Scenario]
    public static async Task BufferedActivityResultComesAfterTheSignals(Session session)
    {
        var hands = session.Hands;
        await hands.StartAsync();
        await hands.AnswerAsync(Commands.Activity("a1", session.Name));
        var activity = await hands.PollActivityAsync();
        await hands.SignalAsync("one");
        var task = await hands.PollAsync();
        await hands.CompleteActivityAsync(activity);
        await hands.SignalAsync("two");
        await hands.CompleteAsync(task);
        await hands.AnswerAsync(Commands.Complete());
        await session.NoteHistoryAsync();
    }

    [Scenario]
    public static async Task SameRequestIdIsOneSignal(Session session)
    {
        await session.Hands.StartAsync();
        for (var i = 0; i < 2; i++)
        {
            await session.NoteCallAsync($"signal {i}", () => session.Service.SignalWorkflowExecutionAsync(
                new()
                {
                    Namespace = session.Namespace,
                    WorkflowExecution = new() { WorkflowId = session.Name },
                    SignalName = "once",
                    Identity = Session.Identity,
                    RequestId = "the same",
                    Header = new() { Fields = { ["header"] = Hands.Text("value") } },
                },
                session.Rpc));
        }

        await session.Hands.AnswerAsync(Commands.Complete());
        await session.NoteHistoryAsync();
    }

    [Scenario]
    public static async Task WithStartOfANewRun(Session session)
    {
        await WithStartAsync(session, "first");
        await session.Hands.AnswerAsync(Commands.Complete());
        await session.NoteHistoryAsync();
    }

    [Scenario]
    public static async Task WithStartOfARunningOne(Session session)
    {
        await session.Hands.StartAsync();
        await session.Hands.AnswerAsync();
        await WithStartAsync(session, "second");
        await session.Hands.AnswerAsync(Commands.Complete());
        await session.NoteHistoryAsync();
    }

    [Scenario]
    public static async Task WithStartAfterTheEndStartsAnew(Session session)
    {
        await session.Hands.StartAsync();
        await session.Hands.AnswerAsync(Commands.Complete());
        await WithStartAsync(session, "third");
        await session.Hands.AnswerAsync(Commands.Complete());
        await session.NoteHistoryAsync();
    }

    [Scenario]
    public static async Task WithStartRefusedByReusePolicy(Session session)
    {
        await session.Hands.StartAsync();
        await session.Hands.AnswerAsync(Commands.Complete());
        await session.NoteCallAsync("start", () => WithStartAsync(session, "late", WorkflowIdReusePolicy.RejectDuplicate));
    }

    [Scenario]
    public static async Task AfterTheEndIsRefused(Session session)
    {
        await session.Hands.StartAsync();
        await session.Hands.AnswerAsync(Commands.Complete());
        await session.NoteCallAsync("signal", () => session.Hands.SignalAsync("late"));
    }

    private static Task<Temporalio.Api.WorkflowService.V1.SignalWithStartWorkflowExecutionResponse> WithStartAsync(
        Session session, string value, WorkflowIdReusePolicy reuse = WorkflowIdReusePolicy.Unspecified) =>
        session.Service.SignalWithStartWorkflowExecutionAsync(
            new()
            {
                Namespace = session.Namespace,
                WorkflowId = session.Name,
                WorkflowType = new() { Name = "ByHand" },
                TaskQueue = new() { Name = session.Name },
                Input = Hands.Value("input"),
                Identity = Session.Identity,
                RequestId = Guid.NewGuid().ToString(),
                SignalName = "hello",
                SignalInput = Hands.Value(value),
                WorkflowIdReusePolicy = reuse,
                Memo = new() { Fields = { ["memo"] = Hands.Text("note") } },
            },
            session.Rpc);
}
