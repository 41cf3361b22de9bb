using Idp.Core;
using Idp.Core.Migrations;
using Idp.Testing;
using Npgsql;

namespace Idp.Storage.Tests.Control;

public sealed class BatchLogTests(PostgresFixture postgres) : ControlTests(postgres)
{
    private static readonly BatchId First = BatchId.Parse("b-1");

    private BatchLog Batches => new(Database);

    [Fact]
    public async Task Begin_FreeMembers_AreClaimedWithEpochsOfTheirOwn()
    {
        await RegisterAsync(3);
        await PlanAsync(First, 0, 1, 2);

        Assert.Null(await Batches.BeginAsync(First, needsApproval: false, Cancel));

        var open = await Batches.ListOpenMembersAsync(First, Cancel);
        Assert.Equal(["m-1-001", "m-1-002", "m-1-003"], open.Select(member => member.Id.Value));
        Assert.All(open, member => Assert.Equal((First, Ireland, Tokyo, MigrationPhase.Preparing), (member.Batch, member.Source, member.Target, member.Phase)));
        Assert.Equal(open[0], await Log.FindOpenAsync(User(0), Cancel));
        Assert.Equal([MigrationPhase.Preparing], (await Log.ListPhasesAsync(open[1].Id, Cancel)).Select(entered => entered.Phase));
        var batch = await Batches.FindAsync(First, Cancel);
        Assert.Equal(new BatchCounts(3, 0, 3, 0, 0), batch!.Counts);
        Assert.NotNull(batch.BegunAt);
    }

    [Fact]
    public async Task List_BatchesAndMembersOfOneInstant_PagesLoseNone()
    {
        await RegisterAsync(6);
        var second = BatchId.Parse("b-2");
        await Batches.PlanAsync([(Request(First), [User(0).Key, User(1).Key, User(2).Key, User(3).Key, User(4).Key]), (Request(second), [User(5).Key])], Cancel);
        await Batches.BeginAsync(First, needsApproval: false, Cancel);

        var migrations = await Log.ListAsync(2, before: null, Cancel);
        for (var page = migrations; page.Length == 2; migrations = migrations.AddRange(page))
        {
            page = await Log.ListAsync(2, page[^1].StartedAt, page[^1].Id, Cancel);
        }

        var newest = await Batches.ListAsync(1, before: null, Cancel);
        var older = await Batches.ListAsync(1, newest[0].CreatedAt, newest[0].Id, Cancel);

        Assert.Equal(["m-1-001", "m-1-002", "m-1-003", "m-1-004", "m-1-005"], migrations.Select(migration => migration.Id.Value));
        Assert.Equal([First, second], newest.Concat(older).Select(batch => batch.Id));
        Assert.Empty(await Log.ListAsync(2, migrations[0].StartedAt, Cancel)); // Without a name, only those before.
    }

    [Fact]
    public async Task Begin_Repeated_ClaimsNothingTwiceEvenWhenPaused()
    {
        await RegisterAsync(2);
        await PlanAsync(First, 0, 1);
        await Batches.BeginAsync(First, needsApproval: false, Cancel);
        var before = await Batches.ListOpenMembersAsync(First, Cancel);
        await new ControlSettings(Database).PauseAsync("ada", "maintenance", Cancel);

        Assert.Null(await Batches.BeginAsync(First, needsApproval: false, Cancel));

        Assert.Equal(before, await Batches.ListOpenMembersAsync(First, Cancel));
        Assert.Equal(Request(First), Assert.Single(await Batches.ListSilentAsync(TimeSpan.Zero, Cancel)));
        Assert.Empty(await Log.ListSilentAsync(TimeSpan.Zero, Cancel)); // Members have no saga of their own.
    }

    [Fact]
    public async Task Begin_AutomationIsPaused_ClaimsNothing()
    {
        await RegisterAsync(1);
        await PlanAsync(First, 0);
        await new ControlSettings(Database).PauseAsync("ada", "maintenance", Cancel);

        Assert.Equal("automation was paused by ada: maintenance", await Batches.BeginAsync(First, needsApproval: false, Cancel));
        Assert.Empty(await Batches.ListOpenMembersAsync(First, Cancel));
    }

    [Fact]
    public async Task Begin_WhileItsEvacuationIsCancelled_ClaimsNothing()
    {
        await RegisterAsync(1);
        var evacuations = new EvacuationLog(Database);
        var flood = new EvacuationRequest(EvacuationId.Parse("e-1"), Ireland, Target: null, Dataset: null, "ada", "a flood");
        await evacuations.BeginAsync(flood, Cancel);
        await evacuations.PlanAsync(flood.Id, Request(First), [User(0).Key], Cancel);

        // The end holds the batch's row, and the saga's claim waits for it.
        await using var connection = await Database.OpenConnectionAsync(Cancel);
        await using var end = await connection.BeginTransactionAsync(Cancel);
        await using var drop = new NpgsqlCommand("UPDATE idp.batch SET settled_at = now(), finished_at = now()", connection);
        await drop.ExecuteNonQueryAsync(Cancel);
        var begin = Batches.BeginAsync(First, needsApproval: false, Cancel);
        await WaitsForLockAsync(begin);
        await end.CommitAsync(Cancel);

        Assert.Equal("batch 'b-1' has ended already", await begin);
        Assert.Null(await Log.FindOpenAsync(User(0), Cancel)); // Nobody would look for it: its batch is over.
    }

