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

    [Theory]
    [InlineData("Copy")]
    [InlineData("Verify")]
    public async Task Pause_InTheMiddleOfBulkWork_StopsItAndResumeGoesOn(string during)
    {
        var saga = Saga.New(server.Workers);
        await saga.StartAndHoldAsync(during);

        await saga.UpdateAsync("Pause");
        await saga.Script.ReachedAsync("Hold"); // Though nobody has released the step: it heard of the pause.
        var paused = await saga.StatusAsync();
        saga.Script.Release(during);
        await saga.UpdateAsync("Resume");
        var status = await saga.ResultAsync();

        Assert.True(paused.IsPaused);
        Assert.Equal([during, during], saga.Script.Steps.Where(step => step == during));
        Assert.Equal(["Claim", "Hold", "LetGo", "Claim"], saga.Script.Calls.Where(call => call is "Claim" or "Hold" or "LetGo"));
        Assert.Equal(MigrationPhase.Done, status.Phase);
    }

    [Fact]
    public async Task Pause_WhileItWaitsForASlot_StopsWaitingAndKeepsItsPlaceByAge()
    {
        var saga = Saga.New(server.Workers);
        saga.Script.Fail("Claim", new ApplicationFailureException("waiting for a slot: 6 of 6", Contracts.Failures.WaitsForSlot));
        await saga.StartAndHoldAsync("Claim");

        await saga.UpdateAsync("Pause");
        await saga.Script.ReachedAsync("Hold");
        Assert.Equal(["Begin"], saga.Script.Steps);
        saga.Script.Release("Claim");
        await saga.UpdateAsync("Resume");

        Assert.Equal(MigrationPhase.Done, (await saga.ResultAsync()).Phase);
    }

    [Fact]
    public async Task Claim_NoSlotForAWhile_WaitsWithoutATraceInTheHistory()
    {
        var saga = Saga.New(server.Workers);
        saga.Script.Fail("Claim", [.. Enumerable.Repeat(new ApplicationFailureException("waiting for a slot: 6 of 6", Contracts.Failures.WaitsForSlot), 4)]);

        var status = await saga.RunAsync();

        Assert.Equal(5, saga.Script.Calls.Count(call => call is "Claim"));
        Assert.Equal((MigrationPhase.Done, null), (status.Phase, status.LastError));
        Assert.Single((await saga.HistoryAsync()).Events, e => e.ActivityTaskScheduledEventAttributes?.ActivityType.Name is "ClaimSlot");
    }

    [Fact]
    public async Task Cancel_WhileItWaitsForASlot_TouchesNothing()
    {
        var saga = Saga.New(server.Workers);
        saga.Script.Fail("Claim", [.. Enumerable.Repeat(new ApplicationFailureException("waiting for a slot: 6 of 6", Contracts.Failures.WaitsForSlot), 100)]);
        await saga.StartAsync();
        await saga.Script.CalledAsync("Claim", 2);

        await saga.UpdateAsync("Cancel");

        Assert.Equal(MigrationPhase.RolledBack, (await saga.ResultAsync()).Phase);
        Assert.Equal(["Begin", "Resolve", "Undo"], saga.Script.Steps);
    }

    [Fact]
    public async Task Pause_WhileItSwitches_KeepsTheOldCopyUntilResume()
    {
        var saga = Saga.New(server.Workers);
        await saga.StartAndHoldAsync("Switch");
        await saga.UpdateAsync("Pause");
        saga.Script.Release("Switch");
        await saga.Script.ReachedAsync("Hold");

        var inGrace = await saga.StatusAsync();
        var steps = saga.Script.Steps.ToList();
        await saga.UpdateAsync("Resume");
        var status = await saga.ResultAsync();

        Assert.Equal((MigrationPhase.Grace, true), (inGrace.Phase, inGrace.IsPaused));
        Assert.DoesNotContain("CleanUp", steps);
        Assert.Equal((MigrationPhase.Done, false), (status.Phase, status.IsPaused));
    }

    [Fact]
    public async Task Pause_WhileItCleansUp_StopsTheDeletionUntilResume()
    {
        var saga = Saga.New(server.Workers);
        await saga.StartAndHoldAsync("CleanUp");

        await saga.UpdateAsync("Pause");
        await saga.Script.ReachedAsync("Hold");
        saga.Script.Release("CleanUp");
        await saga.UpdateAsync("Resume");

        Assert.Equal(MigrationPhase.Done, (await saga.ResultAsync()).Phase);
        Assert.Equal(["CleanUp", "CleanUp"], saga.Script.Steps.Where(step => step is "CleanUp"));
    }

    [Fact]
    public async Task Revert_WhilePausedInGrace_GoesAtOnce()
    {
        var saga = Saga.New(server.Workers);
        await saga.StartAndHoldAsync("Follow");
        await saga.UpdateAsync("Pause");

        await saga.UpdateAsync("Revert");
        var status = await saga.ResultAsync();

        Assert.Equal((MigrationPhase.RolledBack, true, false), (status.Phase, status.IsReverted, status.IsPaused));
    }

    [Fact]
    public async Task Pause_WhileItRollsBack_IsRefusedWithTheReason()
    {
        var saga = Saga.New(server.Workers);
        saga.Script.Refuse("Copy", "disk full");
        await saga.StartAndHoldAsync("Undo");

        var refusal = await Assert.ThrowsAsync<WorkflowUpdateFailedException>(() => saga.UpdateAsync("Pause"));
        saga.Script.Release("Undo");
        await saga.ResultAsync();

        Assert.Contains("cannot be paused in phase RollingBack; it is being rolled back", refusal.GetBaseException().Message, StringComparison.Ordinal);
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
