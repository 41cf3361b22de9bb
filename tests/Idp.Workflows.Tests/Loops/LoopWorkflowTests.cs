using Idp.Core.Migrations;
using Idp.Workflows.Contracts;
using Idp.Workflows.Loops;
using Idp.Workflows.Tests.Hosting;
using Temporalio.Api.Enums.V1;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace Idp.Workflows.Tests.Loops;

public sealed class LoopWorkflowTests(DevelopmentServer server)
{
    private const string Decide = "Collect, Comply 7, Propose 7, Arbitrate 7 8 9";

    [Theory]
    [InlineData(LoopKind.Urgent, Decide + ", SenseLoad")]
    [InlineData(LoopKind.Strategic, "FindOrphans, SweepStores, Foresee, " + Decide + ", Account 7, Advise 7")]
    [InlineData(LoopKind.Planning, "FindOrphans, KeepHouse, " + Decide)]
    public async Task Run_OfEachKind_CallsInOrder(LoopKind kind, string calls)
    {
        var tick = new Tick(server.Workers, kind);

        var report = await tick.RunAsync();

        // The controllers run side by side.
        Assert.Equal(calls, string.Join(", ", tick.Script.Calls).Replace("Propose 7, Comply 7", "Comply 7, Propose 7", StringComparison.Ordinal));
        Assert.Equal("2 Migrate, 98 Hold", report.Outcomes);
        Assert.Equal(new CollectResult(7, DateTimeOffset.UnixEpoch, 100), report.Collected);
        Assert.Empty(report.Started);
        Assert.Equal(0, report.AlreadyChanging);
    }

    [Fact]
    public async Task Run_TwoDecisions_StartsBothAndDoesNotWaitForThem()
    {
        var tick = new Tick(server.Workers);
        Saga[] sagas = [Saga.New(server.Workers), Saga.New(server.Workers)];
        Array.ForEach(sagas, saga => saga.Script.Hold("Copy"));
        tick.Script.Start = [.. sagas.Select(saga => saga.Request)];

        var report = await tick.RunAsync();

        Assert.Equal(sagas.Select(saga => saga.Request.Object), report.Started);
        foreach (var saga in sagas)
        {
            var child = await saga.Handle.DescribeAsync();
            Assert.Equal(WorkflowExecutionStatus.Running, child.Status);
            Assert.Equal(saga.Request.Object.ToString(), child.TypedSearchAttributes.Get(IdpSearchAttributes.Object));
            Assert.Equal("eu-west-1", child.TypedSearchAttributes.Get(IdpSearchAttributes.Region));
            Assert.Equal("migration", child.TypedSearchAttributes.Get(IdpSearchAttributes.Kind));
            Assert.Equal($"{saga.Request.Object} to eu-west-1", await child.GetStaticSummaryAsync());
            saga.Script.Release("Copy");
            Assert.Equal(MigrationPhase.Done, (await saga.ResultAsync()).Phase);
        }
    }

    [Fact]
    public async Task Run_ObjectIsChangingAlready_CountsIt()
    {
        var open = Saga.New(server.Workers);
        await open.StartAndHoldAsync("Copy");
        var other = Saga.New(server.Workers);
        var tick = new Tick(server.Workers);
        tick.Script.Start = [A.Request() with { Object = open.Request.Object }, other.Request, other.Request];
        other.Script.Hold("Copy");

        var report = await tick.RunAsync();
        open.Script.Release("Copy");
        other.Script.Release("Copy");

        Assert.Equal([other.Request.Object], report.Started);
        Assert.Equal(2, report.AlreadyChanging);
        await open.ResultAsync();
        await other.ResultAsync();
        Assert.Single(open.Script.Steps, "Begin");
        Assert.Single(other.Script.Steps, "Begin");
    }

    [Theory]
    [InlineData(LoopKind.Urgent, false)]
    [InlineData(LoopKind.Strategic, true)]
    [InlineData(LoopKind.Planning, true)]
    public async Task Run_MigrationLostItsSaga_IsRecoveredByTheSlowerLoops(LoopKind kind, bool isRecovered)
    {
        var orphan = Saga.New(server.Workers);
        orphan.Script.Begun = orphan.Script.Begun with { IsResumed = true };
        var tick = new Tick(server.Workers, kind);
        tick.Script.Orphans = [orphan.Request];

        var report = await tick.RunAsync();

        Assert.Equal(isRecovered ? [orphan.Request.Object] : [], report.Recovered);
        if (isRecovered)
        {
            Assert.Equal(MigrationPhase.RolledBack, (await orphan.ResultAsync()).Phase);
        }
        else
        {
            Assert.Empty(orphan.Script.Calls);
        }
    }

    [Fact]
    public async Task Run_ArbitrateIsRetried_StartsOnce()
    {
        var saga = Saga.New(server.Workers);
        var tick = new Tick(server.Workers);
        tick.Script.Start = [saga.Request];
        tick.Script.Fail("Arbitrate 7 8 9", new ApplicationFailureException("answer lost"));

        var report = await tick.RunAsync();
        await saga.ResultAsync();

        Assert.Equal(2, tick.Script.Calls.Count(call => call is "Arbitrate 7 8 9"));
        Assert.Equal([saga.Request.Object], report.Started);
        Assert.Equal(0, report.AlreadyChanging);
        Assert.Single(saga.Script.Steps, "Begin");
    }

    [Theory]
    [InlineData("Collect")]
    [InlineData("Propose 7")]
    [InlineData("Comply 7")]
    [InlineData("Arbitrate 7 8 9")]
    public async Task Run_AnActivityFailsForGood_StartsNothing(string step)
    {
        var tick = new Tick(server.Workers);
        tick.Script.Start = [A.Request()];
        tick.Script.Refuse(step, "no telemetry");

        await Assert.ThrowsAsync<WorkflowFailedException>(tick.RunAsync);

        Assert.Empty(server.Workers.Migrations.Script(tick.Script.Start[0].Id).Calls);
        Assert.Contains(step, tick.Script.Calls);
        Assert.Equal(step.StartsWith("Arbitrate", StringComparison.Ordinal), tick.Script.Calls.Contains("Arbitrate 7 8 9"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Run_TickIsCancelledOrTerminated_LeavesWhatItStartedAlone(bool isCancelled)
    {
        var orphan = Saga.New(server.Workers);
        orphan.Script.Hold("Copy");
        var tick = new Tick(server.Workers, LoopKind.Strategic);
        tick.Script.Orphans = [orphan.Request];
        tick.Script.Hold("Collect");
        await tick.StartAsync();
        await tick.Script.ReachedAsync("Collect");
        await orphan.Script.ReachedAsync("Copy");

        await (isCancelled ? tick.Handle.CancelAsync() : tick.Handle.TerminateAsync("by hand"));
        await Assert.ThrowsAsync<WorkflowFailedException>(tick.ResultAsync);
        tick.Script.Release("Collect");
        orphan.Script.Release("Copy");

        Assert.Equal(MigrationPhase.Done, (await orphan.ResultAsync()).Phase);
        Assert.DoesNotContain((await orphan.HistoryAsync()).Events, e => e.EventType is EventType.WorkflowExecutionCancelRequested);
    }
}
