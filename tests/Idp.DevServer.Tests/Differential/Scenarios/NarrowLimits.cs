using Google.Protobuf;
using Temporalio.Api.Command.V1;
using Temporalio.Api.Common.V1;

namespace Idp.DevServer.Tests.Differential;

/// <summary>Limits that dynamic configuration has made small.</summary>
internal static class NarrowLimits
{
    [Scenario(Setup.Narrow)]
    public static async Task OfRequests(Session session)
    {
        var (service, ns) = (session.Service, session.Namespace);
        await session.NoteOutcomeAsync("long id", () => service.StartWorkflowExecutionAsync(session.Hands.StartRequest(start => start.WorkflowId = new string('x', 201)), session.Rpc));
        await session.NoteOutcomeAsync("long type", () => service.StartWorkflowExecutionAsync(session.Hands.StartRequest(start => start.WorkflowType.Name = new string('x', 201)), session.Rpc));
        await session.NoteOutcomeAsync("long queue", () => service.StartWorkflowExecutionAsync(session.Hands.StartRequest(start => start.TaskQueue.Name = new string('x', 201)), session.Rpc));
        await session.NoteOutcomeAsync("big input", () => service.StartWorkflowExecutionAsync(session.Hands.StartRequest(start => start.Input = Bytes(4_001)), session.Rpc));
        await session.NoteOutcomeAsync("big memo", () => service.StartWorkflowExecutionAsync(
            session.Hands.StartRequest(start => start.Memo = new() { Fields = { ["memo"] = Bytes(2_001).Payloads_[0] } }), session.Rpc));
        await session.NoteOutcomeAsync("input", () => service.StartWorkflowExecutionAsync(session.Hands.StartRequest(start => start.Input = Bytes(3_000)), session.Rpc));
        await session.NoteOutcomeAsync("big signal", () => service.SignalWorkflowExecutionAsync(
            new() { Namespace = ns, WorkflowExecution = new() { WorkflowId = session.Name }, SignalName = "s", Input = Bytes(4_001) }, session.Rpc));
        for (var number = 1; number <= 3; number++)
        {
            await session.NoteOutcomeAsync($"signal {number}", () => session.Hands.SignalAsync("s"));
        }

        var described = await service.DescribeNamespaceAsync(new() { Namespace = ns }, session.Rpc);
        session.Note("limits", described.NamespaceInfo.Limits);
        session.Note("may pause", described.NamespaceInfo.Capabilities.WorkflowPause ? "yes" : "no");
        await session.NoteHistoryAsync();
        await session.Hands.TerminateAsync();
    }

    [Scenario(Setup.Narrow)]
    public static Task PendingActivities(Session session) => AnswerAsync(
        session, Commands.Activity("a1", session.Name), Commands.Activity("a2", session.Name), Commands.Activity("a3", session.Name));

    [Scenario(Setup.Narrow)]
    public static Task PendingChildren(Session session) => AnswerAsync(
        session, Commands.Child(session.Name + "-1", session.Name + "-c"), Commands.Child(session.Name + "-2", session.Name + "-c"));

    [Scenario(Setup.Narrow)]
    public static Task PendingSignals(Session session) => AnswerAsync(session, Commands.SignalExternal("nobody"), Commands.SignalExternal("nobody"));

    [Scenario(Setup.Narrow)]
    public static Task PendingCancels(Session session) => AnswerAsync(session, Commands.CancelExternal("nobody"), Commands.CancelExternal("nobody"));

    [Scenario(Setup.Narrow)]
    public static Task BigActivity(Session session) => AnswerAsync(session, Commands.Activity("a1", session.Name, activity => activity.Input = Bytes(4_001)));

    [Scenario(Setup.Narrow)]
    public static async Task Updates(Session session)
    {
        await session.Hands.StartAsync();
        await session.Hands.AnswerAsync();
        foreach (var id in (string[])["u1", "u2"])
        {
            var update = session.UpdateAsync(id);
            await session.Hands.AcceptAsync(await session.Hands.PollAsync(), _ => true);
            await update;
        }

        await session.NoteOutcomeAsync("one too many", () => session.UpdateAsync("u3"));
        await session.Hands.SignalAsync("s");
        var task = await session.Hands.PollAsync();
        session.Note("suggestion", task.History.Events[^1].WorkflowTaskStartedEventAttributes);
        await session.Hands.TerminateAsync();
    }

    [Scenario(Setup.Narrow)]
    public static async Task LongHistory(Session session)
    {
        await session.Hands.StartAsync();
        var markers = Enumerable.Repeat(Commands.Marker("m"), 15).ToArray();
        for (var number = 1; number <= 3; number++)
        {
            var task = await session.Hands.PollAsync();
            await session.NoteOutcomeAsync($"answer {number}", () => session.Hands.CompleteAsync(task, request => request.ForceCreateNewWorkflowTask = number < 3, markers));
        }

        session.Note("end", await session.ClosedAsync());
    }

    [Scenario(Setup.Narrow)]
    public static async Task Pages(Session session)
    {
        for (var number = 1; number <= 3; number++)
        {
            await session.Hands.StartAsync(start => (start.WorkflowId, start.WorkflowType.Name) = ($"{session.Name} {number}", session.Name));
        }

        var query = $"WorkflowType = '{session.Name}'";
        while ((await session.Service.CountWorkflowExecutionsAsync(new() { Namespace = session.Namespace, Query = query }, session.Rpc)).Count < 3)
        {
            await Task.Delay(50, session.CancellationToken);
        }

        foreach (var size in (int[])[0, 1, 2, 3])
        {
            var page = await session.Service.ListWorkflowExecutionsAsync(new() { Namespace = session.Namespace, Query = query, PageSize = size }, session.Rpc);
            session.Note($"page of {size}", $"{page.Executions.Count}, {(page.NextPageToken.IsEmpty ? "the last" : "and more")}");
        }
    }

    private static async Task AnswerAsync(Session session, params Command[] commands)
    {
        await session.Hands.StartAsync();
        await session.NoteOutcomeAsync("answer", async () => await session.Hands.AnswerAsync(commands));
        await session.NoteHistoryAsync();
        await session.Hands.TerminateAsync().ContinueWith(_ => { }, TaskScheduler.Default);
    }

    private static Payloads Bytes(int count) => new()
    {
        Payloads_ =
        {
            new Payload { Metadata = { ["encoding"] = ByteString.CopyFromUtf8("binary/plain") }, Data = ByteString.CopyFrom(new byte[count]) },
        },
    };
}
