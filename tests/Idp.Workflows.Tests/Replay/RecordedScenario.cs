using Idp.Core.Migrations;
using Idp.Workflows.Contracts;
using Idp.Workflows.Tests.Hosting;
using Temporalio.Common;
using Temporalio.Exceptions;

namespace Idp.Workflows.Tests.Replay;

/// <summary>The runs whose histories are kept, so that a release never breaks a saga that is under way.</summary>
internal static class RecordedScenario
{
    public static IReadOnlyDictionary<string, Func<IdpWorkers, Task<WorkflowHistory>>> All { get; } =
        new Dictionary<string, Func<IdpWorkers, Task<WorkflowHistory>>>
        {
            ["happy-path"] = HappyPathAsync,
            ["rollback-at-verify"] = RollbackAtVerifyAsync,
            ["revert-in-grace"] = RevertInGraceAsync,
            ["approval-with-pause"] = ApprovalWithPauseAsync,
            ["recovery"] = RecoveryAsync,
            ["cancelled-while-copying"] = CancelledWhileCopyingAsync,
            ["paused-while-copying"] = PausedWhileCopyingAsync,
            ["parked-and-resumed"] = ParkedAndResumedAsync,
            ["parked-until-the-deadline"] = ParkedUntilTheDeadlineAsync,
            ["loop-tick-with-two-starts"] = LoopTickAsync,
            ["batch-with-member-reverted"] = BatchAsync,
            ["evacuation-in-two-turns"] = EvacuationAsync,
        };

    private static async Task<WorkflowHistory> HappyPathAsync(IdpWorkers workers)
    {
        var saga = Saga.New(workers);
        await saga.RunAsync();
        return await saga.HistoryAsync();
    }

    private static async Task<WorkflowHistory> RollbackAtVerifyAsync(IdpWorkers workers)
    {
        var saga = Saga.New(workers);
        saga.Script.Refuse("Verify", "profile differs in 1 row", Failures.Unequal);
        await saga.RunAsync();
        return await saga.HistoryAsync();
    }

    private static async Task<WorkflowHistory> RevertInGraceAsync(IdpWorkers workers)
    {
        var saga = Saga.New(workers);
        await saga.StartAndHoldAsync("Follow");
        await saga.UpdateAsync("Revert");
        await saga.ResultAsync();
        return await saga.HistoryAsync();
    }

    private static async Task<WorkflowHistory> ApprovalWithPauseAsync(IdpWorkers workers)
    {
        var saga = Saga.New(workers, needsApproval: true);
        await saga.StartAsync();
        await saga.Script.ReachedAsync("Note AwaitingApproval");
        await saga.UpdateAsync("Pause");
        await saga.UpdateAsync("Approve");
        await saga.SignalAsync("Resume");
        await saga.ResultAsync();
        return await saga.HistoryAsync();
    }

    private static async Task<WorkflowHistory> RecoveryAsync(IdpWorkers workers)
    {
        var saga = Saga.New(workers);
        saga.Script.Begun = saga.Script.Begun with { IsResumed = true };
        saga.Script.Outcomes[false] = Core.Movement.MoveOutcome.Moved;
        await saga.RunAsync();
        return await saga.HistoryAsync();
    }

    private static async Task<WorkflowHistory> CancelledWhileCopyingAsync(IdpWorkers workers)
    {
        var saga = Saga.New(workers);
        await saga.StartAndHoldAsync("Copy");
        await saga.Handle.CancelAsync();
        await saga.ResultAsync();
        return await saga.HistoryAsync();
    }

    private static async Task<WorkflowHistory> PausedWhileCopyingAsync(IdpWorkers workers)
    {
        var saga = Saga.New(workers);
        await saga.StartAndHoldAsync("Copy");
        await saga.UpdateAsync("Pause");
        await saga.Script.ReachedAsync("Hold");
        saga.Script.Release("Copy");
        await saga.UpdateAsync("Resume");
        await saga.ResultAsync();
        return await saga.HistoryAsync();
    }

    private static async Task<WorkflowHistory> ParkedAndResumedAsync(IdpWorkers workers)
    {
        var saga = Saga.New(workers);
        saga.Script.Fail("Copy", [.. Enumerable.Repeat(new ApplicationFailureException("store unreachable"), 3)]);
        await saga.StartAsync();
        await saga.Script.ReachedAsync("Note Parked");
        await saga.UpdateAsync("Resume");
        await saga.ResultAsync();
        return await saga.HistoryAsync();
    }

    private static async Task<WorkflowHistory> ParkedUntilTheDeadlineAsync(IdpWorkers workers)
    {
        var saga = Saga.New(workers);
        saga.Script.Begun = saga.Script.Begun with { ParkTimeout = TimeSpan.FromMilliseconds(50) };
        saga.Script.Fail("Copy", [.. Enumerable.Repeat(new ApplicationFailureException("store unreachable"), 3)]);
        await saga.RunAsync();
        return await saga.HistoryAsync();
    }

    private static async Task<WorkflowHistory> LoopTickAsync(IdpWorkers workers)
    {
        var tick = new Tick(workers, LoopKind.Planning);
        MigrationRequest[] requests = [A.Request(), A.Request()];
        tick.Script.Start = [.. requests];
        await tick.RunAsync();
        foreach (var request in requests)
        {
            await new Saga(workers, request).ResultAsync();
        }

        return await tick.Handle.FetchHistoryAsync();
    }

    private static async Task<WorkflowHistory> BatchAsync(IdpWorkers workers)
    {
        var saga = BatchSaga.New(workers);
        await saga.StartAndHoldAsync("Follow");
        await saga.RevertMemberAsync(2);
        saga.Script.Release("Follow");
        await saga.ResultAsync();
        return await saga.Handle.FetchHistoryAsync();
    }

    private static async Task<WorkflowHistory> EvacuationAsync(IdpWorkers workers)
    {
        var evacuation = new Evacuation(workers);
        var batch = BatchSaga.New(workers);
        evacuation.Script.Turns.Enqueue(Evacuation.Turn(left: 3) with { Batches = [batch.Request] });
        evacuation.Script.Turns.Enqueue(Evacuation.Turn(left: 0) with { IsDone = true });
        await evacuation.StartAsync();
        await evacuation.ResultAsync();
        await batch.ResultAsync();
        return await evacuation.Handle.FetchHistoryAsync();
    }
}
