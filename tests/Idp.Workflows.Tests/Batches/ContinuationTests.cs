using Idp.Core.Migrations;
using Idp.Workflows.Contracts;
using Idp.Workflows.Tests.Hosting;

namespace Idp.Workflows.Tests.Batches;

/// <summary>What operators asked for while a history was full goes on in the next run, or keeps it from beginning.</summary>
public sealed class ContinuationTests : IAsyncLifetime
{
    private readonly DevelopmentServer _server = new()
    {
        DynamicConfig = new Dictionary<string, string> { ["limit.historyCount.suggestContinueAsNew"] = "5" },
    };

    public ValueTask InitializeAsync() => _server.InitializeAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Evacuation_CancelledInItsLastTurn_EndsAsCancelled(bool isDone)
    {
        var evacuation = new Evacuation(_server.Workers);
        evacuation.Script.IsDeaf = true;
        evacuation.Script.Hold("Advance");
        evacuation.Script.Turns.Enqueue(Evacuation.Turn(left: 3) with { IsDone = isDone });
        await evacuation.StartAsync();
        await evacuation.Script.ReachedAsync("Advance");

        await evacuation.UpdateAsync("Cancel");
        evacuation.Script.Release("Advance");
        var status = await evacuation.ResultAsync();

        Assert.Equal("Cancelled", status.EndedAs);
        Assert.Equal("Open, Advance, End cancelled", string.Join(", ", evacuation.Script.Calls));
    }

    [Fact]
    public async Task Evacuation_CancelledWhileItEnds_IsTold()
    {
        var evacuation = new Evacuation(_server.Workers);
        evacuation.Script.Hold("End");
        evacuation.Script.Turns.Enqueue(Evacuation.Turn(left: 0) with { IsDone = true });
        await evacuation.StartAsync();
        await evacuation.Script.ReachedAsync("End");

        var refusal = await Assert.ThrowsAsync<Temporalio.Exceptions.WorkflowUpdateFailedException>(() => evacuation.UpdateAsync("Cancel"));
        evacuation.Script.Release("End");

        Assert.Contains("has ended; 'idp region open", refusal.GetBaseException().Message, StringComparison.Ordinal);
        Assert.Equal("Done", (await evacuation.ResultAsync()).EndedAs);
    }

    [Fact]
    public async Task Batch_PausedWhileItWaitsForAPlace_StaysPaused()
    {
        var saga = BatchSaga.New(_server.Workers);
        for (var tries = 0; tries < 3; tries++)
        {
            saga.Script.Slots.Enqueue(new BatchSlot("4 batches copy, limit 4", TimeSpan.FromMilliseconds(1)));
        }

        await saga.StartAndHoldAsync("TakeSlot");
        await saga.UpdateAsync("Pause");
        saga.Script.Release("TakeSlot");
        while ((await saga.StatusAsync()).WaitsFor is null)
        {
        }

        Assert.True((await saga.StatusAsync()).IsPaused);
        await saga.UpdateAsync("Resume");
        Assert.Equal(MigrationPhase.Done, (await saga.ResultAsync()).Phase);
        Assert.Single(saga.Script.Calls, call => call == "Begin");
    }
}
