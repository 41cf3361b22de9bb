using System.Text.Json.Nodes;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;

namespace Idp.DevServer.Tests.Differential;

/// <summary>Those outside who are told of a workflow's end.</summary>
internal static class Callbacks
{
    [Scenario(Setup.Narrow)]
    public static Task OfSuccess(Session session) => PlayAsync(session, "200", hands => hands.AnswerAsync(Commands.Complete()));

    [Scenario(Setup.Narrow)]
    public static Task OfFailure(Session session) => PlayAsync(session, "200", hands => hands.AnswerAsync(Commands.Fail("broken")));

    [Scenario(Setup.Narrow)]
    public static Task OfCancellation(Session session) => PlayAsync(session, "200", hands => hands.AnswerAsync(Commands.CancelWorkflow()));

    [Scenario(Setup.Narrow)]
    public static Task OfTermination(Session session) => PlayAsync(session, "204", hands => hands.TerminateAsync());

    [Scenario(Setup.Narrow)]
    public static Task Refused(Session session) => PlayAsync(session, "400", hands => hands.TerminateAsync());

    [Scenario(Setup.Narrow)]
    public static Task TriedAgain(Session session) => PlayAsync(session, "500/200", hands => hands.TerminateAsync());

    [Scenario(Setup.Narrow)]
    public static Task AtTheEndOfAChain(Session session) => PlayAsync(session, "200", async hands =>
    {
        await hands.AnswerAsync(Commands.ContinueAsNew());
        await hands.AnswerAsync(Commands.Complete());
    });

    [Scenario]
    public static async Task InsideTheServerWithoutAToken(Session session)
    {
        await session.Hands.StartAsync(start => start.CompletionCallbacks.Add(new Callback { Nexus = new() { Url = "temporal://system" } }));
        await session.NoteCallAsync("attach", () => session.Service.StartWorkflowExecutionAsync(
            session.Hands.StartRequest(start =>
            {
                start.WorkflowIdConflictPolicy = WorkflowIdConflictPolicy.UseExisting;
                start.OnConflictOptions = new() { AttachRequestId = true, AttachCompletionCallbacks = true };
                start.CompletionCallbacks.Add(new Callback { Nexus = new() { Url = "temporal://system" } });
            }),
            session.Rpc));
        await NoteAsync(session, "waiting", string.Empty);
        await session.Hands.TerminateAsync();
        await DoneAsync(session);
        await NoteAsync(session, "done", string.Empty);
        await session.NoteHistoryAsync();
    }

    [Scenario(Setup.Narrow)]
    public static async Task ToAddressesThatAreNotAllowed(Session session)
    {
        foreach (var url in (string[])["http://localhost:1/x", "http://example.com:443/x", "https://localhost/"])
        {
            await session.NoteOutcomeAsync(url, () => session.Service.StartWorkflowExecutionAsync(
                session.Hands.StartRequest(start => start.CompletionCallbacks.Add(new Callback { Nexus = new() { Url = url } })), session.Rpc));
        }
    }

    private static async Task PlayAsync(Session session, string statuses, Func<Hands, Task> end)
    {
        using var listener = new CallbackListener();
        var callback = new Callback { Nexus = new() { Url = $"{listener.Address}/call/{statuses}", Header = { ["Test-Header"] = "value" } } };
        await session.Hands.StartAsync(start => start.CompletionCallbacks.Add(callback));
        await NoteAsync(session, "waiting", listener.Address);
        await end(session.Hands);
        await DoneAsync(session);
        await NoteAsync(session, "done", listener.Address);
        foreach (var received in listener.Received)
        {
            session.Note("received", received);
        }
    }

    private static async Task DoneAsync(Session session)
    {
        while ((await DescribedAsync(session)).Any(callback => callback.State is not (CallbackState.Succeeded or CallbackState.Failed)))
        {
            await Task.Delay(50, session.CancellationToken);
        }
    }

    private static async Task NoteAsync(Session session, string label, string address)
    {
        foreach (var callback in await DescribedAsync(session))
        {
            session.NoteJson(label, JsonNode.Parse(callback.ToString().Replace(address.Length > 0 ? address : "\0", "address", StringComparison.Ordinal)));
        }
    }

    private static async Task<IEnumerable<Temporalio.Api.Workflow.V1.CallbackInfo>> DescribedAsync(Session session) =>
        (await session.Service.DescribeWorkflowExecutionAsync(new() { Namespace = session.Namespace, Execution = new() { WorkflowId = session.Name } }, session.Rpc)).Callbacks;
}
