using Idp.Core;
using Idp.Core.Migrations;
using Idp.Core.Movement;
using Idp.Storage;
using Idp.Storage.Regions;
using Idp.Testing.Planes;
using Idp.Workflows;
using Idp.Workflows.Contracts;
using Idp.Workflows.Migrations;
using Microsoft.Extensions.DependencyInjection;
using Temporalio.Api.Enums.V1;
using Temporalio.Client;
using Temporalio.Testing;

namespace Idp.Api.Tests;

/// <summary>A worker's own activities for batches and evacuations, called one by one on real stores.</summary>
public sealed class GroupActivityTests(DatabaseFixture postgres, TemporalFixture temporal) : IAsyncLifetime
{
    private static readonly BatchRequest Request = new(BatchId.Parse("b-1"), PlaneFixture.Users, PlaneFixture.East, PlaneFixture.West, "ada", "nearer");
    private static readonly BatchStep Step = new(Request.Id);
    private static readonly BatchStep Undo = new(Request.Id, IsUndo: true);

    private readonly PlaneFixture _plane = new(postgres, temporal);
    private LoopHost _host = null!;

    private BatchLog Batches => new(_plane.Control);

    private EvacuationLog Evacuations => new(_plane.Control);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _plane.InitializeAsync();
        await _plane.AdoptAsync("ada", "bob");
        _host = new LoopHost(_plane, TimeProvider.System);
        await Batches.PlanAsync(Request, ["ada", "bob"], Cancelled);
    }

    public async ValueTask DisposeAsync()
    {
        _host.Dispose();
        await _plane.DisposeAsync();
    }

    [Fact]
    public async Task End_OfASagaThatWasLostAndThenCancelled_PutsItsMembersBack()
    {
        await RunAsync(a => a.BeginBatchAsync(Request));
        await RunAsync(a => a.PrepareBatchAsync(Step));
        await RunAsync(a => a.StartBatchAsync(Step));

        // Started again, it is cancelled while it waits for a place: to itself it never began.
        await EndAsync("cancelled before it began");

        Assert.Equal(
            [MigrationPhase.RolledBack, MigrationPhase.RolledBack], (await Batches.ListMembersAsync(Request.Id, Cancelled)).Select(member => member.Phase!.Value));
        Assert.NotNull((await Batches.FindAsync(Request.Id, Cancelled))!.FinishedAt);
        Assert.Equal((OwnershipState.Owned, 0L), await StateAsync(PlaneFixture.East, "ada"));
    }

    [Fact]
    public async Task End_MembersWhoseStoreWasSilentWhenTheyWereTakenBack_AreSettledThen()
    {
        await MoveAsync();
        await RunAsync(async a =>
        {
            await a.ReserveBatchUndoAsync(new BatchUndo(Request.Id, [1, 2]));
            await a.StartBatchAsync(Undo);
            return true;
        });

        // As after a link that was down for all tries: no outcome could be read, and the grace went on without them.
        await RunAsync(a => a.CleanUpBatchAsync(Step));
        Assert.Equal([MigrationPhase.Capturing, MigrationPhase.Capturing], (await Batches.ListOpenMembersAsync(Request.Id, Cancelled)).Select(member => member.Phase));
        await EndAsync(null);

        Assert.Equal([MigrationPhase.Done, MigrationPhase.Done], (await Batches.ListMembersAsync(Request.Id, Cancelled)).Select(member => member.Phase!.Value));
        Assert.NotNull((await Batches.FindAsync(Request.Id, Cancelled))!.FinishedAt);
        Assert.Equal((OwnershipState.Owned, 0L), await StateAsync(PlaneFixture.West, "ada"));
        await using var rows = _plane.Region(PlaneFixture.West).CreateCommand("SELECT count(*) FROM profile");
        Assert.Equal(100L, await rows.ExecuteScalarAsync(Cancelled));
    }

    [Theory]
    [InlineData("us-east-1")]
    [InlineData("eu-west-1")]
    public async Task Prepare_APreparedTransaction_RefusesBatchAndSingleAlike(string region)
    {
        await _plane.RunAsync(RegionId.Parse(region), "CREATE TABLE other (id int); BEGIN; INSERT INTO other VALUES (1); PREPARE TRANSACTION 'forgotten'");
        try
        {
            await RunAsync(a => a.BeginBatchAsync(Request));
            var batch = await RunAsync(a => a.PrepareBatchAsync(Step));
            await _plane.Catalog.RegisterObjectsAsync(PlaneFixture.Users, ["eve"], PlaneFixture.East, Cancelled);
            var alone = new MigrationRequest(MigrationId.Parse("m-eve"), new ObjectId(PlaneFixture.Users, "eve"), PlaneFixture.West, "ada", "nearer");
            await new MigrationLog(_plane.Control).BeginAsync(alone, Cancelled);
            var single = await Assert.ThrowsAsync<Temporalio.Exceptions.ApplicationFailureException>(() => new ActivityEnvironment().RunAsync(
                () => _host.Services.GetRequiredService<IMigrationActivities>().PrepareAsync(new MoveStep(alone.Id))));

            Assert.Equal((0, 2), (batch.Going, batch.Failed));
            Assert.StartsWith($"{region} has the prepared transaction 'forgotten'", batch.LastError, StringComparison.Ordinal);
            Assert.Equal(single.Message, batch.LastError);
        }
        finally
        {
            await _plane.RunAsync(RegionId.Parse(region), "ROLLBACK PREPARED 'forgotten'");
        }
    }

    [Fact]
    public async Task EndOfAnEvacuation_Cancelled_StopsWhatTravelsAloneToo()
    {
        var client = await TemporalClient.ConnectAsync(new(temporal.Address));
        var flood = new EvacuationRequest(EvacuationId.Parse("e-1"), PlaneFixture.East, Target: null, Dataset: null, "ada", "a flood");
        var big = new MigrationRequest(MigrationId.Parse("m-big"), new ObjectId(PlaneFixture.Users, "ada"), PlaneFixture.West, "ada", "a flood");
        await Evacuations.BeginAsync(flood, Cancelled);
        await Evacuations.TryAloneAsync(flood.Id, big.Object, big.Id, Cancelled);
        await new MigrationLog(_plane.Control).BeginAsync(big, Cancelled);
        var saga = await client.StartWorkflowAsync(
            (MigrationWorkflow workflow) => workflow.RunAsync(big), new(MigrationRequest.WorkflowIdOf(big.Object), TaskQueues.Control));

        var ended = await new ActivityEnvironment { TemporalClient = client }.RunAsync(
            () => _host.Services.GetRequiredService<IEvacuationActivities>().EndEvacuationAsync(new EvacuationEnd(flood.Id, IsCancelled: true)));

        Assert.Empty(ended);
        var signal = Assert.Single((await saga.FetchHistoryAsync()).Events, happened => happened.EventType is EventType.WorkflowExecutionSignaled);
        Assert.Equal("Cancel", signal.WorkflowExecutionSignaledEventAttributes.SignalName);
        await saga.TerminateAsync();
    }

    private async Task MoveAsync()
    {
        await RunAsync(a => a.BeginBatchAsync(Request));
        await RunAsync(a => a.PrepareBatchAsync(Step));
        await RunAsync(a => a.StartBatchAsync(Step));
        await RunAsync(a => a.CopyBatchAsync(Step));
        await RunAsync(a => a.VerifyBatchAsync(Step));
        await RunAsync(a => a.SwitchBatchAsync(Step));
        Assert.Equal([1, 2], (await RunAsync(a => a.SettleBatchAsync(Step))).Moved);
    }

    private Task<bool> EndAsync(string? refusal) => RunAsync(async a =>
    {
        await a.EndBatchAsync(new BatchEnd(Request.Id, refusal));
        return true;
    });

    private Task<T> RunAsync<T>(Func<IBatchActivities, Task<T>> activity) =>
        new ActivityEnvironment().RunAsync(() => activity(_host.Services.GetRequiredService<IBatchActivities>()));

    private async Task<(OwnershipState State, long MoveEpoch)> StateAsync(RegionId region, string key)
    {
        var row = await new RegionStore(region, _plane.Region(region)).ReadAsync(new ObjectId(PlaneFixture.Users, key), Cancelled);
        return (row.State, row.MoveEpoch);
    }
}
