using Idp.Core.Migrations;
using Idp.Workflows.Tests.Hosting;
using Temporalio.Exceptions;

namespace Idp.Workflows.Tests.Batches;

public sealed class EvacuationWorkflowTests(DevelopmentServer server)
{
    [Fact]
    public async Task Run_TurnsUntilNothingIsLeft_StartsEachBatchOnce()
    {
        var evacuation = new Evacuation(server.Workers);
        var first = BatchSaga.New(server.Workers);
        var second = BatchSaga.New(server.Workers);
        var big = Saga.New(server.Workers);
        evacuation.Script.Turns.Enqueue(Evacuation.Turn(left: 300) with { Batches = [first.Request], Alone = [big.Request] });
        evacuation.Script.Turns.Enqueue(Evacuation.Turn(left: 200) with { Batches = [first.Request, second.Request] }); // The first has not begun yet.
        evacuation.Script.Turns.Enqueue(Evacuation.Turn(left: 0) with { IsDone = true });

        await evacuation.StartAsync();
        var status = await evacuation.ResultAsync();

        Assert.Equal("Open, Advance, Advance, Advance, End", string.Join(", ", evacuation.Script.Calls));
        Assert.Equal(("Done", 0L), (status.EndedAs, status.Counts!.Left));
        foreach (var saga in new[] { first, second })
        {
            Assert.Equal(MigrationPhase.Done, (await saga.ResultAsync()).Phase);
            Assert.Single(saga.Script.Calls, call => call == "Begin");
        }

        Assert.Equal(MigrationPhase.Done, (await big.ResultAsync()).Phase);
    }

    [Fact]
    public async Task Open_AnotherRuns_IsRefused()
    {
        var evacuation = new Evacuation(server.Workers);
        evacuation.Script.Refusal = "evacuation e-0 runs already";

        await evacuation.StartAsync();
        var status = await evacuation.ResultAsync();

        Assert.Equal(("Refused", "evacuation e-0 runs already"), (status.EndedAs, status.LastError));
        Assert.Equal(["Open"], evacuation.Script.Calls);
    }

    [Fact]
    public async Task Cancel_WhileBatchesCopy_StopsThemAndLiftsTheDrain()
    {
        var evacuation = new Evacuation(server.Workers);
        var batch = BatchSaga.New(server.Workers);
        batch.Script.Hold("Copy");
        batch.Script.Settled.Enqueue(new([], RolledBack: 3, Unsettled: 0));
        evacuation.Script.UnderWay.Add(batch.Request.Id);
        evacuation.Script.Turns.Enqueue(Evacuation.Turn(left: 3) with { Batches = [batch.Request] });
        await evacuation.StartAsync();
        await batch.Script.ReachedAsync("Copy");

        await evacuation.UpdateAsync("Cancel");
        var status = await evacuation.ResultAsync();

        Assert.Equal("Cancelled", status.EndedAs);
        Assert.Equal("End cancelled", evacuation.Script.Calls[^1]);
        Assert.Equal((MigrationPhase.RolledBack, "cancelled"), ((await batch.ResultAsync()).Phase, (await batch.ResultAsync()).LastError));
    }

    [Fact]
    public async Task Pause_CutsNothingMoreUntilResumed()
    {
        var evacuation = new Evacuation(server.Workers);
        evacuation.Script.Hold("Open");
        evacuation.Script.Turns.Enqueue(Evacuation.Turn(left: 0) with { IsDone = true });
        await evacuation.StartAsync();
        await evacuation.Script.ReachedAsync("Open");

        Assert.True((await evacuation.UpdateAsync("Pause")).IsPaused);
        await Assert.ThrowsAsync<WorkflowUpdateFailedException>(() => evacuation.UpdateAsync("Pause"));
        evacuation.Script.Release("Open");
        Assert.Equal(["Open"], evacuation.Script.Calls);
        await evacuation.UpdateAsync("Resume");
        await evacuation.ResultAsync();

        Assert.Equal(["Open", "Advance", "End"], evacuation.Script.Calls);
    }
}
