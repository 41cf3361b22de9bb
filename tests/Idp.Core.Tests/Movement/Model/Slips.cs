namespace Idp.Core.Tests.Movement.Model;

/// <summary>Seeded errors of the environment: of what surrounds the row transitions.</summary>
[Flags]
internal enum Slips : long
{
    None = 0,

    /// <summary>The freeze does not wait for transactions in flight.</summary>
    FreezeWithoutLock = 1 << 0,
    CommitWithoutLock = 1 << 1,
    ThawWithoutLock = 1 << 2,
    VoidWithoutLock = 1 << 3,
    SubscribeWithoutLock = 1 << 4,

    /// <summary>What was drained is deleted from the log by key.</summary>
    AcknowledgeByKey = 1 << 5,

    /// <summary>The drained position is the highest transaction id.</summary>
    CursorByHighestId = 1 << 6,

    /// <summary>Batches land without compare-and-set of checkpoint and snapshot.</summary>
    NoCompareAndSet = 1 << 7,

    /// <summary>A chunk stores its snapshot without the changes of what was copied before.</summary>
    ChunkSkipsChanges = 1 << 8,

    /// <summary>Ranges copy apart and share one snapshot.</summary>
    OneSnapshotForAllRanges = 1 << 9,

    /// <summary>The commit reads the log in the statement that takes the locks.</summary>
    LogReadWithLocks = 1 << 10,

    /// <summary>A failed switch counts as not committed.</summary>
    InferredOutcome = 1 << 11,

    /// <summary>Resolve looks at the row instead of the outcome.</summary>
    OutcomeFromRow = 1 << 12,
    NoWipe = 1 << 13,

    /// <summary>Start at the target wipes whenever it is accepted, not only when it changes the row.</summary>
    WipeOnRepeat = 1 << 14,

    /// <summary>Giving an undo up wipes the old copy, though its stream goes on.</summary>
    AbortedUndoWipes = 1 << 15,
    TargetFirst = 1 << 16,
    OpenAnyCommitted = 1 << 17,
    ReverseDroppedFirst = 1 << 18,
    GraceEndsBeforeOpen = 1 << 19,

    /// <summary>Clean-up drops the tombstone too.</summary>
    TombstoneDropped = 1 << 20,
    UnfencedClient = 1 << 21,
    UnfencedRead = 1 << 22,

    /// <summary>The application writes to both stores instead of the log.</summary>
    DualWrite = 1 << 23,

    /// <summary>Batches land without asking <c>MayImport</c>.</summary>
    BatchesUnchecked = 1 << 24,

    /// <summary>Reverse batches land without asking <c>MayFollow</c>.</summary>
    ReverseBatchesUnchecked = 1 << 25,

    /// <summary>Loose chunks ask only whether the attempt may import.</summary>
    ChunksIgnoreVersion = 1 << 26,
    TakeOverKeepsRows = 1 << 27,

    /// <summary>A take-over does not wait for transactions of chunks in flight.</summary>
    TakeOverWithoutWaiting = 1 << 28,

    /// <summary>A chunk reads the source anew, after the snapshot that its round has stored.</summary>
    ChunkAfterItsSnapshot = 1 << 29,

    /// <summary>The checkpoint advances although a chunk of the round has failed.</summary>
    CheckpointDespiteFailure = 1 << 30,
    SwitchUnverified = 1L << 31,

    /// <summary>Differing keys are repaired without compare-and-set of what they were read against.</summary>
    RepairUncompared = 1L << 32,

    /// <summary>The log is pruned for one subscriber, whoever else there is.</summary>
    PruneIgnoresOthers = 1L << 33,

    /// <summary>The log is pruned up to what was read, not to what was stored.</summary>
    PruneUnstored = 1L << 34,

    /// <summary>One object's void counts for its whole batch.</summary>
    BatchSharesOutcome = 1L << 35,

    /// <summary>Giving one object's copy up wipes its whole batch.</summary>
    CancelWipesBatch = 1L << 36,

    /// <summary>A round stores a later snapshot than the one its chunks are read at.</summary>
    ChunkBeforeItsSnapshot = 1L << 37,
}
