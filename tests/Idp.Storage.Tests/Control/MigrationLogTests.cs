using Idp.Core;
using Idp.Core.Migrations;
using Idp.Testing;

namespace Idp.Storage.Tests.Control;

public sealed class MigrationLogTests(PostgresFixture postgres) : ControlTests(postgres)
{
    private static readonly MigrationId First = MigrationId.Parse("m-1");

    [Fact]
    public async Task Begin_FreeObject_StartsWithTheNextEpochFromItsPrimary()
    {
        await RegisterAsync(1);

        var started = await BeginAsync("m-1", User(0), Tokyo);

        Assert.Equal((Ireland, Tokyo, 0, MigrationPhase.Preparing), (started.Source, started.Target, started.UndoEpoch, started.Phase));
        Assert.Equal(("ada", "closer to its readers", null, null), (started.RequestedBy, started.Reason, started.DecisionId, started.FinishedAt));
        Assert.Equal(started, await Log.FindAsync(First, Cancel));
        Assert.Equal(started, await Log.FindOpenAsync(User(0), Cancel));
        Assert.Equal([started], await Log.ListOpenAsync(Cancel));
        Assert.Equal([started], await Log.ListSilentAsync(TimeSpan.Zero, Cancel));
        Assert.Empty(await Log.ListSilentAsync(TimeSpan.FromMinutes(1), Cancel));
        Assert.Equal([MigrationPhase.Preparing], (await Log.ListPhasesAsync(First, Cancel)).Select(entered => entered.Phase));
    }

    [Fact]
    public async Task Lists_OneInGraceAndOneThatHasEnded_TellWhatCopiesAndWhatIsMoving()
    {
        await RegisterAsync(4);
        var copying = await BeginAsync("m-1", User(0), Tokyo);
        await BeginAsync("m-2", User(1), Tokyo);
        await Log.SetPhaseAsync(MigrationId.Parse("m-2"), MigrationPhase.Grace, Cancel);
        await BeginAsync("m-3", User(2), Tokyo);
        await Log.SetPhaseAsync(MigrationId.Parse("m-3"), MigrationPhase.Failed, Cancel);

        Assert.Equal([copying], await Log.ListCopyingAsync(Cancel));
        Assert.Equal([User(0), User(1)], (await Log.ListMovingAsync(Cancel)).OrderBy(id => id.Key));
    }

    [Fact]
    public async Task Begin_NeedsApproval_Waits()
    {
        await RegisterAsync(1);

        var begin = await Log.BeginAsync(Request("m-1", User(0), Tokyo) with { NeedsApproval = true }, Cancel);

        Assert.Equal(MigrationPhase.AwaitingApproval, begin.Migration?.Phase);
    }

    [Fact]
    public async Task Begin_Repeated_ReturnsTheSameRecordEvenWhenPausedOrClosed()
    {
        await RegisterAsync(1);
        var first = await BeginAsync("m-1", User(0), Tokyo);

        Assert.Equal(first, await BeginAsync("m-1", User(0), Tokyo));
        await new ControlSettings(Database).PauseAsync("ada", "maintenance", Cancel);
        Assert.Equal(first, await BeginAsync("m-1", User(0), Tokyo));
        await Log.SetPhaseAsync(First, MigrationPhase.Failed, Cancel);
        Assert.Equal(MigrationPhase.Failed, (await BeginAsync("m-1", User(0), Tokyo)).Phase);
    }

    [Fact]
    public async Task Begin_SameIdForSomethingElse_IsRefused()
    {
        await RegisterAsync(2);
        await BeginAsync("m-1", User(0), Tokyo);

        await RefusesAsync(Request("m-1", User(1), Tokyo), "migration m-1 already moves users/u-0000 to ap-northeast-1; choose another id");
    }

    [Fact]
    public async Task Begin_ObjectIsMoving_IsRefusedByName()
    {
        await RegisterAsync(1);
        await BeginAsync("m-1", User(0), Tokyo);

        await RefusesAsync(Request("m-2", User(0), Virginia), "users/u-0000 is already moving: migration m-1 to ap-northeast-1 is Preparing");
    }

    [Fact]
    public async Task Begin_UnknownOrAlreadyThere_IsRefused()
    {
        await RegisterAsync(1);

        await RefusesAsync(Request("m-1", User(7), Tokyo), "object users/u-0007 is unknown");
        await RefusesAsync(Request("m-1", User(0), RegionId.Parse("mars-1")), "region mars-1 is unknown");
        await RefusesAsync(Request("m-1", User(0), Ireland), "users/u-0000 is already in eu-west-1");
        Assert.Empty(await Log.ListAsync(10, before: null, Cancel));
    }

