using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;

namespace Idp.DevServer.Tests.Differential;

/// <summary>The ways to read a history, and starts that hand out their first task.</summary>
internal static class Histories
{
    [Scenario]
    public static async Task PagedForwardAndBackward(Session session)
    {
        await session.Hands.StartAsync();
        await session.Hands.AnswerAsync(Commands.Timer("t1", 60), Commands.Marker("one"), Commands.Marker("two"));
        await session.Hands.TerminateAsync();
        var pages = new List<string>();
        var token = Google.Protobuf.ByteString.Empty;
        do
        {
            var page = await session.Service.GetWorkflowExecutionHistoryReverseAsync(
                new() { Namespace = session.Namespace, Execution = new() { WorkflowId = session.Name }, MaximumPageSize = 2, NextPageToken = token }, session.Rpc);
            pages.Add(Ids(page.History));
            token = page.NextPageToken;
        }
        while (!token.IsEmpty);

        session.Note("backward", string.Join(" | ", pages.Where(page => page.Length > 0)));
        await session.NoteCallAsync("close event", () => session.Service.GetWorkflowExecutionHistoryAsync(
            new()
            {
                Namespace = session.Namespace,
                Execution = new() { WorkflowId = session.Name },
                HistoryEventFilterType = HistoryEventFilterType.CloseEvent,
            },
            session.Rpc));
    }

    [Scenario]
    public static async Task LongPollWakesAtTheNextEvent(Session session)
    {
        var run = await session.Hands.StartAsync();
        await session.Hands.AnswerAsync();
        var request = new Temporalio.Api.WorkflowService.V1.GetWorkflowExecutionHistoryRequest
        {
            Namespace = session.Namespace,
            Execution = new() { WorkflowId = session.Name, RunId = run },
            WaitNewEvent = true,
        };
        var first = await session.Service.GetWorkflowExecutionHistoryAsync(request, session.Rpc);
        session.Note("first", Ids(first.History));
        request.NextPageToken = first.NextPageToken;
        var waiting = session.Service.GetWorkflowExecutionHistoryAsync(request, session.Rpc);
        await session.Hands.SignalAsync("go");
        session.Note("second", Ids((await waiting).History));
        await session.Hands.TerminateAsync();
    }

    [Scenario]
    public static async Task EagerStartHandsOutTheFirstTask(Session session)
    {
        var start = await session.Service.StartWorkflowExecutionAsync(
            session.Hands.StartRequest(request => request.RequestEagerExecution = true), session.Rpc);
        session.Note("eager", start.EagerWorkflowTask is { } task ? Ids(task.History) : "none");
        await session.Hands.CompleteAsync(start.EagerWorkflowTask ?? await session.Hands.PollAsync(), Commands.Complete());
        await session.NoteHistoryAsync();
    }

    [Scenario]
    public static async Task Deleted(Session session)
    {
        await session.Hands.StartAsync();
        await session.Hands.AnswerAsync(Commands.Complete());
        await session.NoteCallAsync("delete", () => session.Service.DeleteWorkflowExecutionAsync(
            new() { Namespace = session.Namespace, WorkflowExecution = new() { WorkflowId = session.Name } }, session.Rpc));

        // The deletion itself may take the genuine server half a minute, so no more is told here.
        await session.NoteCallAsync("delete nobody", () => session.Service.DeleteWorkflowExecutionAsync(
            new() { Namespace = session.Namespace, WorkflowExecution = new() { WorkflowId = "nobody" } }, session.Rpc));
    }

    [Scenario]
    public static async Task Described(Session session)
    {
        await session.Hands.StartAsync(start =>
        {
            start.WorkflowExecutionTimeout = Commands.Seconds(300);
            start.Memo = new() { Fields = { ["memo"] = Hands.Text("note") } };
            start.SearchAttributes = new() { IndexedFields = { ["Keyword1"] = Hands.Text("blue") } };
            start.UserMetadata = new() { Summary = Hands.Text("summary") };
        });
        await NoteAsync("started");
        var task = await session.Hands.PollAsync();
        await NoteAsync("task runs");
        await session.Hands.CompleteAsync(task, Commands.Activity("a1", session.Name), Commands.Child(session.Name + "-child", session.Name + "-child"), Commands.Timer("t1", 60));
        await session.Hands.PollAsync();
        await session.Hands.PollActivityAsync();
        await NoteAsync("all pending");
        await session.Hands.TerminateAsync();
        await NoteAsync("terminated");

        Task NoteAsync(string label) => session.NoteCallAsync(label, () => session.Service.DescribeWorkflowExecutionAsync(
            new() { Namespace = session.Namespace, Execution = new() { WorkflowId = session.Name } }, session.Rpc));
    }

    private static string Ids(History? history) => string.Join(", ", history?.Events.Select(item => $"{item.EventId} {item.EventType}") ?? []);
}
