using Temporalio.Api.Enums.V1;

namespace Idp.DevServer.Tests.Differential;

/// <summary>What a second start of the same workflow id does.</summary>
internal static class IdPolicies
{
    // Obsolete, and still what older clients send.
    private const WorkflowIdReusePolicy OldTerminateIfRunning = (WorkflowIdReusePolicy)4;

    [Scenario]
    public static Task AllowDuplicateAfterCompletion(Session session) => AfterEndAsync(session, WorkflowIdReusePolicy.AllowDuplicate, Commands.Complete());

    [Scenario]
    public static Task RejectDuplicateAfterCompletion(Session session) => AfterEndAsync(session, WorkflowIdReusePolicy.RejectDuplicate, Commands.Complete());

    [Scenario]
    public static Task FailedOnlyAfterCompletion(Session session) =>
        AfterEndAsync(session, WorkflowIdReusePolicy.AllowDuplicateFailedOnly, Commands.Complete());

    [Scenario]
    public static Task FailedOnlyAfterFailure(Session session) =>
        AfterEndAsync(session, WorkflowIdReusePolicy.AllowDuplicateFailedOnly, Commands.Fail("broken"));

    [Scenario]
    public static Task TerminateIfRunningAfterCompletion(Session session) =>
        AfterEndAsync(session, OldTerminateIfRunning, Commands.Complete());

    [Scenario]
    public static Task FailOnConflict(Session session) => ConflictAsync(session, start => start.WorkflowIdConflictPolicy = WorkflowIdConflictPolicy.Fail);

    [Scenario]
    public static Task DefaultConflictFails(Session session) => ConflictAsync(session, _ => { });

    [Scenario]
    public static Task UseExisting(Session session) =>
        ConflictAsync(session, start => start.WorkflowIdConflictPolicy = WorkflowIdConflictPolicy.UseExisting);

    [Scenario]
    public static Task UseExistingAttachingTheRequest(Session session) => ConflictAsync(session, start =>
    {
        start.WorkflowIdConflictPolicy = WorkflowIdConflictPolicy.UseExisting;
        start.OnConflictOptions = new() { AttachRequestId = true };
    });

    [Scenario]
    public static Task TerminateExisting(Session session) =>
        ConflictAsync(session, start => start.WorkflowIdConflictPolicy = WorkflowIdConflictPolicy.TerminateExisting);

    [Scenario]
    public static Task TerminateIfRunning(Session session) =>
        ConflictAsync(session, start => start.WorkflowIdReusePolicy = OldTerminateIfRunning);

    [Scenario]
    public static Task IncompatiblePolicies(Session session) => ConflictAsync(session, start =>
    {
        start.WorkflowIdReusePolicy = OldTerminateIfRunning;
        start.WorkflowIdConflictPolicy = WorkflowIdConflictPolicy.Fail;
    });

    [Scenario]
    public static async Task SameRequestIdIsTheSameRun(Session session)
    {
        await session.NoteCallAsync("first", () => StartAsync(session, start => start.RequestId = "one"));
        await session.NoteCallAsync("again", () => StartAsync(session, start => start.RequestId = "one"));
        await session.Hands.TerminateAsync();
        await session.NoteHistoryAsync();
    }

    private static Task<Temporalio.Api.WorkflowService.V1.StartWorkflowExecutionResponse> StartAsync(
        Session session, Action<Temporalio.Api.WorkflowService.V1.StartWorkflowExecutionRequest>? change = null) =>
        session.Service.StartWorkflowExecutionAsync(session.Hands.StartRequest(change), session.Rpc);

    private static async Task AfterEndAsync(Session session, WorkflowIdReusePolicy policy, Temporalio.Api.Command.V1.Command end)
    {
        await session.NoteCallAsync("first", () => StartAsync(session));
        await session.Hands.AnswerAsync(end);
        await session.NoteCallAsync("second", () => StartAsync(session, start => start.WorkflowIdReusePolicy = policy));
        await session.NoteHistoryAsync();
    }

    private static async Task ConflictAsync(Session session, Action<Temporalio.Api.WorkflowService.V1.StartWorkflowExecutionRequest> change)
    {
        var first = await session.Hands.StartAsync();
        await session.Hands.AnswerAsync();
        await session.NoteCallAsync("second", () => StartAsync(session, change));
        await session.NoteHistoryAsync(runId: first, label: "first run");
        await session.NoteHistoryAsync(label: "latest run");
    }
}