    [Fact]
    public async Task Begin_Paused_IsRefusedUntilResumed()
    {
        await RegisterAsync(1);
        var settings = new ControlSettings(Database);
        await settings.PauseAsync("breaker", "20 % of moves were reversed", Cancel);

        await RefusesAsync(Request("m-1", User(0), Tokyo), "automation was paused by breaker: 20 % of moves were reversed");
        await settings.ResumeAsync(Cancel);
        await BeginAsync("m-1", User(0), Tokyo);
    }

    [Fact]
    public async Task Begin_SameDecision_IsCarriedOutOnce()
    {
        await RegisterAsync(2);
        Assert.True((await Log.BeginAsync(Request("m-1", User(0), Tokyo, decision: 42), Cancel)).IsStarted);

        await RefusesAsync(Request("m-2", User(1), Tokyo, decision: 42), "decision 42 was already carried out by migration m-1");
    }

    [Fact]
    public async Task Begin_RacingForOneObject_ExactlyOneStarts()
    {
        await RegisterAsync(1);

        var begins = await Task.WhenAll(Enumerable.Range(0, 20).Select(number =>
            Log.BeginAsync(Request($"m-{number}", User(0), Tokyo), Cancel)));

        var winner = Assert.Single(begins, begin => begin.IsStarted).Migration;
        Assert.All(begins.Where(begin => !begin.IsStarted), begin => Assert.Contains($"migration {winner!.Id} ", begin.Refusal, StringComparison.Ordinal));
        Assert.Equal([winner!], await Log.ListAsync(100, before: null, Cancel));
    }

    [Fact]
    public async Task Begin_RacingWithOneIdOrOneDecision_ExactlyOneStarts()
    {
        await RegisterAsync(40);

        var sameId = await Task.WhenAll(Enumerable.Range(0, 20).Select(number =>
            Log.BeginAsync(Request("m-same", User(number), Tokyo), Cancel)));
        var sameDecision = await Task.WhenAll(Enumerable.Range(20, 20).Select(number =>
            Log.BeginAsync(Request($"m-{number}", User(number), Tokyo, decision: 7), Cancel)));

        Assert.Single(sameId, begin => begin.IsStarted);
        Assert.Single(sameDecision, begin => begin.IsStarted);
    }

