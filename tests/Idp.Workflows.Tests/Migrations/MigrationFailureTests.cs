using Idp.Core.Migrations;
using Idp.Core.Movement;
using Idp.Workflows.Contracts;
using Idp.Workflows.Tests.Hosting;
using Temporalio.Exceptions;

namespace Idp.Workflows.Tests.Migrations;

public sealed class MigrationFailureTests(DevelopmentServer server)
{
    private static readonly string[] StepsToTheCommit = ["Begin", "Prepare", "Start", "Copy", "Verify", "Switch"];

    [Theory]
    [InlineData("Prepare", 2)]
    [InlineData("Start", 3)]
    [InlineData("Copy", 4)]
    [InlineData("Verify", 5)]
    [InlineData("Switch", 6)]
    public async Task Step_FailsBeforeTheCommit_ResolvesThenUndoes(string step, int stepsTaken)
    {
        var saga = Saga.New(server.Workers);
        saga.Script.Refuse(step, $"{step} was refused", step is "Verify" ? Failures.Unequal : Failures.Refused);

        var status = await saga.RunAsync();

        Assert.Equal([.. StepsToTheCommit.Take(stepsTaken), "Resolve", "Undo"], saga.Script.Steps);
        Assert.Equal((MigrationPhase.Failed, $"{step} was refused"), (status.Phase, status.LastError));
        Assert.Equal(["RollingBack", "Failed"], saga.Script.Phases.TakeLast(2));
        Assert.Equal(step is "Verify", saga.Script.Quarantines); // What a rule refused says nothing about similar ones.
        Assert.NotNull(status.Remedy);
        Assert.Equal($"{step} was refused", saga.Script.LastNotedError);
        Assert.Null(status.WritePauseMs);
    }

    [Fact]
    public async Task Switch_AnswerIsLostButItCommitted_GoesForward()
    {
        var saga = Saga.New(server.Workers);
        saga.Script.Refuse("Switch", "connection reset");
        saga.Script.Outcomes[false] = MoveOutcome.Moved;

        var status = await saga.RunAsync();

        Assert.Equal([.. StepsToTheCommit, "Resolve", "Open", "Follow", "CleanUp"], saga.Script.Steps);
        Assert.Equal((MigrationPhase.Done, "connection reset"), (status.Phase, status.LastError));
    }

    [Fact]
    public async Task Switch_AnsweredButVoided_IsUndone()
    {
        var saga = Saga.New(server.Workers);
        saga.Script.Outcomes[false] = MoveOutcome.Voided;

        var status = await saga.RunAsync();

        Assert.Equal([.. StepsToTheCommit, "Resolve", "Undo"], saga.Script.Steps);
        Assert.Equal(MigrationPhase.RolledBack, status.Phase);
    }

    [Theory]
    [InlineData("Resolve", "Begin, Prepare, Start, Copy, Verify, Switch, Resolve")]
    [InlineData("Open", "Begin, Prepare, Start, Copy, Verify, Switch, Resolve, Open")]
    [InlineData("CleanUp", "Begin, Prepare, Start, Copy, Verify, Switch, Resolve, Open, Follow, CleanUp")]
    public async Task FinishStep_IsRefusedForGood_StopsThereForTheReconciler(string step, string steps)
    {
        var saga = Saga.New(server.Workers);
        saga.Script.Refuse(step, "the store disagrees");

        var failure = await Assert.ThrowsAsync<WorkflowFailedException>(saga.RunAsync);

        Assert.Equal("the store disagrees", failure.GetBaseException().Message);
        Assert.Equal(steps, string.Join(", ", saga.Script.Steps));
        Assert.DoesNotContain(saga.Script.Phases, phase => phase is "Done" or "RolledBack" or "Failed");
    }

    [Fact]
    public async Task Undo_IsRefusedForGood_StaysOpenInTheCatalog()
    {
        var saga = Saga.New(server.Workers);
        saga.Script.Refuse("Copy", "disk full");
        saga.Script.Refuse("Undo", "the store disagrees");

        await Assert.ThrowsAsync<WorkflowFailedException>(saga.RunAsync);

        Assert.Equal("RollingBack", saga.Script.Phases.Last());
    }
}
