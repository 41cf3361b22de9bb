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
    public async Task Step_FailsFiveTimes_IsUndone(string step)
    {
        var saga = Saga.New(server.Workers);
        saga.Script.Fail(step, [.. Enumerable.Repeat(Failure, 5)]);

        var status = await saga.RunAsync();

        Assert.Equal([step, step, step, step, step, "Resolve", "Undo"], saga.Script.Steps.SkipWhile(s => s != step));
        Assert.Equal((MigrationPhase.RolledBack, "store unreachable"), (status.Phase, status.LastError));
    }

    [Theory]
    [InlineData("Resolve")]
    [InlineData("Undo")]
    [InlineData("Note RolledBack")]
    public async Task UndoStep_FailsForALongTime_IsTriedUntilItWorks(string step)
    {
        var saga = Saga.New(server.Workers);
        saga.Script.Refuse("Copy", "disk full");
        saga.Script.Fail(step, [.. Enumerable.Repeat(Failure, 25)]);

        var status = await saga.RunAsync();

        Assert.Equal(26, saga.Script.Calls.Count(call => call == step));
        Assert.Equal((MigrationPhase.RolledBack, "disk full"), (status.Phase, status.LastError));
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
