using System.Collections.Immutable;

namespace Idp.Core.Movement;

/// <summary>Every change of an ownership row that a move makes, as a pure function.</summary>
/// <remarks>
/// The caller holds the object's advisory lock and the row lock where a method says so; stores and the
/// exhaustive model check (tests/Idp.Core.Tests/Movement) call the same code. Every step may be fired again,
/// late, and by anybody: a repeated step changes nothing, a late one is refused.
/// </remarks>
public static class OwnershipTransitions
{
    /// <summary>The epoch an object is born with.</summary>
    public const long BirthEpoch = 1;

    /// <summary>Creates an object in its birth region.</summary>
    public static Transition Birth(Ownership row) => row.State is OwnershipState.Absent
        ? Transition.To(row with { State = OwnershipState.Owned, OwnerEpoch = BirthEpoch, AttemptEpoch = Math.Max(row.AttemptEpoch, BirthEpoch) })
        : Transition.Refuse(row, "the object exists or has existed here");

    /// <summary>Step 2, at the source first: records the attempt and starts logging. Exclusive lock.</summary>
    public static Transition StartSource(Ownership row, MoveAttempt attempt)
    {
        if (row.State is OwnershipState.Owned or OwnershipState.Frozen && row.MoveEpoch == attempt.Epoch)
        {
            return Transition.To(row);
        }

        if (row.State is not OwnershipState.Owned)
        {
            return Transition.Refuse(row, "the source does not own the object");
        }

        if (row.MoveEpoch != 0)
        {
            return Transition.Refuse(row, "the source carries another move");
        }

        if (attempt.Epoch <= row.AttemptEpoch)
        {
            return Transition.Refuse(row, "the attempt's epoch was seen or voided here");
        }

        if (attempt.Kind is MoveKind.Undo)
        {
            if (row.OwnerEpoch != attempt.UndoOf || !row.Subscribers.Contains(attempt.Stream))
            {
                return Transition.Refuse(row, "the reverse stream of the move to undo has ended");
            }
        }
        else if (HasReverse(row))
        {
            return Transition.Refuse(row, "the grace period of the last move has not ended");
        }

        var started = row with { MoveEpoch = attempt.Epoch, AttemptEpoch = attempt.Epoch };
        return Transition.To(attempt.Kind is MoveKind.Undo
            ? started
            : started with { Subscribers = row.Subscribers.Add(attempt.Stream) });
    }

    /// <summary>Step 2, then at the target. A move's caller wipes the object's rows and progress in the same transaction, but only when the row changes: by a repeated start, chunks may have landed. An undo's caller keeps them.</summary>
    public static Transition StartTarget(Ownership row, MoveAttempt attempt)
    {
        if (row.State is OwnershipState.Importing && row.MoveEpoch == attempt.Epoch)
        {
            return Transition.To(row);
        }

        if (row.State is OwnershipState.Owned or OwnershipState.Frozen)
        {
            return Transition.Refuse(row, "the target owns the object");
        }

        if (attempt.Epoch <= row.AttemptEpoch)
        {
            return Transition.Refuse(row, "the attempt's epoch was seen or voided here");
        }

        var importing = row with { State = OwnershipState.Importing, MoveEpoch = attempt.Epoch, AttemptEpoch = attempt.Epoch };
        if (attempt.Kind is MoveKind.Move)
        {
            return Transition.To(importing with { StreamFrom = 0, Subscribers = [] });
        }

        return row.State is OwnershipState.Moved && row.ForwardEpoch == attempt.UndoOf && row.StreamFrom == attempt.UndoOf
            ? Transition.To(importing)
            : Transition.Refuse(row, "the old copy no longer follows the move to undo");
    }

    /// <summary>Whether an attempt's batch may land here; the row is locked <c>FOR SHARE</c>.</summary>
    public static bool MayImport(Ownership row, long epoch) =>
        row.State is OwnershipState.Importing && row.MoveEpoch == epoch;

    /// <summary>Whether a reverse batch may land in the old copy; the row is locked <c>FOR SHARE</c>.</summary>
    public static bool MayFollow(Ownership row, long epoch) =>
        row.State is OwnershipState.Moved && row.ForwardEpoch == epoch && row.StreamFrom == epoch;

    /// <summary>Step 6: closes the source to clients. Exclusive lock. Freezing again takes a fresh nonce and keeps the old limit.</summary>
    /// <param name="nonce">Never used before for this row, and not 0.</param>
    public static Transition Freeze(Ownership row, long epoch, long nonce, DateTimeOffset until) =>
        row.State is OwnershipState.Owned or OwnershipState.Frozen && row.MoveEpoch == epoch
            ? Transition.To(row with
            {
                State = OwnershipState.Frozen,
                FreezeNonce = nonce,
                FreezeUntil = row.State is OwnershipState.Frozen ? row.FreezeUntil : until,
            })
            : Transition.Refuse(row, "the source does not carry this move");

    /// <summary>Opens an expired freeze again. Exclusive lock; anybody may do it.</summary>
    public static Transition Thaw(Ownership row, DateTimeOffset now) =>
        row.State is not OwnershipState.Frozen ? Transition.Refuse(row, "not frozen")
        : row.FreezeUntil > now ? Transition.Refuse(row, "the freeze has not expired")
        : Transition.To(Thawed(row));

