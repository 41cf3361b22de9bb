using Idp.Core.Migrations;
using Idp.Workflows.Tests.Hosting;
using Temporalio.Exceptions;

namespace Idp.Workflows.Tests.Migrations;

public sealed class MigrationCancelTests(DevelopmentServer server)
{
    [Theory]
    [InlineData("Begin", "Begin, Resolve, Undo")]
    [InlineData("Prepare", "Begin, Prepare, Resolve, Undo")]
    [InlineData("Start", "Begin, Prepare, Start, Resolve, Undo")]
    [InlineData("Copy", "Begin, Prepare, Start, Copy, Resolve, Undo")]
    [InlineData("Verify", "Begin, Prepare, Start, Copy, Verify, Resolve, Undo")]
    public async Task Cancel_BeforeTheCommit_RollsBack(string during, string steps)
    {
        var saga = Saga.New(server.Workers);
        await saga.StartAndHoldAsync(during);

        await saga.UpdateAsync("Cancel");
        saga.ReleaseUnlessItHears(during);
        var status = await saga.ResultAsync();

        Assert.Equal(steps, string.Join(", ", saga.Script.Steps));
        Assert.Equal(MigrationPhase.RolledBack, status.Phase);
        Assert.Contains("cancel", status.LastError, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Cancel_WhileTheSwitchCommits_ComesTooLateAndGoesForward()
    {
        var saga = Saga.New(server.Workers);
        await saga.StartAndHoldAsync("Switch");

        await saga.UpdateAsync("Cancel");
        saga.Script.Release("Switch");
        var status = await saga.ResultAsync();

        Assert.Equal(MigrationPhase.Done, status.Phase);
        Assert.Contains("CleanUp", saga.Script.Steps);
    }

    [Fact]
    public async Task Cancel_Twice_IsRefused()
    {
        var saga = Saga.New(server.Workers);
        await saga.StartAndHoldAsync("Prepare");
        await saga.UpdateAsync("Cancel");

        var refusal = await Assert.ThrowsAsync<WorkflowUpdateFailedException>(() => saga.UpdateAsync("Cancel"));
        saga.Script.Release("Prepare");
        await saga.ResultAsync();

        Assert.Contains("is being cancelled already", refusal.GetBaseException().Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Follow", "revert it instead")]
    [InlineData("CleanUp", "cannot be cancelled in phase CleaningUp; the old copy is being deleted: pause it")]
    public async Task Cancel_AfterTheCommit_IsRefusedWithWhatIsPossible(string during, string reason)
    {
        var saga = Saga.New(server.Workers);
        await saga.StartAndHoldAsync(during);

        var cancel = await Assert.ThrowsAsync<WorkflowUpdateFailedException>(() => saga.UpdateAsync("Cancel"));
        saga.Script.Release(during);

        Assert.Equal(MigrationPhase.Done, (await saga.ResultAsync()).Phase);
        Assert.Contains(reason, cancel.GetBaseException().Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Begin", "Begin, Resolve, Undo")]
    [InlineData("Prepare", "Begin, Prepare, Resolve, Undo")]
    [InlineData("Start", "Begin, Prepare, Start, Resolve, Undo")]
    [InlineData("Copy", "Begin, Prepare, Start, Copy, Resolve, Undo")]
    [InlineData("Verify", "Begin, Prepare, Start, Copy, Verify, Resolve, Undo")]
    public async Task TemporalCancel_BeforeTheCommit_RollsBackAndEndsWithItsStatus(string during, string steps)
    {
        var saga = Saga.New(server.Workers);
        await saga.StartAndHoldAsync(during);

        await saga.Handle.CancelAsync();
        await saga.StatusAsync(); // Answered by a workflow that has seen the cancellation.
        saga.ReleaseUnlessItHears(during);
        var status = await saga.ResultAsync();

        Assert.Equal(steps, string.Join(", ", saga.Script.Steps));
        Assert.Equal(MigrationPhase.RolledBack, status.Phase);
        Assert.Equal(["RollingBack", "RolledBack"], saga.Script.Phases.TakeLast(2));
    }

    [Theory]
    [InlineData("Switch")]
    [InlineData("Resolve")]
    [InlineData("Open")]
    [InlineData("Follow")]
    [InlineData("CleanUp")]
    public async Task TemporalCancel_AfterTheCommit_GoesForwardAndEndsWithItsStatus(string during)
    {
        var saga = Saga.New(server.Workers);
        saga.Script.Begun = saga.Script.Begun with { Grace = TimeSpan.FromMilliseconds(100) };
        await saga.StartAndHoldAsync(during);

        await saga.Handle.CancelAsync();
        await saga.StatusAsync();
        saga.Script.Release(during);
        var status = await saga.ResultAsync();

        Assert.Equal(MigrationPhase.Done, status.Phase);
        Assert.Equal(["Switch", "Resolve", "Open", "CleanUp"], saga.Script.Steps.SkipWhile(step => step is not "Switch").Where(step => step is not "Follow"));
        Assert.DoesNotContain("Undo", saga.Script.Steps);
    }

    [Theory]
    [InlineData("Resolve")]
    [InlineData("Undo")]
    public async Task TemporalCancel_WhileItRollsBack_DoesNotStopTheUndo(string during)
    {
        var saga = Saga.New(server.Workers);
        saga.Script.Refuse("Copy", "disk full");
        await saga.StartAndHoldAsync(during);

        await saga.Handle.CancelAsync();
        await saga.StatusAsync();
        saga.Script.Release(during);
        var status = await saga.ResultAsync();

        Assert.Equal(["Begin", "Prepare", "Start", "Copy", "Resolve", "Undo"], saga.Script.Steps);
        Assert.Equal((MigrationPhase.Failed, "disk full"), (status.Phase, status.LastError));
    }
}
