using Temporalio.Api.Enums.V1;

namespace Idp.DevServer.Tests.Differential;

/// <summary>What an operator may do to a running activity.</summary>
internal static class ActivityOperations
{
    [Scenario]
    public static async Task PausedIsFound(Session session)
    {
        var hands = session.Hands;
        await hands.StartAsync();
        await hands.AnswerAsync(
            Commands.Activity("a1", session.Name), Commands.Activity("a2", session.Name), Commands.Activity("a3", session.Name, activity => activity.ActivityType = new() { Name = "Other" }));
        foreach (var id in (string[])["a1", "a2", "a3"])
        {
            await session.NoteCallAsync($"pause {id}", () => session.Service.PauseActivityAsync(
                new() { Namespace = session.Namespace, Execution = new() { WorkflowId = session.Name }, Id = id, Identity = Session.Identity, Reason = "test" }, session.Rpc));
            await NoteFoundAsync(session, $"{id} is paused");
        }

        foreach (var id in (string[])["a1", "a3"])
        {
            await session.NoteCallAsync($"unpause {id}", () => session.Service.UnpauseActivityAsync(
                new() { Namespace = session.Namespace, Execution = new() { WorkflowId = session.Name }, Id = id, Identity = Session.Identity }, session.Rpc));
            await NoteFoundAsync(session, $"{id} goes on");
        }

        await session.NoteCallAsync("reset a2", () => session.Service.ResetActivityAsync(
            new() { Namespace = session.Namespace, Execution = new() { WorkflowId = session.Name }, Id = "a2", Identity = Session.Identity }, session.Rpc));
        await NoteFoundAsync(session, "a2 is reset");
        await hands.TerminateAsync();
    }

    private static async Task NoteFoundAsync(Session session, string label)
    {
        var described = await session.Service.DescribeWorkflowExecutionAsync(
            new() { Namespace = session.Namespace, Execution = new() { WorkflowId = session.Name } }, session.Rpc);
        var words = described.WorkflowExecutionInfo.SearchAttributes.IndexedFields.GetValueOrDefault("TemporalPauseInfo")?.Data.ToStringUtf8() ?? "[]";

        // The genuine server tells them in random order.
        session.Note(label, string.Join(' ', System.Text.Json.JsonSerializer.Deserialize<string[]>(words)!.Order(StringComparer.Ordinal)));
    }

    [Scenario]
    public static async Task PausedBeforeItStartsAndUnpaused(Session session)
    {
        var hands = session.Hands;
        await hands.StartAsync();
        await hands.AnswerAsync(Commands.Activity("a1", session.Name, activity => activity.RetryPolicy = new() { InitialInterval = Commands.Seconds(0.3) }));
        await hands.FailActivityAsync(await hands.PollActivityAsync(), Hands.Failure("broken"));
        await session.NoteCallAsync("pause", () => session.Service.PauseActivityAsync(
            new() { Namespace = session.Namespace, Execution = new() { WorkflowId = session.Name }, Id = "a1", Identity = Session.Identity, Reason = "test" },
            session.Rpc));
        await session.NoteCallAsync("unpause", () => session.Service.UnpauseActivityAsync(
            new() { Namespace = session.Namespace, Execution = new() { WorkflowId = session.Name }, Id = "a1", Identity = Session.Identity },
            session.Rpc));
        await hands.CompleteActivityAsync(await hands.PollActivityAsync());
        await hands.AnswerAsync(Commands.Complete());
        await session.NoteHistoryAsync();
    }

    [Scenario]
    public static async Task PausedWhileItRunsIsToldByHeartbeat(Session session)
    {
        var hands = session.Hands;
        await hands.StartAsync();
        await hands.AnswerAsync(Commands.Activity("a1", session.Name));
        var task = await hands.PollActivityAsync();
        await session.Service.PauseActivityAsync(
            new() { Namespace = session.Namespace, Execution = new() { WorkflowId = session.Name }, Id = "a1", Identity = Session.Identity }, session.Rpc);
        await session.NoteCallAsync("heartbeat", () => hands.HeartbeatAsync(task, "half"));
        await hands.CompleteActivityAsync(task);
        await hands.AnswerAsync(Commands.Complete());
        await session.NoteHistoryAsync();
    }

    [Scenario]
    public static async Task ResetGoesBackToTheFirstAttempt(Session session)
    {
        var hands = session.Hands;
        await hands.StartAsync();
        await hands.AnswerAsync(Commands.Activity("a1", session.Name, activity => activity.RetryPolicy = new() { InitialInterval = Commands.Seconds(60) }));
        await hands.FailActivityAsync(await hands.PollActivityAsync(), Hands.Failure("broken"));
        await session.NoteCallAsync("reset", () => session.Service.ResetActivityAsync(
            new() { Namespace = session.Namespace, Execution = new() { WorkflowId = session.Name }, Id = "a1", Identity = Session.Identity }, session.Rpc));
        await hands.CompleteActivityAsync(await hands.PollActivityAsync());
        await hands.AnswerAsync(Commands.Complete());
        await session.NoteHistoryAsync();
    }

    [Scenario]
    public static async Task OptionsUpdated(Session session)
    {
        var hands = session.Hands;
        await hands.StartAsync();
        await hands.AnswerAsync(Commands.Activity("a1", session.Name, activity => activity.RetryPolicy = new() { InitialInterval = Commands.Seconds(60) }));
        await hands.FailActivityAsync(await hands.PollActivityAsync(), Hands.Failure("broken"));
        await session.NoteCallAsync("update", () => session.Service.UpdateActivityOptionsAsync(
            new()
            {
                Namespace = session.Namespace,
                Execution = new() { WorkflowId = session.Name },
                Id = "a1",
                Identity = Session.Identity,
                ActivityOptions = new() { RetryPolicy = new() { InitialInterval = Commands.Seconds(0.1) } },
                UpdateMask = new() { Paths = { "retry_policy.initial_interval" } },
            },
            session.Rpc));
        await hands.CompleteActivityAsync(await hands.PollActivityAsync());
        await hands.AnswerAsync(Commands.Complete());
        await session.NoteHistoryAsync();
    }

    [Scenario]
    public static async Task PendingIsDescribed(Session session)
    {
        var hands = session.Hands;
        await hands.StartAsync();
        await hands.AnswerAsync(Commands.Activity("a1", session.Name, activity => activity.RetryPolicy = new() { InitialInterval = Commands.Seconds(60) }), Commands.Timer("t1", 60));
        await hands.FailActivityAsync(await hands.PollActivityAsync(), Hands.Failure("broken"));
        await session.NoteCallAsync("describe", () => session.Service.DescribeWorkflowExecutionAsync(
            new() { Namespace = session.Namespace, Execution = new() { WorkflowId = session.Name } }, session.Rpc));
        await hands.TerminateAsync();
        await session.NoteCallAsync("describe closed", () => session.Service.DescribeWorkflowExecutionAsync(
            new() { Namespace = session.Namespace, Execution = new() { WorkflowId = session.Name } }, session.Rpc));
    }
}
