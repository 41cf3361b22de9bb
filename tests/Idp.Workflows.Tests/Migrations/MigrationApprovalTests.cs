using Idp.Core.Migrations;
using Idp.Workflows.Contracts;
using Idp.Workflows.Tests.Hosting;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace Idp.Workflows.Tests.Migrations;

public sealed class MigrationApprovalTests(DevelopmentServer server)
{
    private const string Waiting = "Note AwaitingApproval";

    [Fact]
    public async Task Approve_ByUpdate_AnswersAtOnceAndRuns()
    {
        var saga = await WaitingAsync();
        Assert.Equal(MigrationPhase.AwaitingApproval, (await saga.StatusAsync()).Phase);
        Assert.Equal(["Begin"], saga.Script.Steps);

        var answer = await saga.UpdateAsync("Approve");
        var status = await saga.ResultAsync();

        Assert.Equal(A.Note(), answer.Approval);
        Assert.Equal((MigrationPhase.Done, A.Note(), A.Note()), (status.Phase, status.Approval, status.LastNote));
    }

    [Fact]
    public async Task Approve_BySignal_Runs()
    {
        var saga = await WaitingAsync();

        await saga.SignalAsync("Approve");

        Assert.Equal(MigrationPhase.Done, (await saga.ResultAsync()).Phase);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Reject_WhileWaiting_TouchesNothing(bool byUpdate)
    {
        var saga = await WaitingAsync();

        await (byUpdate ? saga.UpdateAsync("Reject", A.Note("too busy")) : saga.SignalAsync("Reject", A.Note("too busy")));
        var status = await saga.ResultAsync();

        Assert.Equal((MigrationPhase.RolledBack, "rejected by ada: too busy"), (status.Phase, status.LastError));
        Assert.Equal(["Begin"], saga.Script.Steps);
    }

    [Fact]
    public async Task Cancel_WhileWaiting_TouchesNothing()
    {
        var saga = await WaitingAsync();

        await saga.UpdateAsync("Cancel");
        var status = await saga.ResultAsync();

        Assert.Equal((MigrationPhase.RolledBack, "cancelled before approval"), (status.Phase, status.LastError));
        Assert.Equal(["Begin"], saga.Script.Steps);
    }

    [Fact]
    public async Task TemporalCancel_WhileWaiting_EndsWithItsStatus()
    {
        var saga = await WaitingAsync();

        await saga.Handle.CancelAsync();
        var status = await saga.ResultAsync();

        Assert.Equal((MigrationPhase.RolledBack, "cancelled before approval"), (status.Phase, status.LastError));
        Assert.Equal(["Begin"], saga.Script.Steps);
        Assert.Equal(["AwaitingApproval", "RolledBack"], saga.Script.Phases);
    }

    [Fact]
    public async Task Approve_WhilePaused_WaitsForResume()
    {
        var saga = await WaitingAsync();
        await saga.UpdateAsync("Pause");

        var approved = await saga.UpdateAsync("Approve");
        Assert.True(approved.IsPaused);
        Assert.Equal(["Begin"], saga.Script.Steps);
        await saga.UpdateAsync("Resume");

        Assert.Equal(MigrationPhase.Done, (await saga.ResultAsync()).Phase);
    }

    [Theory]
    [InlineData("", "ok", "name of 1 to 200 characters")]
    [InlineData("200+1", "ok", "name of 1 to 200 characters")]
    [InlineData("ada", "500+1", "at most 500 characters")]
    public async Task Update_NoteBreaksALimit_IsRefused(string by, string note, string reason)
    {
        var saga = await WaitingAsync();
        var broken = new OperatorNote(by is "200+1" ? new string('a', 201) : by, note is "500+1" ? new string('n', 501) : note);

        foreach (var update in new[] { "Approve", "Reject", "Pause", "Cancel" })
        {
            Assert.Contains(reason, await RefusalAsync(() => saga.UpdateAsync(update, broken)), StringComparison.Ordinal);
        }

        await saga.UpdateAsync("Approve", new OperatorNote(new string('a', 200), new string('n', 500)));
        Assert.Equal(MigrationPhase.Done, (await saga.ResultAsync()).Phase);
    }

    [Fact]
    public async Task Update_BlankName_IsRefused()
    {
        var saga = await WaitingAsync();

        Assert.Contains("name of 1 to 200", await RefusalAsync(() => saga.UpdateAsync("Approve", A.Note(by: "  "))), StringComparison.Ordinal);
        await saga.UpdateAsync("Cancel");
        await saga.ResultAsync();
    }

    [Fact]
    public async Task Update_NotTheTimeForIt_IsRefusedAndLeavesNoEvent()
    {
        var saga = Saga.New(server.Workers, needsApproval: true);
        await saga.StartAndHoldAsync("Begin");
        Assert.Contains("in phase Preparing", await RefusalAsync(() => saga.UpdateAsync("Approve")), StringComparison.Ordinal);
        Assert.Contains("is not paused", await RefusalAsync(() => saga.UpdateAsync("Resume")), StringComparison.Ordinal);
        Assert.Contains("only during its grace period", await RefusalAsync(() => saga.UpdateAsync("Revert")), StringComparison.Ordinal);
        saga.Script.Hold("Prepare");
        saga.Script.Release("Begin");
        await saga.Script.ReachedAsync(Waiting);
        await saga.SignalAsync("Approve");
        await saga.Script.ReachedAsync("Prepare");

        Assert.Contains("approved by ada", await RefusalAsync(() => saga.UpdateAsync("Approve")), StringComparison.Ordinal);
        Assert.Contains("approved by ada", await RefusalAsync(() => saga.UpdateAsync("Reject")), StringComparison.Ordinal);
        saga.Script.Release("Prepare");
        await saga.ResultAsync();

        Assert.DoesNotContain((await saga.HistoryAsync()).Events, e => e.EventType.ToString().Contains("Update", StringComparison.Ordinal)
            && e.EventType is not Temporalio.Api.Enums.V1.EventType.UpsertWorkflowSearchAttributes);
    }

    [Fact]
    public async Task Signal_NotTheTimeForIt_IsIgnoredAndNoted()
    {
        var saga = await WaitingAsync();

        await saga.SignalAsync("Revert");
        var status = await saga.StatusAsync();
        await saga.UpdateAsync("Approve");
        await saga.ResultAsync();

        Assert.Equal("ada", status.LastNote?.Operator);
        Assert.StartsWith("ignored: ", status.LastNote?.Note, StringComparison.Ordinal);
        Assert.Equal(MigrationPhase.AwaitingApproval, status.Phase);
    }

    [Theory]
    [InlineData("Approve")]
    [InlineData("Reject")]
    [InlineData("Pause")]
    [InlineData("Resume")]
    [InlineData("Cancel")]
    [InlineData("Revert")]
    public async Task Signal_WithoutANote_IsIgnoredAndStallsNothing(string signal)
    {
        var saga = await WaitingAsync();

        await saga.Handle.SignalAsync(signal, [null]);
        await saga.Handle.SignalAsync(signal, []);
        var status = await saga.StatusAsync();
        await saga.UpdateAsync("Approve");

        Assert.Equal((MigrationPhase.AwaitingApproval, false), (status.Phase, status.IsPaused));
        Assert.Equal(MigrationPhase.Done, (await saga.ResultAsync()).Phase);
    }

    [Fact]
    public async Task Update_WithoutANote_IsRefused()
    {
        var saga = await WaitingAsync();

        var refusal = await RefusalAsync(() => saga.Handle.ExecuteUpdateAsync("Approve", [null]));
        await saga.UpdateAsync("Cancel");
        await saga.ResultAsync();

        Assert.Contains("name of 1 to 200 characters", refusal, StringComparison.Ordinal);
    }

    private async Task<Saga> WaitingAsync()
    {
        var saga = Saga.New(server.Workers, needsApproval: true);
        await saga.StartAsync();
        await saga.Script.ReachedAsync(Waiting);
        return saga;
    }

    private static async Task<string> RefusalAsync(Func<Task> update) =>
        (await Assert.ThrowsAsync<WorkflowUpdateFailedException>(update)).GetBaseException().Message;
}
