namespace Idp.Core.Movement;

/// <summary>One attempt to change an object's owner.</summary>
/// <param name="Epoch">Reserved for this attempt and never reused; at least 2, since an object is born with epoch 1.</param>
/// <param name="UndoOf">For an undo, the epoch of the move it takes back; else 0.</param>
public readonly record struct MoveAttempt(long Epoch, MoveKind Kind, long UndoOf = 0)
{
    /// <summary>The stream that keeps the attempt's target current.</summary>
    public Subscriber Stream => Kind is MoveKind.Undo ? Subscriber.Reverse(UndoOf) : Subscriber.Forward(Epoch);
}
