using Idp.Core.Movement;
using static Idp.Core.Movement.OwnershipTransitions;

namespace Idp.Core.Tests.Movement;

/// <summary>Each transition: accepted, and each refusal. Repetition is a law (<see cref="OwnershipLawsTests"/>).</summary>
public sealed class OwnershipTransitionsTests
{
    private static readonly RegionId B = RegionId.Parse("b");
    private static readonly DateTimeOffset Limit = DateTimeOffset.UnixEpoch.AddSeconds(10);
    private static readonly MoveAttempt Move = new(2, MoveKind.Move);
    private static readonly MoveAttempt Undo = new(3, MoveKind.Undo, UndoOf: 2);

    private static readonly Ownership Owned = Birth(default).Row;
    private static readonly Ownership Moving = StartSource(Owned, Move).Row;
    private static readonly Ownership Frozen = Freeze(Moving, 2, nonce: 1, Limit).Row;
    private static readonly Ownership Moved = Commit(Frozen, 2, 1, B, logIsDrained: true, DateTimeOffset.UnixEpoch).Row;
    private static readonly Ownership Importing = StartTarget(default, Move).Row;
    private static readonly Ownership Opened = Open(Importing, Move).Row;
    private static readonly Ownership Undoing = StartSource(Opened, Undo).Row;
    private static readonly Ownership Returning = StartTarget(Moved, Undo).Row;

    [Fact]
    public void Birth_UnknownObject_OwnsWithTheFirstEpoch() =>
        AssertAccepted(new() { State = OwnershipState.Owned, OwnerEpoch = BirthEpoch, AttemptEpoch = BirthEpoch }, Birth(default));

    [Fact]
    public void Birth_AfterAVoid_KeepsTheAttemptRefused()
    {
        var born = Birth(Void(default, 2).Row);

        Assert.Equal(2, born.Row.AttemptEpoch);
        AssertRefused("the attempt's epoch was seen or voided here", StartSource(born.Row, Move));
    }

    [Fact]
    public void Birth_AfterAnUndoAtTheBirthRegion_IsStillPossible() =>
        Assert.True(Birth(UndoTarget(default, Move).Row).IsAccepted);

    [Fact]
    public void Birth_OfAnyKnownObject_IsRefused() => Assert.All(
        [Owned, Frozen, Moved, Importing, UndoTarget(Importing, Move).Row],
        row => AssertRefused("the object exists or has existed here", Birth(row)));

    [Fact]
    public void StartSource_OfAMove_SubscribesTheTarget() =>
        AssertAccepted(Owned with { MoveEpoch = 2, AttemptEpoch = 2, Subscribers = [Subscriber.Forward(2)] }, StartSource(Owned, Move));

    [Fact]
    public void StartSource_OfAnUndo_KeepsTheReverseStream() =>
        AssertAccepted(Opened with { MoveEpoch = 3, AttemptEpoch = 3 }, StartSource(Opened, Undo));

    [Fact]
    public void StartSource_NotOwned_IsRefused() => Assert.All(
        [default, Moved, Importing],
        row => AssertRefused("the source does not own the object", StartSource(row, Undo)));

    [Fact]
    public void StartSource_WhileFrozen_IsAcceptedForItsOwnMoveOnly()
    {
        AssertAccepted(Frozen, StartSource(Frozen, Move));
        AssertRefused("the source does not own the object", StartSource(Frozen, new(5, MoveKind.Move)));
    }

    [Fact]
    public void StartSource_AnotherMoveInProgress_IsRefused() =>
        AssertRefused("the source carries another move", StartSource(Moving, new(5, MoveKind.Move)));

    [Fact]
    public void StartSource_VoidedEpoch_IsRefused() =>
        AssertRefused("the attempt's epoch was seen or voided here", StartSource(Void(Moving, 2).Row, Move));

    [Fact]
    public void StartSource_MoveDuringGrace_IsRefused()
    {
        AssertRefused("the grace period of the last move has not ended", StartSource(Opened, new(3, MoveKind.Move)));
        Assert.True(StartSource(DropReverse(Opened, 2).Row, new(3, MoveKind.Move)).IsAccepted);
    }

    [Fact]
    public void StartSource_UndoAfterGraceOrOfAnotherMove_IsRefused() => Assert.All(
        [StartSource(DropReverse(Opened, 2).Row, Undo), StartSource(Opened, new(5, MoveKind.Undo, UndoOf: 1))],
        transition => AssertRefused("the reverse stream of the move to undo has ended", transition));

