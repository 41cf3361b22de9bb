using Idp.Core.Migrations;
using Idp.Workflows.Tests.Hosting;
using Temporalio.Exceptions;

namespace Idp.Workflows.Tests.Migrations;

public sealed class MigrationTimeTests(TimeSkippingServer server) : IClassFixture<TimeSkippingServer>
{
    [Fact]
    public async Task Approval_NobodyAnswersFor24Hours_TouchesNothing()
    {
        var saga = Saga.New(server.Workers, needsApproval: true);

        var status = await saga.RunAsync();

        Assert.Equal((MigrationPhase.RolledBack, "not approved within 1.00:00:00"), (status.Phase, status.LastError));
        Assert.Equal(["Begin"], saga.Script.Steps);
        Assert.InRange(await saga.DurationAsync(), TimeSpan.FromHours(24), TimeSpan.FromHours(24.5));
    }

    [Fact]
    public async Task Copy_FailsTwice_IsTriedAgainAndWorks()
    {
        var saga = Saga.New(server.Workers);
        saga.Script.Fail("Copy", Failure, Failure);

        var status = await saga.RunAsync();

        Assert.Equal(3, saga.Script.Steps.Count(step => step is "Copy"));
        Assert.Equal((MigrationPhase.Done, null), (status.Phase, status.LastError));
    }

    [Theory]
    [InlineData("Prepare")]
    [InlineData("Start")]
    [InlineData("Copy")]
    [InlineData("Verify")]
    [InlineData("Switch")]
    public async Task Step_FailsThreeTimes_ParksUntilTheDeadlineAndIsUndoneAndFailed(string step)
    {
        var saga = Saga.New(server.Workers);
        saga.Script.Fail(step, [.. Enumerable.Repeat(Failure, 3)]);

        var status = await saga.RunAsync();

        Assert.Equal([step, step, step, "Resolve", "Undo"], saga.Script.Steps.SkipWhile(s => s != step));
        Assert.Equal((MigrationPhase.Failed, "store unreachable; parked, and nobody decided within 04:00:00"), (status.Phase, status.LastError));
        Assert.Equal(["Parked", "RollingBack", "Failed"], saga.Script.Phases.TakeLast(3));
        Assert.Equal("store unreachable", saga.Script.Parked?.Error);
        Assert.True(saga.Script.Quarantines);
        Assert.InRange(await saga.DurationAsync(), TimeSpan.FromHours(4), TimeSpan.FromHours(4.5));
    }

    [Fact]
    public async Task Undo_FailsThreeTimes_ParksAndThenLeavesTheObjectWhereItIs()
    {
        var saga = Saga.New(server.Workers);
        saga.Script.Hold("Follow");
        saga.Script.Fail("Copy undo", [.. Enumerable.Repeat(Failure, 3)]);
        await saga.StartAsync();
        await saga.Script.ReachedAsync("Follow");

        await saga.UpdateAsync("Revert");
        var status = await saga.ResultAsync();

        Assert.Contains("Parked", saga.Script.Phases);
        Assert.Equal(["Resolve undo", "Undo undo", "CleanUp"], saga.Script.Steps.TakeLast(3));
        Assert.Equal((MigrationPhase.Done, false, false), (status.Phase, status.IsReverted, saga.Script.Quarantines));
    }

    [Fact]
    public async Task Pause_ForAWeekInGrace_KeepsTheOldCopyAndASmallHistory()
    {
        var saga = Saga.New(server.Workers);
        saga.Script.Begun = saga.Script.Begun with { IsPaused = true };
        saga.Script.Outcomes[false] = Core.Movement.MoveOutcome.Moved;
        saga.Script.Begun = saga.Script.Begun with { IsResumed = true, Grace = TimeSpan.FromHours(1) };
        await saga.StartAsync();
        var result = saga.ResultAsync(); // Time skips only while somebody waits for it.
        await saga.Script.CalledAsync("Follow", 80); // By now days have passed; grace alone has 60.

        Assert.DoesNotContain("CleanUp", saga.Script.Steps);
        await saga.UpdateAsync("Resume");
        var status = await result;

        Assert.Equal((MigrationPhase.Done, false), (status.Phase, status.IsPaused));
        Assert.Contains("Hold", saga.Script.Calls);
        Assert.Equal("CleanUp", saga.Script.Steps.Last());
    }

    [Theory]
    [InlineData("Resolve")]
    [InlineData("Undo")]
    [InlineData("Note Failed")]
    public async Task UndoStep_FailsForALongTime_IsTriedUntilItWorks(string step)
    {
        var saga = Saga.New(server.Workers);
        saga.Script.Refuse("Copy", "disk full");
        saga.Script.Fail(step, [.. Enumerable.Repeat(Failure, 25)]);

        var status = await saga.RunAsync();

        Assert.Equal(26, saga.Script.Calls.Count(call => call == step));
        Assert.Equal((MigrationPhase.Failed, "disk full"), (status.Phase, status.LastError));
    }

    [Theory]
    [InlineData("Open")]
    [InlineData("CleanUp")]
    [InlineData("Note Done")]
    public async Task FinishStep_FailsForALongTime_IsTriedUntilItWorks(string step)
    {
        var saga = Saga.New(server.Workers);
        saga.Script.Fail(step, [.. Enumerable.Repeat(Failure, 25)]);

        var status = await saga.RunAsync();

        Assert.Equal(26, saga.Script.Calls.Count(call => call == step));
        Assert.Equal(MigrationPhase.Done, status.Phase);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Grace_FollowFailsOrIsCancelled_StillLastsUntilItsEnd(bool isCancelled)
    {
        var saga = Saga.New(server.Workers);
        saga.Script.Begun = saga.Script.Begun with { Grace = TimeSpan.FromHours(24) };
        if (isCancelled)
        {
            await saga.StartAndHoldAsync("Follow");
            await saga.Handle.CancelAsync();
            saga.Script.Release("Follow");
        }
        else
        {
            saga.Script.Refuse("Follow", "reverse stream was dropped");
            await saga.StartAsync();
        }

        var status = await saga.ResultAsync();

        Assert.InRange(await saga.DurationAsync(), TimeSpan.FromHours(23.9), TimeSpan.FromHours(24.5));
        Assert.Equal((MigrationPhase.Done, false), (status.Phase, status.IsReverted));
        Assert.InRange(saga.Script.Steps.Count(step => step is "Follow"), 59, 61);
    }

    private static ApplicationFailureException Failure => new("store unreachable");
}
