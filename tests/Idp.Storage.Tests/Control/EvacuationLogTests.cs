using Idp.Core;
using Idp.Core.Migrations;
using Idp.Testing;
using Npgsql;

namespace Idp.Storage.Tests.Control;

public sealed class EvacuationLogTests(PostgresFixture postgres) : ControlTests(postgres)
{
    private const int MaxAttempts = 2;

    private static readonly EvacuationRequest Flood = new(EvacuationId.Parse("e-1"), Ireland, Target: null, Dataset: null, "ada", "a flood");

    private EvacuationLog Evacuations => new(Database);

    private BatchLog Batches => new(Database);

    [Fact]
    public async Task Begin_DrainsTheRegion_AndASecondOneIsTheFirst()
    {
        var first = await Evacuations.BeginAsync(Flood, Cancel);
        var again = await Evacuations.BeginAsync(Flood, Cancel);
        var rival = await Evacuations.BeginAsync(Flood with { Id = EvacuationId.Parse("e-2") }, Cancel);

        Assert.Equal(Flood, first.Request);
        Assert.Equal(first.StartedAt, again.StartedAt);
        Assert.Equal(Flood.Id, rival.Request.Id);
        var drain = Assert.Single(await Catalog.ListDrainsAsync(Cancel));
        Assert.Equal((Ireland, "ada", "evacuation e-1: a flood"), (drain.Region, drain.By, drain.Reason));
    }

    [Fact]
    public async Task End_Done_StaysDrained_AndCancelled_LiftsIt()
    {
        await Evacuations.BeginAsync(Flood, Cancel);
        await Evacuations.EndAsync(Flood.Id, isCancelled: false, Cancel);
        Assert.Single(await Catalog.ListDrainsAsync(Cancel));
        Assert.True(await Catalog.LiftDrainAsync(Ireland, Cancel));
        Assert.False(await Catalog.LiftDrainAsync(Ireland, Cancel));

        var second = Flood with { Id = EvacuationId.Parse("e-2") };
        await RegisterAsync(1);
        await Evacuations.BeginAsync(second, Cancel);
        await PlanAsync(second, "b-1", 0);
        await Evacuations.EndAsync(second.Id, isCancelled: true, Cancel);

        Assert.Empty(await Catalog.ListDrainsAsync(Cancel));
        Assert.Empty(await Batches.ListSilentAsync(TimeSpan.Zero, Cancel)); // Cut and never begun: it never will be.
        Assert.Equal("Cancelled", (await Evacuations.FindLastAsync(Ireland, Cancel))!.EndedAs);
    }

    [Fact]
    public async Task End_RepeatedAfterItsAnswerWasLost_LeavesTheNextEvacuationItsDrain()
    {
        await Evacuations.BeginAsync(Flood, Cancel);
        await Evacuations.EndAsync(Flood.Id, isCancelled: true, Cancel);
        await Evacuations.BeginAsync(Flood with { Id = EvacuationId.Parse("e-2"), Reason = "a second flood" }, Cancel);

        await Evacuations.EndAsync(Flood.Id, isCancelled: true, Cancel);

        Assert.Equal("evacuation e-2: a second flood", Assert.Single(await Catalog.ListDrainsAsync(Cancel)).Reason);
    }

    [Fact]
    public async Task Plan_WhileOrAfterItsEvacuationEnds_WritesNothing()
    {
        await RegisterAsync(2);
        await Evacuations.BeginAsync(Flood, Cancel);

        // A worker that was cut off from the engine goes on cutting.
        await using var connection = await Database.OpenConnectionAsync(Cancel);
        await using var end = await connection.BeginTransactionAsync(Cancel);
        await using var close = new NpgsqlCommand("UPDATE idp.evacuation SET finished_at = now(), ended_as = 'Cancelled'", connection);
        await close.ExecuteNonQueryAsync(Cancel);
        var planned = PlanAsync(Flood, "b-1", 0);
        await WaitsForLockAsync(planned);
        await end.CommitAsync(Cancel);

        Assert.False(await planned);
        Assert.False(await Evacuations.TryAloneAsync(Flood.Id, User(1), MigrationId.Parse("m-big"), Cancel));
        Assert.Empty(await Batches.ListSilentAsync(TimeSpan.Zero, Cancel)); // Else the search for lost sagas would start it.
    }

    [Fact]
    public async Task Counts_WhatIsOnItsWayIntoTheRegion_IsWaitedFor()
    {
        await Catalog.RegisterObjectsAsync(Users, [User(0).Key, User(1).Key], Tokyo, Cancel);
        var inbound = await BeginAsync("m-in", User(0), Ireland);
        await Evacuations.BeginAsync(Flood, Cancel);

        var before = await Evacuations.CountAsync(Flood.Id, MaxAttempts, Cancel);
        await Log.PublishMoveAsync(inbound.Id, undo: false, Cancel);
        await Log.SetPhaseAsync(inbound.Id, MigrationPhase.Grace, Cancel);
        var arrived = await Evacuations.CountAsync(Flood.Id, MaxAttempts, Cancel);
        await Log.SetPhaseAsync(inbound.Id, MigrationPhase.Done, Cancel);

        Assert.Equal((1, 1), (before.Left, before.Waiting));
        Assert.Equal((1, 1), (arrived.Left, arrived.Waiting));
        Assert.Equal([User(0)], await DueAsync());
    }