    [Fact]
    public void StartTarget_OfAMove_ImportsAndKeepsTheForward()
    {
        AssertAccepted(new() { State = OwnershipState.Importing, MoveEpoch = 2, AttemptEpoch = 2 }, StartTarget(default, Move));
        AssertAccepted(
            Moved with { State = OwnershipState.Importing, MoveEpoch = 5, AttemptEpoch = 5, StreamFrom = 0 },
            StartTarget(Moved, new(5, MoveKind.Move)));
    }

    [Fact]
    public void StartTarget_OfAnUndo_KeepsTheStream() =>
        AssertAccepted(Moved with { State = OwnershipState.Importing, MoveEpoch = 3, AttemptEpoch = 3 }, StartTarget(Moved, Undo));

    [Fact]
    public void StartTarget_OverALiveCopy_IsRefused() => Assert.All(
        [Owned, Frozen], row => AssertRefused("the target owns the object", StartTarget(row, new(5, MoveKind.Move))));

    [Fact]
    public void StartTarget_UndoneEpoch_IsRefused() => Assert.All(
        [UndoTarget(default, Move).Row, UndoTarget(Importing, Move).Row],
        row => AssertRefused("the attempt's epoch was seen or voided here", StartTarget(row, Move)));

    [Fact]
    public void StartTarget_UndoAfterGrace_IsRefused() => Assert.All(
        [EndGrace(Moved, 2).Row, default],
        row => AssertRefused("the old copy no longer follows the move to undo", StartTarget(row, Undo)));

    [Fact]
    public void MayImport_OnlyForTheAttemptThatImports()
    {
        Assert.True(MayImport(Importing, 2));
        Assert.False(MayImport(Importing, 3));
        Assert.False(MayImport(Opened, 2));
    }

    [Fact]
    public void MayFollow_OnlyDuringTheGraceOfThatMove()
    {
        Assert.True(MayFollow(Moved, 2));
        Assert.False(MayFollow(Moved, 3));
        Assert.False(MayFollow(EndGrace(Moved, 2).Row, 2));
        Assert.False(MayFollow(Returning, 2));
    }

    [Fact]
    public void Freeze_Again_TakesTheNonceAndKeepsTheLimit()
    {
        var again = Freeze(Frozen, 2, nonce: 7, Limit.AddHours(1)).Row;

        Assert.Equal((7L, Limit), (again.FreezeNonce, again.FreezeUntil!.Value));
    }

    [Fact]
    public void Freeze_WithoutThisMove_IsRefused() => Assert.All(
        [default, Owned, Moved, Importing, Undoing, Void(Moving, 2).Row],
        row => AssertRefused("the source does not carry this move", Freeze(row, 2, nonce: 1, Limit)));

    [Fact]
    public void Thaw_AtTheLimit_OwnsAgainAndStillCarriesTheMove() => AssertAccepted(Moving, Thaw(Frozen, Limit));

    [Fact]
    public void Thaw_BeforeTheLimitOrNotFrozen_IsRefused()
    {
        AssertRefused("the freeze has not expired", Thaw(Frozen, Limit.AddTicks(-1)));
        AssertRefused("not frozen", Thaw(Moving, Limit));
    }

    [Fact]
    public void Commit_JustBeforeTheLimit_MovesAndStartsTheGrace() => AssertAccepted(
        new()
        {
            State = OwnershipState.Moved, OwnerEpoch = 1, AttemptEpoch = 2, ForwardTo = B, ForwardEpoch = 2, StreamFrom = 2,
        },
        Commit(Frozen, 2, 1, B, logIsDrained: true, Limit.AddTicks(-1)));

    [Fact]
    public void Commit_AtTheLimit_IsRefused() =>
        AssertRefused("the freeze has expired", Commit(Frozen, 2, 1, B, logIsDrained: true, Limit));

    [Fact]
    public void Commit_UndrainedLog_IsRefused() => AssertRefused(
        "a committed change has not reached the target yet", Commit(Frozen, 2, 1, B, logIsDrained: false, DateTimeOffset.UnixEpoch));

    [Fact]
    public void Commit_AnotherNonceMoveOrState_IsRefused() => Assert.All(
        [CommitOf(Frozen, 2, 2), CommitOf(Frozen, 3, 1), CommitOf(Moving, 2, 1), CommitOf(Moved, 2, 1), CommitOf(Void(Frozen, 2).Row, 2, 1)],
        transition => AssertRefused("the freeze is not this attempt's any more", transition));

    [Fact]
    public void Void_OfTheMoveInProgress_OwnsAgain() => Assert.All(
        [Moving, Frozen], row => AssertAccepted(Moving with { MoveEpoch = 0 }, Void(row, 2)));

