using Idp.Core.Migrations;
using Idp.Workflows.Tests.Hosting;
using Temporalio.Exceptions;

namespace Idp.Workflows.Tests.Migrations;

public sealed class MigrationParkTests(DevelopmentServer server)
{
    [Theory]
    [InlineData("Prepare", MigrationPhase.Preparing)]
    [InlineData("Copy", MigrationPhase.Copying)]
    [InlineData("Switch", MigrationPhase.Switching)]
    public async Task Resume_WhileParked_TriesTheFailedStepAgain(string step, MigrationPhase failedIn)
    {
        var saga = await ParkedAsync(step);
        var parked = await saga.StatusAsync();
        var described = await saga.Handle.DescribeAsync();

        var answer = await saga.UpdateAsync("Resume");
        var status = await saga.ResultAsync();

        Assert.Equal((MigrationPhase.Parked, failedIn, "store unreachable"), (parked.Phase, parked.FailedIn, parked.LastError));
        Assert.NotNull(parked.ParkedUntil);
        Assert.NotNull(parked.Remedy);
        Assert.Equal("Parked", described.TypedSearchAttributes.Get(IdpSearchAttributes.Phase));
        Assert.Equal(failedIn, answer.Phase);
        Assert.Equal(4, saga.Script.Steps.Count(call => call == step));
        Assert.Equal(["Claim", "Claim"], saga.Script.Calls.Where(call => call is "Claim")); // Parked, it holds no slot.
        Assert.Equal((MigrationPhase.Done, null, null), (status.Phase, status.FailedIn, status.ParkedUntil));
        Assert.Equal("Done", (await saga.Handle.DescribeAsync()).TypedSearchAttributes.Get(IdpSearchAttributes.Phase));
    }

    [Fact]
    public async Task Resume_AndItFailsAgain_ParksAgain()
    {
        var saga = await ParkedAsync("Copy", failures: 6);

        await saga.UpdateAsync("Resume");
        await saga.Script.CalledAsync("Note Parked", 2);
        await saga.UpdateAsync("Cancel");

        Assert.Equal(MigrationPhase.RolledBack, (await saga.ResultAsync()).Phase);
        Assert.Equal(6, saga.Script.Steps.Count(call => call is "Copy"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Cancel_WhileParked_RollsBackWithoutQuarantine(bool byOperator)
    {
        var saga = await ParkedAsync("Copy");

        await (byOperator ? saga.UpdateAsync("Cancel") : saga.Handle.CancelAsync());
        var status = await saga.ResultAsync();

        Assert.Equal((MigrationPhase.RolledBack, "cancelled while parked: store unreachable"), (status.Phase, status.LastError));
        Assert.Equal(["Resolve", "Undo"], saga.Script.Steps.TakeLast(2));
        Assert.False(saga.Script.Quarantines);
    }

    [Fact]
    public async Task PauseAndRevert_WhileParked_AreRefusedWithWhatIsPossible()
    {
        var saga = await ParkedAsync("Copy");

        foreach (var update in new[] { "Pause", "Revert" })
        {
            var refusal = await Assert.ThrowsAsync<WorkflowUpdateFailedException>(() => saga.UpdateAsync(update));
            Assert.Contains("resume it, which tries again, or cancel it", refusal.GetBaseException().Message, StringComparison.Ordinal);
        }

        await saga.UpdateAsync("Cancel");
        await saga.ResultAsync();
    }

    [Fact]
    public async Task Deadline_WithoutADecision_FailsAndQuarantines()
    {
        var saga = Saga.New(server.Workers);
        saga.Script.Begun = saga.Script.Begun with { ParkTimeout = TimeSpan.FromMilliseconds(50) };
        saga.Script.Fail("Copy", Failures(3));

        var status = await saga.RunAsync();

        Assert.Equal((MigrationPhase.Failed, true), (status.Phase, saga.Script.Quarantines));
        Assert.StartsWith("store unreachable; parked, and nobody decided within", status.LastError, StringComparison.Ordinal);
    }

    private async Task<Saga> ParkedAsync(string step, int failures = 3)
    {
        var saga = Saga.New(server.Workers);
        saga.Script.Fail(step, Failures(failures));
        await saga.StartAsync();
        await saga.Script.ReachedAsync("Note Parked");
        return saga;
    }

    private static Exception[] Failures(int count) => [.. Enumerable.Repeat(new ApplicationFailureException("store unreachable"), count)];
}