    [Fact]
    public async Task Finish_WhileMembersAreClaimed_WaitsForTheClaimAndLeavesTheBatchOpen()
    {
        await RegisterAsync(1);
        await PlanAsync(First, 0);

        await using var connection = await Database.OpenConnectionAsync(Cancel);
        await using var claim = await connection.BeginTransactionAsync(Cancel);
        await using var member = new NpgsqlCommand(
            """
            SELECT FROM idp.batch WHERE id = 'b-1' FOR UPDATE;
            INSERT INTO idp.migration (id, dataset, key, source, target, epoch, phase, requested_by, reason, batch)
            VALUES ('m-1-001', 'users', 'u-0000', 'eu-west-1', 'ap-northeast-1', 2, 'Preparing', 'ada', 'nearer', 'b-1');
            UPDATE idp.batch SET begun_at = now()
            """, connection);
        await member.ExecuteNonQueryAsync(Cancel);
        var finish = Batches.FinishAsync(First, "automation was paused", Cancel);
        await WaitsForLockAsync(finish);
        await claim.CommitAsync(Cancel);

        Assert.False(await finish);
        Assert.Null(Assert.Single(await Batches.ListMembersAsync(First, Cancel)).Refusal);
    }

    [Fact]
    public async Task Begin_MembersThatAreNotFree_AreRefusedAloneWithTheReason()
    {
        await RegisterAsync(4);
        await BeginAsync("m-other", User(1), Virginia);
        await MoveAsync("m-away", User(2), Virginia);
        await Batches.PlanAsync(Request(First), [User(0).Key, User(1).Key, User(2).Key, "stranger"], Cancel);

        await Batches.BeginAsync(First, needsApproval: false, Cancel);

        Assert.Equal(
            [null, "it is already moving: migration m-other to us-east-1 is Preparing", "it is in us-east-1, not in eu-west-1", "the object is unknown"],
            (await Batches.ListMembersAsync(First, Cancel)).Select(member => member.Refusal));
        Assert.Equal(User(0), Assert.Single(await Batches.ListOpenMembersAsync(First, Cancel)).Object);
    }

    [Fact]
    public async Task Begin_TwoBatchesWantTheSameObjects_EachObjectGoesToOne()
    {
        await RegisterAsync(40);
        var second = BatchId.Parse("b-2");
        await PlanAsync(First, [.. Enumerable.Range(0, 40)]);
        await PlanAsync(second, [.. Enumerable.Range(0, 40).Reverse()]);

        await Task.WhenAll(Batches.BeginAsync(First, needsApproval: false, Cancel), Batches.BeginAsync(second, needsApproval: false, Cancel));

        var claimed = (await Batches.ListOpenMembersAsync(First, Cancel)).Concat(await Batches.ListOpenMembersAsync(second, Cancel)).ToArray();
        Assert.Equal(40, claimed.Select(member => member.Object).Distinct().Count());
        Assert.Equal(40, claimed.Length);
        Assert.Equal(40, (await Batches.FindAsync(First, Cancel))!.Counts.Refused + (await Batches.FindAsync(second, Cancel))!.Counts.Refused);
    }

    [Fact]
    public async Task BeginOfASingleMigration_ObjectTravelsInABatch_IsRefusedByName()
    {
        await RegisterAsync(1);
        await PlanAsync(First, 0);
        await Batches.BeginAsync(First, needsApproval: false, Cancel);

        Assert.Equal(
            "users/u-0000 is already moving: migration m-1-001 to ap-northeast-1 is Preparing",
            (await Log.BeginAsync(Request("m-2", User(0), Virginia), Cancel)).Refusal);
    }

    [Fact]
    public async Task TakeSlot_LimitsInTotalAndPerRoute_AreKept()
    {
        await RegisterAsync(4);
        BatchId[] ids = [.. Enumerable.Range(1, 4).Select(number => BatchId.Parse($"b-{number}"))];
        await Batches.PlanAsync(Request(ids[0]), [User(0).Key], Cancel);
        await Batches.PlanAsync(Request(ids[1]), [User(1).Key], Cancel);
        await Batches.PlanAsync(Request(ids[2]) with { Target = Virginia }, [User(2).Key], Cancel);
        await Batches.PlanAsync(Request(ids[3]) with { Source = Tokyo, Target = Virginia }, [User(3).Key], Cancel);

        Assert.Null(await TakeAsync(ids[0]));
        Assert.Null(await TakeAsync(ids[0])); // Again: it has one.
        Assert.Equal(new BatchQueue("1 batches copy on this route, limit 1", 3), await TakeAsync(ids[1]));
        Assert.Null(await TakeAsync(ids[2]));
        Assert.Equal("2 batches copy, limit 2", (await TakeAsync(ids[3]))?.Reason);
        await Batches.SettleAsync(ids[0], Cancel);
        Assert.Null(await TakeAsync(ids[1]));
        Assert.Null(await TakeAsync(ids[0])); // Settled: it needs none.

        Task<BatchQueue?> TakeAsync(BatchId id) => Batches.TakeSlotAsync(id, 2, 1, Cancel);
    }

