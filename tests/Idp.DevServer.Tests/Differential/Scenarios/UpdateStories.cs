using Temporalio.Api.Enums.V1;
using Temporalio.Api.WorkflowService.V1;

namespace Idp.DevServer.Tests.Differential;

internal static class UpdateStories
{
    [Scenario]
    public static async Task AcceptedAndCompletedAtOnce(Session session)
    {
        await session.Hands.StartAsync();
        await session.Hands.AnswerAsync();
        var update = session.UpdateAsync("u1");
        await session.Hands.AcceptAsync(await session.Hands.PollAsync(), _ => true);
        await session.NoteCallAsync("update", () => update);
        await session.NoteCallAsync("same id again", () => session.UpdateAsync("u1"));
        await session.Hands.SignalAsync("end");
        await session.Hands.AnswerAsync(Commands.Complete());
        await session.NoteCallAsync("poll after the end", () => PollAsync(session, "u1"));
        await session.NoteCallAsync("update after the end", () => session.UpdateAsync("u2"));
        await session.NoteHistoryAsync();
    }

    [Scenario]
    public static async Task WithTheFirstTask(Session session)
    {
        await session.Hands.StartAsync();
        var update = session.UpdateAsync("u1");
        await session.Hands.AcceptAsync(await PollWithUpdateAsync(session), _ => true, Commands.Complete());
        await session.NoteCallAsync("update", () => update);
        await session.NoteHistoryAsync();
    }

    [Scenario]
    public static async Task CompletedByALaterTask(Session session)
    {
        await session.Hands.StartAsync();
        await session.Hands.AnswerAsync();
        var update = session.UpdateAsync("u1", UpdateWorkflowExecutionLifecycleStage.Accepted);
        await session.Hands.AcceptAsync(await session.Hands.PollAsync(), _ => false, Commands.Timer("t1", 0.1));
        await session.NoteCallAsync("update", () => update);
        await session.Hands.FinishAsync(await session.Hands.PollAsync(), "u1", Commands.Complete());
        await session.NoteCallAsync("outcome", () => PollAsync(session, "u1"));
        await session.NoteHistoryAsync();
    }

    [Scenario]
    public static async Task RejectedLeavesNoEvent(Session session)
    {
        await session.Hands.StartAsync();
        await session.Hands.AnswerAsync();
        var update = session.UpdateAsync("u1");
        var task = await session.Hands.PollAsync();
        session.Note("events of the task", string.Join(", ", task.History.Events.Select(item => $"{item.EventId} {item.EventType}")));
        var answer = await session.Hands.RejectAsync(task);
        session.Note("history goes back to", $"{answer.ResetHistoryEventId}");
        await session.NoteCallAsync("update", () => update);
        await session.NoteHistoryAsync(label: "before");
        await session.Hands.SignalAsync("go");
        await session.Hands.AnswerAsync(Commands.Complete());
        await session.NoteHistoryAsync(label: "after");
    }

    [Scenario]
    public static async Task RejectedWithACommandLeavesTheTask(Session session)
    {
        await session.Hands.StartAsync();
        await session.Hands.AnswerAsync();
        var update = session.UpdateAsync("u1");
        await session.Hands.RejectAsync(await session.Hands.PollAsync(), Commands.Timer("t1", 60));
        await session.NoteCallAsync("update", () => update);
        await session.NoteHistoryAsync();
    }

    [Scenario]
    public static async Task SignalWhileASpeculativeTaskRunsMakesItReal(Session session)
    {
        await session.Hands.StartAsync();
        await session.Hands.AnswerAsync();
        var update = session.UpdateAsync("u1");
        var task = await session.Hands.PollAsync();
        await session.Hands.SignalAsync("now");
        await session.Hands.RejectAsync(task);
        await session.NoteCallAsync("update", () => update);
        await session.Hands.AnswerAsync(Commands.Complete());
        await session.NoteHistoryAsync();
    }

    [Scenario]
    public static async Task SignalBeforeASpeculativeTaskStartsMakesItReal(Session session)
    {
        await session.Hands.StartAsync();
        await session.Hands.AnswerAsync();
        var update = session.UpdateAsync("u1");
        await Task.Delay(300, session.CancellationToken); // Admitted: the update must be first.
        await session.Hands.SignalAsync("now");
        await session.Hands.RejectAsync(await session.Hands.PollAsync());
        await session.NoteCallAsync("update", () => update);
        await session.NoteHistoryAsync();
    }

    [Scenario]
    public static async Task SecondUpdateWaitsForTheNextTask(Session session)
    {
        await session.Hands.StartAsync();
        await session.Hands.AnswerAsync();
        var first = session.UpdateAsync("u1");
        var task = await session.Hands.PollAsync();
        var second = session.UpdateAsync("u2");
        await Task.Delay(300, session.CancellationToken);
        await session.Hands.AcceptAsync(task, _ => true);
        await session.Hands.AcceptAsync(await session.Hands.PollAsync(), _ => true);
        await session.NoteCallAsync("first", () => first);
        await session.NoteCallAsync("second", () => second);
        await session.NoteHistoryAsync();
    }

    [Scenario]
    public static async Task SpeculativeTaskFails(Session session)
    {
        await session.Hands.StartAsync();
        await session.Hands.AnswerAsync();
        var update = session.UpdateAsync("u1");
        await session.Hands.FailAsync(await session.Hands.PollAsync(), "bug");
        await session.Hands.AcceptAsync(await session.Hands.PollAsync(), _ => true);
        await session.NoteCallAsync("update", () => update);
        await session.NoteHistoryAsync();
    }