    /// <summary>Step 6, the one commit point. Exclusive lock, row lock, and the log read in a later statement than the locks.</summary>
    /// <param name="logIsDrained">No change of the object is new to its range's stored snapshot.</param>
    public static Transition Commit(Ownership row, long epoch, long nonce, RegionId target, bool logIsDrained, DateTimeOffset now)
    {
        if (row.State is not OwnershipState.Frozen || row.MoveEpoch != epoch || row.FreezeNonce != nonce)
        {
            return Transition.Refuse(row, "the freeze is not this attempt's any more");
        }

        if (row.FreezeUntil <= now)
        {
            return Transition.Refuse(row, "the freeze has expired");
        }

        return logIsDrained
            ? Transition.To(Thawed(row) with
            {
                State = OwnershipState.Moved,
                MoveEpoch = 0,
                ForwardTo = target,
                ForwardEpoch = epoch,
                StreamFrom = epoch,
                Subscribers = [],
            })
            : Transition.Refuse(row, "a committed change has not reached the target yet");
    }

    /// <summary>Resolve, when no outcome is written: makes sure that the attempt can never commit. Exclusive lock.</summary>
    public static Transition Void(Ownership row, long epoch)
    {
        var fenced = row with { AttemptEpoch = Math.Max(row.AttemptEpoch, epoch) };
        return Transition.To(row.State is OwnershipState.Owned or OwnershipState.Frozen && row.MoveEpoch == epoch
            ? Thawed(fenced) with { State = OwnershipState.Owned, MoveEpoch = 0 }
            : fenced);
    }

    /// <summary>After a void, at the source: ends the attempt's stream. Exclusive lock. An undo leaves the grace period's stream alone.</summary>
    public static Transition Unsubscribe(Ownership row, MoveAttempt attempt) =>
        Transition.To(attempt.Kind is MoveKind.Undo ? row : row with { Subscribers = row.Subscribers.Remove(attempt.Stream) });

    /// <summary>After a void, at the target: gives the copy up. A move's caller wipes the rows in the same transaction when the row was importing.</summary>
    public static Transition UndoTarget(Ownership row, MoveAttempt attempt)
    {
        var fenced = row with { AttemptEpoch = Math.Max(row.AttemptEpoch, attempt.Epoch) };
        if (MayImport(row, attempt.Epoch))
        {
            return Transition.To(attempt.Kind is MoveKind.Undo
                ? fenced with { State = OwnershipState.Moved, MoveEpoch = 0 }
                : fenced with
                {
                    State = row.ForwardEpoch == 0 ? OwnershipState.Fenced : OwnershipState.Moved,
                    MoveEpoch = 0,
                    StreamFrom = 0,
                });
        }

        // An absent row stays absent: fenced, an object that is born here could never be born any more.
        return Transition.To(fenced);
    }

    /// <summary>Step 7: the target begins to own, by anybody who has read the source's forward for exactly this epoch. Logs for the source from its first write.</summary>
    public static Transition Open(Ownership row, MoveAttempt attempt)
    {
        if (row.State is OwnershipState.Owned or OwnershipState.Frozen or OwnershipState.Moved && row.OwnerEpoch >= attempt.Epoch)
        {
            return Transition.To(row);
        }

        return MayImport(row, attempt.Epoch)
            ? Transition.To(row with
            {
                State = OwnershipState.Owned,
                OwnerEpoch = attempt.Epoch,
                MoveEpoch = 0,
                ForwardTo = null,
                ForwardEpoch = 0,
                StreamFrom = 0,
                Subscribers = [Subscriber.Reverse(attempt.Epoch)],
            })
            : Transition.Refuse(row, "the target does not import this move");
    }

    /// <summary>Step 8, first: the old copy stops following, so no undo can begin any more. Refused while an undo is in progress here.</summary>
    public static Transition EndGrace(Ownership row, long epoch)
    {
        if (MayFollow(row, epoch))
        {
            return Transition.To(row with { StreamFrom = 0 });
        }

        // Accepting would let the caller drop the stream that the undo still needs.
        return row.StreamFrom == epoch
            ? Transition.Refuse(row, "an undo of the move is in progress")
            : Transition.To(row);
    }

    /// <summary>Step 8, second: the owner stops logging for the old copy. Exclusive lock; only after <see cref="EndGrace"/> was accepted.</summary>
    public static Transition DropReverse(Ownership row, long epoch) => Transition.To(
        row with { Subscribers = row.Subscribers.Remove(Subscriber.Reverse(epoch)) });

    /// <summary>Step 8, third: whether the old copy's rows may be deleted; the row is locked <c>FOR SHARE</c> in each deletion.</summary>
    public static bool MayDelete(Ownership row, long epoch) =>
        row.State is OwnershipState.Moved && row.ForwardEpoch == epoch && row.StreamFrom == 0;

    private static bool HasReverse(Ownership row)
    {
        foreach (var subscriber in row.Subscribers)
        {
            if (subscriber.IsReverse)
            {
                return true;
            }
        }

        return false;
    }

    private static Ownership Thawed(Ownership row) => row with
    {
        State = row.State is OwnershipState.Frozen ? OwnershipState.Owned : row.State,
        FreezeNonce = 0,
        FreezeUntil = null,
    };
}
