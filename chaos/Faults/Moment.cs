namespace Idp.Chaos.Faults;

/// <summary>What a fault waits for.</summary>
internal enum Moment
{
    Any,
    Capturing,
    Copying,
    Verifying,
    Switching,

    /// <summary>Inside the switch: the source's row is frozen.</summary>
    Frozen,
    Grace,
    CleaningUp,
    RollingBack,

    /// <summary>Any step of an undo before its switch.</summary>
    Undo,

    /// <summary>Inside the switch of an undo.</summary>
    UndoFrozen,
}
