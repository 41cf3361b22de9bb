using Idp.Core.Migrations;
using Idp.Workflows.Tests.Hosting;
using Temporalio.Exceptions;

namespace Idp.Workflows.Tests.Migrations;

public sealed class MigrationPauseTests(DevelopmentServer server)
{
    [Theory]
    [InlineData("Begin", "Prepare")]
    [InlineData("Prepare", "Start")]
    [InlineData("Start", "Copy")]
    [InlineData("Copy", "Verify")]
    [InlineData("Verify", "Switch")]
    public async Task Pause_WhileAStepRuns_StopsBeforeTheNextUntilResume(string during, string next)
    {
        var saga = Saga.New(server.Workers);
        await saga.StartAndHoldAsync(during);
        Assert.True((await saga.UpdateAsync("Pause")).IsPaused);
        saga.Script.Release(during);

        // A query after the step's completion is answered by a workflow that has seen it.
        await saga.CompletedAsync(during);
        var paused = await saga.StatusAsync();
        var stepsWhilePaused = saga.Script.Steps.ToList();
        await saga.UpdateAsync("Resume");
        var status = await saga.ResultAsync();

        Assert.True(paused.IsPaused);
        Assert.DoesNotContain(next, stepsWhilePaused);
        Assert.Contains(next, saga.Script.Steps);
        Assert.Equal((MigrationPhase.Done, false), (status.Phase, status.IsPaused));
    }

    [Fact]
    public async Task Pause_Twice_IsRefused()
    {
        var saga = Saga.New(server.Workers);
        await saga.StartAndHoldAsync("Copy");
        await saga.UpdateAsync("Pause");

        var refusal = await Assert.ThrowsAsync<WorkflowUpdateFailedException>(() => saga.UpdateAsync("Pause"));
        await saga.UpdateAsync("Resume");
        saga.Script.Release("Copy");
        await saga.ResultAsync();

        Assert.Contains("is paused already", refusal.GetBaseException().Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pause_BySignalTwice_NotesTheSecond()
    {
        var saga = Saga.New(server.Workers);
        await saga.StartAndHoldAsync("Copy");
        await saga.SignalAsync("Pause", A.Note("first"));
        await saga.SignalAsync("Pause", A.Note("second"));
        var status = await saga.StatusAsync();
        await saga.SignalAsync("Resume");
        saga.Script.Release("Copy");

        Assert.Equal(MigrationPhase.Done, (await saga.ResultAsync()).Phase);
        Assert.Contains("ignored: ", status.LastNote?.Note, StringComparison.Ordinal);
        Assert.True(status.IsPaused);
    }

    [Fact]
    public async Task Pause_WhileItSwitches_IsOverWhenTheMigrationHasMoved()
    {
        var saga = Saga.New(server.Workers);
        saga.Script.Hold("Follow");
        await saga.StartAndHoldAsync("Switch");
        await saga.UpdateAsync("Pause");
        saga.Script.Release("Switch");
        await saga.Script.ReachedAsync("Follow");

        var inGrace = await saga.StatusAsync();
        saga.Script.Release("Follow");
        await saga.ResultAsync();

        Assert.Equal((MigrationPhase.Grace, false), (inGrace.Phase, inGrace.IsPaused));
    }

    [Fact]
    public async Task Cancel_WhilePaused_RollsBackAtOnce()
    {
        var saga = Saga.New(server.Workers);
        await saga.StartAndHoldAsync("Start");
        await saga.UpdateAsync("Pause");
        saga.Script.Release("Start");
        await saga.CompletedAsync("Start");
        await saga.UpdateAsync("Cancel");

        var status = await saga.ResultAsync();

        Assert.Equal(["Begin", "Prepare", "Start", "Resolve", "Undo"], saga.Script.Steps);
        Assert.Equal((MigrationPhase.RolledBack, false), (status.Phase, status.IsPaused));
    }
}