    [Fact]
    public async Task Due_LeavesOutWhatIsPlannedMovingDeniedOrTriedJustNow()
    {
        await RegisterAsync(6);
        await Evacuations.BeginAsync(Flood, Cancel);
        await PlanAsync(Flood, "b-planned", 0);
        await BeginAsync("m-other", User(1), Tokyo);
        await Evacuations.DenyAsync(Flood.Id, [(User(2), "nowhere to go")], Cancel);
        await Evacuations.TryAloneAsync(Flood.Id, User(3), MigrationId.Parse("m-big"), Cancel);

        Assert.Equal([User(4), User(5)], await DueAsync());

        await AgeAsync();
        Assert.Equal([User(3), User(4), User(5)], await DueAsync());
        await Evacuations.TryAloneAsync(Flood.Id, User(3), MigrationId.Parse("m-big-2"), Cancel);
        await AgeAsync();
        Assert.Equal([User(4), User(5)], await DueAsync()); // Tried as often as is allowed.
    }

    [Fact]
    public async Task Due_OnlyItsDatasetAndRegion()
    {
        var orders = DatasetId.Parse("orders");
        await Catalog.ApplyDatasetAsync(UsersDataset with { Name = orders }, Cancel);
        await RegisterAsync(1);
        await Catalog.RegisterObjectsAsync(orders, ["o-1"], Ireland, Cancel);
        await Catalog.RegisterObjectsAsync(orders, ["o-2"], Tokyo, Cancel);
        await Evacuations.BeginAsync(Flood with { Dataset = orders }, Cancel);

        Assert.Equal([new ObjectId(orders, "o-1")], await DueAsync());
        Assert.Equal(1, (await Evacuations.CountAsync(Flood.Id, MaxAttempts, Cancel)).Left);
    }

    [Fact]
    public async Task Counts_AndRemainders_SayWhatBecameOfEachObject()
    {
        await RegisterAsync(6);
        await Evacuations.BeginAsync(Flood, Cancel);
        await BeginAsync("m-other", User(4), Tokyo); // Not the evacuation's.
        await PlanAsync(Flood, "b-1", 0, 1, 4);
        await Batches.BeginAsync(BatchId.Parse("b-1"), needsApproval: false, Cancel);
        var members = await Batches.ListOpenMembersAsync(BatchId.Parse("b-1"), Cancel);
        Assert.Equal([User(0), User(1)], members.Select(member => member.Object));
        await Batches.PublishMovesAsync(BatchId.Parse("b-1"), [members[0].Id], undo: false, Cancel);
        await Batches.EnterAsync(BatchId.Parse("b-1"), [members[0].Id], MigrationPhase.Grace, Cancel);
        await Batches.NoteErrorsAsync(BatchId.Parse("b-1"), [(members[1].Id, "profile differs")], Cancel);
        await Batches.EnterAsync(BatchId.Parse("b-1"), [members[1].Id], MigrationPhase.RolledBack, Cancel);
        await Evacuations.DenyAsync(Flood.Id, [(User(2), "nowhere to go")], Cancel);

        Assert.Equal(new EvacuationCounts(Moved: 1, Denied: 1, Failed: 0, Left: 4, Waiting: 1, LeftBytes: 0), await Evacuations.CountAsync(Flood.Id, MaxAttempts, Cancel));
        await Evacuations.TryAloneAsync(Flood.Id, User(1), members[1].Id, Cancel);
        Assert.Equal(new EvacuationCounts(Moved: 1, Denied: 1, Failed: 1, Left: 3, Waiting: 1, LeftBytes: 0), await Evacuations.CountAsync(Flood.Id, MaxAttempts, Cancel));

        var left = await Evacuations.ListRemaindersAsync(Flood.Id, 100, Cancel);
        Assert.Equal(
            [(User(1), "profile differs", 2), (User(2), "nowhere to go", 0), (User(4), "it is already moving: migration m-other to ap-northeast-1 is Preparing", 1)],
            left.Select(remainder => (remainder.Object, remainder.Reason, remainder.Attempts)));
        Assert.Contains($"'idp migration status {members[1].Id}'", left[0].Remedy, StringComparison.Ordinal);
        Assert.StartsWith("change the policy", left[1].Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task InFlight_TellsPlannedFromBegun_AndForgetsTheSettled()
    {
        await RegisterAsync(2);
        await Evacuations.BeginAsync(Flood, Cancel);
        await PlanAsync(Flood, "b-1", 0);
        await PlanAsync(Flood, "b-2", 1);
        await Batches.BeginAsync(BatchId.Parse("b-1"), needsApproval: false, Cancel);

        var (batches, alone) = await Evacuations.ReadInFlightAsync(Flood.Id, Cancel);
        Assert.Equal([("b-1", false), ("b-2", true)], batches.Select(batch => (batch.Id.Value, batch.IsPlanned)));
        Assert.Empty(alone);

        await Batches.SettleAsync(BatchId.Parse("b-1"), Cancel);
        Assert.Equal("b-2", Assert.Single((await Evacuations.ReadInFlightAsync(Flood.Id, Cancel)).Batches).Id.Value);
    }

    private Task<bool> PlanAsync(EvacuationRequest evacuation, string batch, params int[] users) => Evacuations.PlanAsync(
        evacuation.Id,
        new BatchRequest(BatchId.Parse(batch), Users, Ireland, Tokyo, "ada", "a flood"),
        [.. users.Select(number => User(number).Key)],
        Cancel);

    private async Task<IEnumerable<ObjectId>> DueAsync() =>
        (await Evacuations.ListDueAsync(Flood.Id, MaxAttempts, 100, Cancel)).Select(record => record.Placement.Object);

    // As if the tries had been a minute ago.
    private async Task AgeAsync()
    {
        await using var command = Database.CreateCommand("UPDATE idp.evacuation_object SET tried_at = tried_at - interval '1 minute'");
        await command.ExecuteNonQueryAsync(Cancel);
    }
}