    [Fact]
    public async Task Enter_ThenClose_EachMemberHasItsOwnPhasesAndTheBatchEndsWithTheLast()
    {
        await RegisterAsync(2);
        await PlanAsync(First, 0, 1);
        await Batches.BeginAsync(First, needsApproval: false, Cancel);
        MigrationId[] ids = [.. (await Batches.ListOpenMembersAsync(First, Cancel)).Select(member => member.Id)];

        await Batches.EnterAsync(First, ids, MigrationPhase.Copying, Cancel);
        await Batches.EnterAsync(First, ids, MigrationPhase.Copying, Cancel);
        await Batches.NoteCopiesAsync(First, [(ids[0], 10, 1_000), (ids[1], 20, 2_000)], Cancel);
        await Batches.NoteVerifiedAsync(First, [ids[0]], Cancel);
        await Batches.NoteErrorsAsync(First, [(ids[1], "profile differs")], Cancel);
        await Batches.EnterAsync(First, [ids[1]], MigrationPhase.RolledBack, Cancel);
        await Batches.EnterAsync(First, ids, MigrationPhase.CleaningUp, Cancel); // The closed one stays.

        Assert.False(await Batches.FinishAsync(First, refusal: null, Cancel));
        await Batches.EnterAsync(First, [ids[0]], MigrationPhase.Done, Cancel);
        Assert.True(await Batches.FinishAsync(First, refusal: null, Cancel));

        var (done, back) = ((await Log.FindAsync(ids[0], Cancel))!, (await Log.FindAsync(ids[1], Cancel))!);
        Assert.Equal((MigrationPhase.Done, 10, 1_000, true, null), (done.Phase, done.RowCount, done.SizeBytes, done.IsVerified, done.LastError));
        Assert.Equal((MigrationPhase.RolledBack, 20, false, "profile differs"), (back.Phase, back.RowCount, back.IsVerified, back.LastError));
        Assert.Equal(
            [MigrationPhase.Preparing, MigrationPhase.Copying, MigrationPhase.CleaningUp, MigrationPhase.Done],
            (await Log.ListPhasesAsync(ids[0], Cancel)).Select(entered => entered.Phase));
        Assert.Equal(new BatchCounts(2, 0, 0, 1, 1), (await Batches.FindAsync(First, Cancel))!.Counts);
        Assert.Empty(await Batches.ListSilentAsync(TimeSpan.Zero, Cancel));
    }

    [Fact]
    public async Task PublishMoves_AllMembers_TakeOneRoutingVersionAndNeverGoBack()
    {
        await RegisterAsync(3);
        await PlanAsync(First, 0, 1, 2);
        await Batches.BeginAsync(First, needsApproval: false, Cancel);
        var members = await Batches.ListOpenMembersAsync(First, Cancel);
        MigrationId[] ids = [.. members.Select(member => member.Id)];
        var before = (await Catalog.ReadRoutesAsync(0, Cancel)).Version;

        Assert.Equal(2, await Batches.PublishMovesAsync(First, ids[..2], undo: false, Cancel));
        Assert.Equal(1, await Batches.PublishMovesAsync(First, ids, undo: false, Cancel)); // The first two are known.

        var routes = await Catalog.ReadRoutesAsync(before, Cancel);
        Assert.Equal(before + 2, routes.Version);
        Assert.Equal(members.Select(member => (member.Object, Tokyo, member.Epoch)), routes.Routes.Select(route => (route.Object, route.Region, route.OwnerEpoch)));

        await Batches.EnterAsync(First, ids, MigrationPhase.Grace, Cancel);
        await Batches.ReserveUndoAsync(First, [ids[1]], Cancel);
        await Batches.ReserveUndoAsync(First, [ids[1]], Cancel);
        Assert.Equal(1, await Batches.PublishMovesAsync(First, [ids[1]], undo: true, Cancel));
        var back = (await Catalog.FindObjectAsync(User(1), Cancel))!.Placement;
        var undoEpoch = (await Log.FindAsync(ids[1], Cancel))!.UndoEpoch;
        Assert.Equal((Ireland, undoEpoch), (back.Primary, back.OwnerEpoch));
        Assert.True(undoEpoch > members[1].Epoch);
    }

    private static BatchRequest Request(BatchId id) => new(id, Users, Ireland, Tokyo, "ada", "closer to their readers");

    private Task PlanAsync(BatchId id, params int[] users) => Batches.PlanAsync(Request(id), [.. users.Select(number => User(number).Key)], Cancel);

    private async Task MoveAsync(string id, ObjectId what, RegionId target)
    {
        var moved = await BeginAsync(id, what, target);
        await Log.PublishMoveAsync(moved.Id, undo: false, Cancel);
        await Log.SetPhaseAsync(moved.Id, MigrationPhase.Done, Cancel);
    }
}
