using Idp.Core.Migrations;
using Idp.Core.Movement;
using Idp.Workflows.Tests.Hosting;
using Temporalio.Exceptions;

namespace Idp.Workflows.Tests.Migrations;

public sealed class MigrationGraceTests(DevelopmentServer server)
{
    private const string WholeUndo = "Follow, ReserveUndo, Start undo, Copy undo, Verify undo, Switch undo, Resolve undo, Open undo, CleanUp undo";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Revert_DuringGrace_TakesTheMoveBack(bool byUpdate)
    {
        var saga = await FollowingAsync();

        await (byUpdate ? saga.UpdateAsync("Revert", A.Note("slow")) : saga.SignalAsync("Revert", A.Note("slow")));
        var status = await saga.ResultAsync();

        Assert.Equal(WholeUndo, FromGrace(saga));
        Assert.Equal((MigrationPhase.RolledBack, true, A.Note("slow")), (status.Phase, status.IsReverted, status.LastNote));
        Assert.Equal(["Grace", "Capturing", "Copying", "Verifying", "Switching", "CleaningUp", "RolledBack"], saga.Script.Phases.SkipWhile(p => p is not "Grace"));
    }

    [Fact]
    public async Task Revert_UndoFails_LeavesTheObjectWhereItIs()
    {
        var saga = await FollowingAsync();
        saga.Script.Refuse("Verify undo", "differs");

        await saga.UpdateAsync("Revert");
        var status = await saga.ResultAsync();

        Assert.Equal("Follow, ReserveUndo, Start undo, Copy undo, Verify undo, Resolve undo, Undo undo, CleanUp", FromGrace(saga));
        Assert.Equal((MigrationPhase.Done, false, "differs"), (status.Phase, status.IsReverted, status.LastError));
    }

    [Fact]
    public async Task Revert_SwitchAnswerIsLostButItCommitted_IsReverted()
    {
        var saga = await FollowingAsync();
        saga.Script.Refuse("Switch undo", "connection reset");
        saga.Script.Outcomes[true] = MoveOutcome.Moved;

        await saga.UpdateAsync("Revert");
        var status = await saga.ResultAsync();

        Assert.Equal(WholeUndo, FromGrace(saga));
        Assert.Equal((MigrationPhase.RolledBack, true), (status.Phase, status.IsReverted));
    }

    [Fact]
    public async Task Revert_Twice_IsRefused()
    {
        var saga = await FollowingAsync();
        saga.Script.Hold("ReserveUndo");
        await saga.UpdateAsync("Revert");

        var refusal = await Assert.ThrowsAsync<WorkflowUpdateFailedException>(() => saga.UpdateAsync("Revert"));
        saga.Script.Release("ReserveUndo");
        await saga.ResultAsync();

        Assert.Contains("reverted", refusal.GetBaseException().Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Revert_AfterGrace_IsRefusedAndAsSignalIgnored()
    {
        var saga = Saga.New(server.Workers);
        await saga.StartAndHoldAsync("CleanUp");

        var refusal = await Assert.ThrowsAsync<WorkflowUpdateFailedException>(() => saga.UpdateAsync("Revert"));
        await saga.SignalAsync("Revert");
        saga.Script.Release("CleanUp");
        var status = await saga.ResultAsync();

        Assert.Contains("only during its grace period: it is in phase CleaningUp", refusal.GetBaseException().Message, StringComparison.Ordinal);
        Assert.Equal((MigrationPhase.Done, false), (status.Phase, status.IsReverted));
        Assert.StartsWith("ignored: ", status.LastNote?.Note, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Revert_AfterACancelThatCameTooLate_StillReverts()
    {
        var saga = Saga.New(server.Workers);
        saga.Script.Hold("Follow");
        await saga.StartAndHoldAsync("Switch");
        await saga.UpdateAsync("Cancel");
        saga.Script.Release("Switch");
        await saga.Script.ReachedAsync("Follow");

        await saga.UpdateAsync("Revert");
        var status = await saga.ResultAsync();

        Assert.Equal(WholeUndo, FromGrace(saga));
        Assert.Equal((MigrationPhase.RolledBack, true), (status.Phase, status.IsReverted));
    }

    [Fact]
    public async Task Revert_AfterTemporalCancelInGrace_StillReverts()
    {
        var saga = await FollowingAsync();
        await saga.Handle.CancelAsync();
        await saga.StatusAsync();

        await saga.UpdateAsync("Revert");
        var status = await saga.ResultAsync();

        Assert.Equal(WholeUndo, FromGrace(saga));
        Assert.Equal((MigrationPhase.RolledBack, true), (status.Phase, status.IsReverted));
    }

    [Fact]
    public async Task Revert_AfterFollowHasFailed_StillReverts()
    {
        var saga = Saga.New(server.Workers);
        saga.Script.Begun = saga.Script.Begun with { Grace = TimeSpan.FromMinutes(10) };
        saga.Script.Refuse("Follow", "reverse stream was dropped");
        await saga.StartAsync();
        await saga.Script.ReachedAsync("Follow");

        await saga.UpdateAsync("Revert");
        var status = await saga.ResultAsync();

        Assert.Equal((MigrationPhase.RolledBack, true), (status.Phase, status.IsReverted));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Cancel_WhileItReverts_LeavesTheObjectWhereItIs(bool byOperator)
    {
        var saga = await FollowingAsync();
        saga.Script.Hold("Copy undo");
        await saga.UpdateAsync("Revert");
        await saga.Script.ReachedAsync("Copy undo");

        await (byOperator ? saga.UpdateAsync("Cancel") : saga.Handle.CancelAsync());
        var status = await saga.ResultAsync();

        Assert.Equal("Follow, ReserveUndo, Start undo, Copy undo, Resolve undo, Undo undo, CleanUp", FromGrace(saga));
        Assert.Equal((MigrationPhase.Done, false), (status.Phase, status.IsReverted));
    }

    [Fact]
    public async Task Pause_WhileItReverts_StopsBeforeTheNextStep()
    {
        var saga = await FollowingAsync();
        saga.Script.Hold("Start undo");
        await saga.UpdateAsync("Revert");
        await saga.Script.ReachedAsync("Start undo");
        await saga.UpdateAsync("Pause");
        saga.Script.Release("Start undo");
        await saga.CompletedAsync("Start undo");

        var paused = await saga.StatusAsync();
        var calls = saga.Script.Calls;
        await saga.UpdateAsync("Resume");

        Assert.True(paused.IsPaused);
        Assert.DoesNotContain("Copy undo", calls);
        Assert.True((await saga.ResultAsync()).IsReverted);
    }

    private static string FromGrace(Saga saga) => string.Join(", ", saga.Script.Steps.SkipWhile(step => step is not "Follow"));

    private async Task<Saga> FollowingAsync()
    {
        var saga = Saga.New(server.Workers);
        await saga.StartAndHoldAsync("Follow");
        return saga;
    }
}
