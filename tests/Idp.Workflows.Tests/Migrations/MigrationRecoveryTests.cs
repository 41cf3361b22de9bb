using Idp.Core.Migrations;
using Idp.Core.Movement;
using Idp.Workflows.Tests.Hosting;
using Temporalio.Exceptions;

namespace Idp.Workflows.Tests.Migrations;

public sealed class MigrationRecoveryTests(DevelopmentServer server)
{
    [Theory]
    [InlineData(MoveOutcome.Voided, "Begin, Resolve, Undo", MigrationPhase.RolledBack)]
    [InlineData(MoveOutcome.Moved, "Begin, Resolve, Open, Follow, CleanUp", MigrationPhase.Done)]
    public async Task Restart_AfterTermination_ReadsTheOutcomeBeforeAnythingElse(MoveOutcome outcome, string steps, MigrationPhase end)
    {
        var saga = Saga.New(server.Workers);
        await saga.StartAndHoldAsync("Copy");
        await saga.Handle.TerminateAsync("by hand");
        await Assert.ThrowsAsync<WorkflowFailedException>(saga.ResultAsync);
        var before = saga.Script.Steps.Count();
        saga.Script.Begun = saga.Script.Begun with { IsResumed = true };
        saga.Script.Outcomes[false] = outcome;

        var status = await saga.RunAsync();

        Assert.Equal(steps, string.Join(", ", saga.Script.Steps.Skip(before)));
        Assert.Equal(end, status.Phase);
    }

    [Fact]
    public async Task Restart_OfAnApprovedMigration_DoesNotAskAgain()
    {
        var saga = Saga.New(server.Workers, needsApproval: true);
        saga.Script.Begun = saga.Script.Begun with { IsResumed = true };

        var status = await saga.RunAsync();

        Assert.Equal(MigrationPhase.RolledBack, status.Phase);
        Assert.Equal(["Begin", "Resolve", "Undo"], saga.Script.Steps);
    }

    [Fact]
    public async Task Restart_WhileItWaitedForApproval_AsksAgain()
    {
        var saga = Saga.New(server.Workers, needsApproval: true);
        await saga.StartAsync();
        await saga.Script.ReachedAsync("Note AwaitingApproval");
        await saga.Handle.TerminateAsync("by hand");

        await saga.StartAsync();
        await saga.ApproveWhenAskedAsync();

        Assert.Equal(MigrationPhase.Done, (await saga.ResultAsync()).Phase);
        Assert.Equal(2, saga.Script.Phases.Count(phase => phase is "AwaitingApproval"));
    }

    [Theory]
    [InlineData(MoveOutcome.Moved, "Begin, Resolve, Resolve undo, Open undo, CleanUp undo", MigrationPhase.RolledBack)]
    [InlineData(MoveOutcome.Voided, "Begin, Resolve, Resolve undo, Undo undo, CleanUp", MigrationPhase.Done)]
    public async Task Restart_LostWhileItReverted_ReadsTheOutcomeOfTheUndoToo(MoveOutcome undo, string steps, MigrationPhase end)
    {
        var saga = Saga.New(server.Workers);
        saga.Script.Begun = saga.Script.Begun with { IsResumed = true, IsReverting = true };
        saga.Script.Outcomes[false] = MoveOutcome.Moved;
        saga.Script.Outcomes[true] = undo;

        var status = await saga.RunAsync();

        Assert.Equal(steps, string.Join(", ", saga.Script.Steps));
        Assert.Equal((end, undo is MoveOutcome.Moved), (status.Phase, status.IsReverted));
    }

    [Fact]
    public async Task TemporalCancel_WhileBeginsAnswerIsLost_LearnsItAndGivesTheObjectBack()
    {
        var saga = Saga.New(server.Workers);
        saga.Script.Hold("Begin");
        saga.Script.Fail("Begin", new ApplicationFailureException("answer lost"));
        await saga.StartAsync();
        await saga.Script.ReachedAsync("Begin");
        await saga.Handle.CancelAsync();
        await saga.StatusAsync();
        saga.Script.Release("Begin");

        var status = await saga.ResultAsync();

        Assert.Equal(["Begin", "Begin", "Resolve", "Undo"], saga.Script.Steps);
        Assert.Equal(MigrationPhase.RolledBack, status.Phase);
    }
}