    [Fact]
    public void Void_OfAnotherAttempt_OnlyRaisesTheFence()
    {
        AssertAccepted(Frozen with { AttemptEpoch = 5 }, Void(Frozen, 5));
        AssertAccepted(new() { AttemptEpoch = 5 }, Void(default, 5));
        AssertAccepted(Moved, Void(Moved, 1));
    }

    [Fact]
    public void Unsubscribe_OfAMove_EndsItsStreamOnly()
    {
        var row = Owned with { Subscribers = [Subscriber.Forward(2), Subscriber.Forward(4)] };

        AssertAccepted(row with { Subscribers = [Subscriber.Forward(4)] }, Unsubscribe(row, Move));
    }

    [Fact]
    public void Unsubscribe_OfAnUndo_KeepsTheReverseStream() => AssertAccepted(Undoing, Unsubscribe(Undoing, Undo));

    [Fact]
    public void UndoTarget_OfAMove_FencesOrReturnsToTheTombstone()
    {
        AssertAccepted(new() { State = OwnershipState.Fenced, AttemptEpoch = 2 }, UndoTarget(Importing, Move));

        var later = new MoveAttempt(5, MoveKind.Move);
        AssertAccepted(Moved with { AttemptEpoch = 5, StreamFrom = 0 }, UndoTarget(StartTarget(Moved, later).Row, later));
    }

    [Fact]
    public void UndoTarget_OfAnUndo_FollowsAgain() => AssertAccepted(Moved with { AttemptEpoch = 3 }, UndoTarget(Returning, Undo));

    [Fact]
    public void UndoTarget_OfAnotherAttempt_OnlyRaisesTheFence()
    {
        AssertAccepted(Importing with { AttemptEpoch = 3 }, UndoTarget(Importing, Undo));
        AssertAccepted(new() { AttemptEpoch = 2 }, UndoTarget(default, Move));
    }

    [Fact]
    public void Open_OfTheImport_OwnsAndLogsForTheSource() => AssertAccepted(
        new() { State = OwnershipState.Owned, OwnerEpoch = 2, AttemptEpoch = 2, Subscribers = [Subscriber.Reverse(2)] },
        Open(Importing, Move));

    [Fact]
    public void Open_OfAnUndo_LeavesNoForward() => AssertAccepted(
        new() { State = OwnershipState.Owned, OwnerEpoch = 3, AttemptEpoch = 3, Subscribers = [Subscriber.Reverse(3)] },
        Open(Returning, Undo));

    [Fact]
    public void Open_NotImportingThisMove_IsRefused() => Assert.All(
        [default, UndoTarget(Importing, Move).Row, StartTarget(default, new(5, MoveKind.Move)).Row, Owned],
        row => AssertRefused("the target does not import this move", Open(row, Move)));

    [Fact]
    public void EndGrace_StopsTheStream() => AssertAccepted(Moved with { StreamFrom = 0 }, EndGrace(Moved, 2));

    [Fact]
    public void EndGrace_UndoInProgress_IsRefused()
    {
        AssertRefused("an undo of the move is in progress", EndGrace(Returning, 2));
        Assert.True(EndGrace(UndoTarget(Returning, Undo).Row, 2).IsAccepted);
        Assert.True(EndGrace(Open(Returning, Undo).Row, 2).IsAccepted);
    }

    [Fact]
    public void DropReverse_EndsThatStreamOnly()
    {
        AssertAccepted(Opened with { Subscribers = [] }, DropReverse(Opened, 2));
        AssertAccepted(Opened, DropReverse(Opened, 3));
        AssertAccepted(Moving, DropReverse(Moving, 2));
    }

    [Fact]
    public void MayDelete_OnlyAfterTheGraceOfThatMove()
    {
        Assert.False(MayDelete(Moved, 2));
        Assert.True(MayDelete(EndGrace(Moved, 2).Row, 2));
        Assert.False(MayDelete(EndGrace(Moved, 2).Row, 3));
        Assert.False(MayDelete(StartTarget(Moved, new(5, MoveKind.Move)).Row, 2));
    }

    private static Transition CommitOf(Ownership row, long epoch, long nonce) =>
        Commit(row, epoch, nonce, B, logIsDrained: true, DateTimeOffset.UnixEpoch);

    private static void AssertAccepted(Ownership expected, Transition transition)
    {
        Assert.Null(transition.Refusal);
        Assert.Equal(expected, transition.Row);
    }

    private static void AssertRefused(string why, Transition transition) => Assert.Equal(why, transition.Refusal);
}