    [Fact]
    public async Task Begin_RepeatedAtOnce_AllGetTheSameRecord()
    {
        await RegisterAsync(1);

        var begins = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => BeginAsync("m-1", User(0), Tokyo)));

        Assert.Single(begins.Distinct());
    }

    [Fact]
    public async Task Begin_AfterAFailure_GetsAFreshEpoch()
    {
        await RegisterAsync(1);
        await BeginAsync("m-1", User(0), Tokyo);
        var undo = await Log.ReserveUndoAsync(First, Cancel);
        await Log.SetPhaseAsync(First, MigrationPhase.RolledBack, Cancel);

        Assert.True(undo.UndoEpoch > undo.Epoch);
        Assert.True((await BeginAsync("m-2", User(0), Tokyo)).Epoch > undo.UndoEpoch);
    }

    [Fact]
    public async Task ReserveUndo_RepeatedAtOnce_ReservesOneEpoch()
    {
        await RegisterAsync(1);
        await BeginAsync("m-1", User(0), Tokyo);

        var undos = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Log.ReserveUndoAsync(First, Cancel)));

        Assert.Single(undos.Select(undo => undo.UndoEpoch).Distinct());
        await Assert.ThrowsAsync<InvalidOperationException>(() => Log.ReserveUndoAsync(MigrationId.Parse("m-9"), Cancel));
    }

    [Fact]
    public async Task ReserveUndo_AfterTheEnd_ReservesNothing()
    {
        await RegisterAsync(1);
        await BeginAsync("m-1", User(0), Tokyo);
        await Log.SetPhaseAsync(First, MigrationPhase.Done, Cancel);

        Assert.Equal(0, (await Log.ReserveUndoAsync(First, Cancel)).UndoEpoch);
    }

    [Fact]
    public async Task EpochsRaised_HigherAndLower_OnlyEverGrow()
    {
        await RegisterAsync(1);

        var inTheFuture = TimeProvider.System.GetUtcNow().AddDays(1).ToUnixTimeMilliseconds();
        await Log.RaiseEpochsAsync(User(0), above: inTheFuture, Cancel);
        await Log.RaiseEpochsAsync(User(0), above: 4, Cancel);

        Assert.Equal(inTheFuture + 1, (await BeginAsync("m-1", User(0), Tokyo)).Epoch);
    }

    /// <summary>Found by the demo: clients kept routes of an earlier life, whose epoch 2 opened a copy that nobody had committed.</summary>
    [Fact]
    public async Task Begin_InADatabaseMadeAnew_ReservesNoEpochOfTheFormerOne()
    {
        var before = TimeProvider.System.GetUtcNow().AddSeconds(-1).ToUnixTimeMilliseconds();
        await RegisterAsync(1);

        Assert.True((await BeginAsync("m-1", User(0), Tokyo)).Epoch > before);
    }

    [Fact]
    public async Task SetPhase_WithAndWithoutProgress_KeepsHistoryOncePerPhase()
    {
        await RegisterAsync(1);
        await BeginAsync("m-1", User(0), Tokyo);

        Assert.True(await Log.SetPhaseAsync(First, MigrationPhase.Copying, new MigrationProgress(10, 800, false, "timeout"), Cancel));
        Assert.True(await Log.SetPhaseAsync(First, MigrationPhase.Copying, new MigrationProgress(50, 4_000, true, null), Cancel));
        Assert.True(await Log.SetPhaseAsync(First, MigrationPhase.Done, Cancel));
        Assert.True(await Log.SetPhaseAsync(First, MigrationPhase.Done, Cancel));

        var ended = (await Log.FindAsync(First, Cancel))!;
        Assert.Equal((50, 4_000, true, null), (ended.RowCount, ended.SizeBytes, ended.IsVerified, ended.LastError));
        Assert.NotNull(ended.FinishedAt);
        var phases = await Log.ListPhasesAsync(First, Cancel);
        Assert.Equal([MigrationPhase.Preparing, MigrationPhase.Copying, MigrationPhase.Done], phases.Select(entered => entered.Phase));
        Assert.Equal(phases.Select(entered => entered.EnteredAt).Order(), phases.Select(entered => entered.EnteredAt));
    }

    [Theory]
    [InlineData(MigrationPhase.Done)]
    [InlineData(MigrationPhase.RolledBack)]
    [InlineData(MigrationPhase.Failed)]
    public async Task SetPhase_Closed_NeverReopens(MigrationPhase end)
    {
        await RegisterAsync(1);
        await BeginAsync("m-1", User(0), Tokyo);
        await Log.SetPhaseAsync(First, end, Cancel);
        var closed = await Log.FindAsync(First, Cancel);

        Assert.False(await Log.SetPhaseAsync(First, MigrationPhase.Copying, new MigrationProgress(1, 1, true, "late"), Cancel));

        Assert.Equal(closed, await Log.FindAsync(First, Cancel));
        Assert.Null(await Log.FindOpenAsync(User(0), Cancel));
        Assert.Empty(await Log.ListOpenAsync(Cancel));
        await Assert.ThrowsAsync<InvalidOperationException>(() => Log.SetPhaseAsync(MigrationId.Parse("m-9"), end, Cancel));
    }

    [Fact]
    public async Task PublishMove_ForwardTwiceThenUndoThenLate_EndsInTheSource()
    {
        await RegisterAsync(1);
        var epoch = (await BeginAsync("m-1", User(0), Tokyo)).Epoch;

        Assert.True(await Log.PublishMoveAsync(First, undo: false, Cancel));
        Assert.False(await Log.PublishMoveAsync(First, undo: false, Cancel));
        await ExpectAsync(Tokyo, epoch, placementVersion: 2);

        await Assert.ThrowsAsync<InvalidOperationException>(() => Log.PublishMoveAsync(First, undo: true, Cancel));
        var undoEpoch = (await Log.ReserveUndoAsync(First, Cancel)).UndoEpoch;
        Assert.True(await Log.PublishMoveAsync(First, undo: true, Cancel));
        Assert.False(await Log.PublishMoveAsync(First, undo: true, Cancel));
        Assert.False(await Log.PublishMoveAsync(First, undo: false, Cancel));
        await ExpectAsync(Ireland, undoEpoch, placementVersion: 3);
    }

    [Fact]
    public async Task List_PageByPage_IsNewestFirst()
    {
        await RegisterAsync(3);
        foreach (var number in Enumerable.Range(0, 3))
        {
            await BeginAsync($"m-{number}", User(number), Tokyo);
        }

        var newest = await Log.ListAsync(2, before: null, Cancel);
        var rest = await Log.ListAsync(2, newest[^1].StartedAt, Cancel);

        Assert.Equal(["m-2", "m-1", "m-0"], newest.Concat(rest).Select(migration => migration.Id.Value));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Log.ListAsync(0, before: null, Cancel));
    }

    private async Task ExpectAsync(RegionId primary, long ownerEpoch, long placementVersion)
    {
        var stored = (await Catalog.FindObjectAsync(User(0), Cancel))!;
        Assert.Equal(
            (primary, ownerEpoch, placementVersion),
            (stored.Placement.Primary, stored.Placement.OwnerEpoch, stored.Placement.PlacementVersion));
        Assert.NotNull(stored.LastMovedAt);
    }

    private async Task RefusesAsync(MigrationRequest request, string reason)
    {
        var begin = await Log.BeginAsync(request, Cancel);
        Assert.False(begin.IsStarted);
        Assert.Equal(reason, begin.Refusal);
    }
}
