using Idp.Core.Migrations;
using Idp.Workflows.Contracts;
using Idp.Workflows.Tests.Hosting;
using Temporalio.Exceptions;

namespace Idp.Workflows.Tests.Batches;

public sealed class BatchWorkflowTests(DevelopmentServer server)
{
    private const string Phases = "Prepare, Start, Copy, Verify, Switch, Settle";

    [Fact]
    public async Task Run_NothingFails_TakesOneActivityAPhase()
    {
        var saga = BatchSaga.New(server.Workers);

        var status = await saga.RunAsync();

        Assert.Equal($"TakeSlot, Begin, {Phases}, Follow, CleanUp, End", Calls(saga));
        Assert.Equal((MigrationPhase.Done, 3, 3, 0), (status.Phase, status.Members, status.Moved, status.Failed));
        Assert.Null(saga.Script.EndedBecause);
    }

    [Fact]
    public async Task Run_NoPlaceFree_WaitsForOne()
    {
        var saga = BatchSaga.New(server.Workers);
        saga.Script.Slots.Enqueue(new BatchSlot("4 batches copy, limit 4", TimeSpan.FromMilliseconds(1)));

        var status = await saga.RunAsync();

        Assert.StartsWith("TakeSlot, TakeSlot, Begin", Calls(saga), StringComparison.Ordinal);
        Assert.Equal((MigrationPhase.Done, null), (status.Phase, status.WaitsFor));
    }

    [Fact]
    public async Task Run_OneMemberFails_OthersGoOn()
    {
        var saga = BatchSaga.New(server.Workers);
        saga.Script.Progress["Verify"] = new BatchProgress(2, 1, "profile differs");
        saga.Script.Settled.Enqueue(new BatchSettled([1, 3], RolledBack: 1, Unsettled: 0));

        var status = await saga.RunAsync();

        Assert.Equal($"TakeSlot, Begin, {Phases}, Follow, CleanUp, End", Calls(saga));
        Assert.Equal((MigrationPhase.Done, 2, 1, "profile differs"), (status.Phase, status.Moved, status.Failed, status.LastError));
    }

    [Fact]
    public async Task Run_EveryMemberFails_SettlesAtOnceAndEndsRolledBack()
    {
        var saga = BatchSaga.New(server.Workers);
        saga.Script.Progress["Prepare"] = new BatchProgress(0, 3, "policy says no");
        saga.Script.Settled.Enqueue(new BatchSettled([], RolledBack: 3, Unsettled: 0));

        var status = await saga.RunAsync();

        Assert.Equal("TakeSlot, Begin, Prepare, Settle, CleanUp, End", Calls(saga));
        Assert.Equal((MigrationPhase.RolledBack, 0, "policy says no"), (status.Phase, status.Moved, status.LastError));
    }

    [Fact]
    public async Task Run_PhaseFailsForGood_SettlesWhateverHadCommitted()
    {
        var saga = BatchSaga.New(server.Workers);
        saga.Script.Refuse("Switch", "no catalog");
        saga.Script.Settled.Enqueue(new BatchSettled([2], RolledBack: 2, Unsettled: 0));

        var status = await saga.RunAsync();

        Assert.Equal((MigrationPhase.Done, 1, "no catalog"), (status.Phase, status.Moved, status.LastError));
    }

    [Fact]
    public async Task Run_StoreDoesNotAnswerForAMember_OthersAreNotHeldUpAndItIsSettledInTheEnd()
    {
        var saga = BatchSaga.New(server.Workers);
        for (var tries = 0; tries < 4; tries++)
        {
            saga.Script.Settled.Enqueue(new BatchSettled([1, 2], RolledBack: 0, Unsettled: 1, "eu-west-1 did not answer"));
        }

        var status = await saga.RunAsync();

        Assert.Equal("Settle, Settle, Settle, Settle, Follow, CleanUp, Settle all, Settle undo all, CleanUp all, End", Calls(saga)[Calls(saga).IndexOf("Settle", StringComparison.Ordinal)..]);
        Assert.Equal((3, 0), (status.Moved, status.Unsettled));
    }

    [Fact]
    public async Task Begin_NothingCouldBeClaimed_EndsWithTheReason()
    {
        var saga = BatchSaga.New(server.Workers);
        saga.Script.Begun = saga.Script.Begun with { Members = 0, Refused = 3, Refusal = "no member could be claimed" };

        var status = await saga.RunAsync();

        Assert.Equal("TakeSlot, Begin, End", Calls(saga));
        Assert.Equal((MigrationPhase.RolledBack, "no member could be claimed", "no member could be claimed"), (status.Phase, status.LastError, saga.Script.EndedBecause));
    }

    [Fact]
    public async Task Begin_SagaWasLost_ReadsTheOutcomesBeforeAnythingElse()
    {
        var saga = BatchSaga.New(server.Workers);
        saga.Script.Begun = saga.Script.Begun with { IsResumed = true, IsReverting = true };
        saga.Script.Settled.Enqueue(new BatchSettled([1, 2], RolledBack: 0, Unsettled: 0));
        saga.Script.Undo([3]);

        var status = await saga.RunAsync();

        Assert.Equal("TakeSlot, Begin, Settle, Settle undo, CleanUp undo, Follow, CleanUp, End", Calls(saga));
        Assert.Equal(2, status.Moved);
    }