    [Scenario]
    public static async Task SpeculativeTaskTimesOut(Session session)
    {
        await session.Hands.StartAsync(start => start.WorkflowTaskTimeout = Commands.Seconds(1));
        await session.Hands.AnswerAsync();
        var update = session.UpdateAsync("u1");
        await session.Hands.PollAsync();
        await session.Hands.AcceptAsync(await session.Hands.PollAsync(), _ => true);
        await session.NoteCallAsync("update", () => update);
        await session.NoteHistoryAsync();
    }

    [Scenario]
    public static async Task AcceptedDiesWithTheRun(Session session)
    {
        await session.Hands.StartAsync();
        await session.Hands.AnswerAsync();
        var update = session.UpdateAsync("u1");
        await session.Hands.AcceptAsync(await session.Hands.PollAsync(), _ => false);
        await session.Hands.TerminateAsync();
        await session.NoteCallAsync("update", () => update);
        await session.NoteCallAsync("poll", () => PollAsync(session, "u1"));
        await session.NoteHistoryAsync();
    }

    [Scenario]
    public static async Task AdmittedDiesWithTheRun(Session session)
    {
        await session.Hands.StartAsync();
        await session.Hands.AnswerAsync();
        var update = session.UpdateAsync("u1");
        await session.Hands.PollAsync();
        await session.Hands.TerminateAsync();
        await session.NoteCallAsync("update", () => update);
        await session.NoteHistoryAsync();
    }

    [Scenario]
    public static async Task AcceptedWhileTheRunCompletesInOneTask(Session session)
    {
        await session.Hands.StartAsync();
        await session.Hands.AnswerAsync();
        var update = session.UpdateAsync("u1");
        await session.Hands.AcceptAsync(await session.Hands.PollAsync(), _ => false, Commands.Complete());
        await session.NoteCallAsync("update", () => update);
        await session.NoteHistoryAsync();
    }

    [Scenario]
    public static async Task UnansweredInATaskIsSentAgainOrRejected(Session session)
    {
        await session.Hands.StartAsync();
        await session.Hands.AnswerAsync();
        var update = session.UpdateAsync("u1");
        await session.Hands.CompleteAsync(await session.Hands.PollAsync());
        await session.NoteCallAsync("update", () => update);
        await session.NoteHistoryAsync();
    }

    [Scenario]
    public static async Task WithStartOfANewRun(Session session)
    {
        var start = session.Service.ExecuteMultiOperationAsync(WithStart(session), session.Rpc);
        await session.Hands.AcceptAsync(await PollWithUpdateAsync(session), _ => true);
        await session.NoteCallAsync("start", () => start);
        await session.NoteHistoryAsync();
    }

    [Scenario]
    public static async Task WithStartOfARunningOne(Session session)
    {
        await session.Hands.StartAsync();
        await session.Hands.AnswerAsync();
        var start = session.Service.ExecuteMultiOperationAsync(
            WithStart(session, request => request.WorkflowIdConflictPolicy = WorkflowIdConflictPolicy.UseExisting), session.Rpc);
        await session.Hands.AcceptAsync(await session.Hands.PollAsync(), _ => true);
        await session.NoteCallAsync("start", () => start);
        await session.NoteHistoryAsync();
    }

    [Scenario]
    public static async Task WithStartRefusedWhenOneRuns(Session session)
    {
        await session.Hands.StartAsync();
        await session.Hands.AnswerAsync();
        await session.NoteCallAsync("start", () => session.Service.ExecuteMultiOperationAsync(
            WithStart(session, request => request.WorkflowIdConflictPolicy = WorkflowIdConflictPolicy.Fail), session.Rpc));
    }

    [Scenario]
    public static async Task OfNobodyIsRefused(Session session)
    {
        await session.NoteCallAsync("update", () => session.UpdateAsync("u1"));
        await session.NoteCallAsync("poll", () => PollAsync(session, "u1"));
        await session.Hands.StartAsync();
        await session.Hands.AnswerAsync();
        await session.NoteCallAsync("poll unknown update", () => PollAsync(session, "u9"));
    }

    private static Task<PollWorkflowExecutionUpdateResponse> PollAsync(Session session, string id) => session.Service.PollWorkflowExecutionUpdateAsync(
        new()
        {
            Namespace = session.Namespace,
            UpdateRef = new() { WorkflowExecution = new() { WorkflowId = session.Name }, UpdateId = id },
            WaitPolicy = new() { LifecycleStage = UpdateWorkflowExecutionLifecycleStage.Completed },
            Identity = Session.Identity,
        },
        session.Rpc);

    private static async Task<PollWorkflowTaskQueueResponse> PollWithUpdateAsync(Session session)
    {
        // The update may arrive a moment after the first task was written, never after the poll began to wait for it.
        await Task.Delay(300, session.CancellationToken);
        return await session.Hands.PollAsync();
    }

    private static ExecuteMultiOperationRequest WithStart(Session session, Action<StartWorkflowExecutionRequest>? change = null) => new()
    {
        Namespace = session.Namespace,
        Operations =
        {
            new ExecuteMultiOperationRequest.Types.Operation { StartWorkflow = session.Hands.StartRequest(change) },
            new ExecuteMultiOperationRequest.Types.Operation
            {
                UpdateWorkflow = session.UpdateRequest("u1", UpdateWorkflowExecutionLifecycleStage.Completed),
            },
        },
    };
}