    [Theory]
    [InlineData("Start")]
    [InlineData("Copy")]
    [InlineData("Switch")]
    public async Task Cancel_BeforeTheCommits_SettlesAndStops(string step)
    {
        var saga = BatchSaga.New(server.Workers);
        saga.Script.Settled.Enqueue(new BatchSettled([], RolledBack: 3, Unsettled: 0));
        await saga.StartAndHoldAsync(step);

        await saga.UpdateAsync("Cancel");
        var status = await saga.ResultAsync();

        Assert.EndsWith($"{step}, Settle, CleanUp, End", Calls(saga), StringComparison.Ordinal);
        Assert.Equal((MigrationPhase.RolledBack, "cancelled"), (status.Phase, status.LastError));
    }

    [Fact]
    public async Task Pause_StopsBeforeTheNextPhaseUntilResumed()
    {
        var saga = BatchSaga.New(server.Workers);
        await saga.StartAndHoldAsync("Copy");

        Assert.True((await saga.UpdateAsync("Pause")).IsPaused);
        await Assert.ThrowsAsync<WorkflowUpdateFailedException>(() => saga.UpdateAsync("Pause"));
        saga.Script.Release("Copy");
        Assert.False((await saga.UpdateAsync("Resume")).IsPaused);
        var status = await saga.ResultAsync();

        Assert.Equal(MigrationPhase.Done, status.Phase);
    }

    [Fact]
    public async Task Approval_Rejected_TouchesNothing()
    {
        var saga = BatchSaga.New(server.Workers, needsApproval: true);
        saga.Script.Begun = saga.Script.Begun with { AwaitsApproval = true };
        await saga.StartAsync();
        await UntilAsync(saga, MigrationPhase.AwaitingApproval);

        await saga.UpdateAsync("Reject");
        var status = await saga.ResultAsync();

        Assert.Equal("Begin, End", Calls(saga));
        Assert.Equal((MigrationPhase.RolledBack, "rejected by ada: CHG-42"), (status.Phase, status.LastError));
    }

    [Fact]
    public async Task Approval_Given_TakesItsPlaceThen()
    {
        var saga = BatchSaga.New(server.Workers, needsApproval: true);
        saga.Script.Begun = saga.Script.Begun with { AwaitsApproval = true };
        await saga.StartAsync();
        await UntilAsync(saga, MigrationPhase.AwaitingApproval);

        await saga.UpdateAsync("Approve");
        var status = await saga.ResultAsync();

        Assert.StartsWith($"Begin, TakeSlot, {Phases}", Calls(saga), StringComparison.Ordinal);
        Assert.Equal(MigrationPhase.Done, status.Phase);
    }

    [Fact]
    public async Task RevertMember_InGrace_TakesBackThatOneAlone()
    {
        var saga = BatchSaga.New(server.Workers);
        await saga.StartAndHoldAsync("Follow");

        await saga.RevertMemberAsync(2);
        var twice = await Assert.ThrowsAsync<WorkflowUpdateFailedException>(() => saga.RevertMemberAsync(2));
        var stranger = await Assert.ThrowsAsync<WorkflowUpdateFailedException>(() => saga.RevertMemberAsync(9));
        saga.Script.Release("Follow");
        var status = await saga.ResultAsync();

        Assert.Contains("Follow, ReserveUndo 2, Start undo, Copy undo, Verify undo, Switch undo, Settle undo, CleanUp undo, ", Calls(saga), StringComparison.Ordinal);
        Assert.Equal((MigrationPhase.Done, 3, 1), (status.Phase, status.Moved, status.Reverted));
        Assert.Contains("is being taken back already", twice.InnerException!.Message, StringComparison.Ordinal);
        Assert.Contains("is not in grace", stranger.InnerException!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Revert_InGrace_TakesBackAll()
    {
        var saga = BatchSaga.New(server.Workers);
        await saga.StartAndHoldAsync("Follow");

        await saga.UpdateAsync("Revert");
        saga.Script.Release("Follow");
        var status = await saga.ResultAsync();

        Assert.Contains("ReserveUndo 1 2 3, Start undo", Calls(saga), StringComparison.Ordinal);
        Assert.Equal((MigrationPhase.RolledBack, 3, 3), (status.Phase, status.Moved, status.Reverted));
    }

    [Fact]
    public async Task Revert_BeforeGrace_IsRefused()
    {
        var saga = BatchSaga.New(server.Workers);
        await saga.StartAndHoldAsync("Copy");

        var refused = await Assert.ThrowsAsync<WorkflowUpdateFailedException>(() => saga.RevertMemberAsync(1));
        saga.Script.Release("Copy");
        await saga.ResultAsync();

        Assert.Contains("only during its grace period", refused.InnerException!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Strategic_OrphanedBatch_IsStartedUnderItsOldId()
    {
        var saga = BatchSaga.New(server.Workers);
        server.Workers.Batches.Orphans.Enqueue(new OrphanedGroups([saga.Request], []));

        await new Tick(server.Workers, LoopKind.Strategic).RunAsync();

        Assert.Equal(MigrationPhase.Done, (await saga.ResultAsync()).Phase);
    }

    private static string Calls(BatchSaga saga) => string.Join(", ", saga.Script.Calls);

    private static async Task UntilAsync(BatchSaga saga, MigrationPhase phase)
    {
        while ((await saga.StatusAsync()).Phase != phase)
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }
}
