namespace Idp.Core.Tests.Movement.Model;

/// <summary>Every guard of the protocol, taken out once; where another covers it, both together.</summary>
internal static class Experiments
{
    private static readonly Fault FreezeWithoutLock = new("freeze without waiting", Slips.FreezeWithoutLock);
    private static readonly Fault CommitWithoutLock = new("commit without waiting", Slips.CommitWithoutLock);
    private static readonly Fault LogReadWithLocks = new("log read in the statement that locks", Slips.LogReadWithLocks);
    private static readonly Fault NoNonce = new("no nonce at the commit", Mutants.CommitIgnoresNonce);
    private static readonly Fault NoMoveAtCommit = new("no move id at the commit", Mutants.CommitIgnoresMove);
    private static readonly Fault NoLogCheck = new("no log check at the commit", Mutants.CommitIgnoresLog);
    private static readonly Fault VoidNoMark = new("void leaves no mark", Mutants.VoidLeavesNoMark);
    private static readonly Fault UndoNoMark = new("undo leaves no mark at the target", Mutants.UndoLeavesNoMark);
    private static readonly Fault TargetFirst = new("target started before the source", Slips.TargetFirst);
    private static readonly Fault Steals = new("start takes a row over from another move", Mutants.StartSourceSteals);
    private static readonly Fault ForwardLost = new("start at the target forgets the forward", Mutants.StartTargetForgetsForward);
    private static readonly Fault FenceLost = new("an undone copy leaves no fence", Mutants.UndoForgetsTheCopy);
    private static readonly Fault ReverseFirst = new("reverse stream dropped before the grace ends", Slips.ReverseDroppedFirst);
    private static readonly Fault NoStreamAtSource = new("undo without its stream at the owner", Mutants.UndoStartsWithoutStreamAtSource);
    private static readonly Fault NoCompareAndSet = new("no compare-and-set of progress", Slips.NoCompareAndSet);
    private static readonly Fault ReverseUnchecked = new("reverse batches land anywhere", Slips.ReverseBatchesUnchecked);

    public static readonly Experiment[] All =
    [
        new("switch", false, FreezeWithoutLock),
        new("switch", true, FreezeWithoutLock, CommitWithoutLock),
        new("switch", false, new Fault("thaw without lock", Slips.ThawWithoutLock)),
        new("retry", false, new Fault("void without lock", Slips.VoidWithoutLock)),
        new("switch", true, new Fault("subscriber added without lock", Slips.SubscribeWithoutLock)),
        new("retry", true, new Fault("batches land without the row's check", Slips.BatchesUnchecked)),
        new("retry", true, new Fault("epoch reused after an abort", Mutants.StartsAcceptSeenEpoch) { ReusesEpochs = true }),
        new("switch", true, new Fault("log acknowledged by key", Slips.AcknowledgeByKey)),
        new("switch", true, new Fault("log acknowledged by highest id", Slips.CursorByHighestId)),
        new("switch", true, NoCompareAndSet),
        new("apart", true, NoCompareAndSet),
        new("ranges", true, NoCompareAndSet),
        new("switch", true, new Fault("chunk stores its snapshot without the changes", Slips.ChunkSkipsChanges)),
        new("ranges", true, new Fault("one snapshot for all ranges", Slips.OneSnapshotForAllRanges)),
        new("ranges-apart", true, new Fault("one snapshot for all ranges", Slips.OneSnapshotForAllRanges)),
        new("switch", false, LogReadWithLocks),
        new("switch", false, NoNonce),
        new("switch", true, LogReadWithLocks, NoNonce),
        new("switch", false, NoLogCheck),
        new("switch", true, NoLogCheck, NoNonce),
        new("other", false, NoMoveAtCommit),
        new("other", true, NoMoveAtCommit, NoNonce),
        new("switch", true, new Fault("outcome inferred", Slips.InferredOutcome)),
        new("undo", true, new Fault("outcome from the current row", Slips.OutcomeFromRow)),
        new("back", true, new Fault("no wipe", Slips.NoWipe)),
        new("switch", true, new Fault("a repeated start wipes again", Slips.WipeOnRepeat)),
        new("undo2", true, new Fault("an aborted undo wipes", Slips.AbortedUndoWipes)),
        new("switch", true, VoidNoMark),
        new("switch", true, UndoNoMark),
        new("switch", true, VoidNoMark, UndoNoMark),
        new("birth", true, new Fault("undo fences the unborn", Mutants.UndoFencesTheUnborn)),
        new("retry", true, new Fault("target started without its guards", Mutants.StartTargetUnguarded)),
        new("retry", true, TargetFirst),
        new("retry", false, Steals),
        new("retry", true, Steals, TargetFirst),
        new("undo", true, new Fault("any committed move opens", Slips.OpenAnyCommitted, Mutants.OpenAnyImport)),
        new("birth", false, ForwardLost),
        new("birth", true, ForwardLost, FenceLost),
        new("birth", true, new Fault("tombstone dropped", Slips.TombstoneDropped)),
        new("undo", true, new Fault("undo after the old copy stopped following", Mutants.UndoStartsWithoutStreamAtTarget)),
        new("undo", true, new Fault("grace ended under an undo", Mutants.EndGraceAlwaysAccepted)),
        new("undo", false, NoStreamAtSource),
        new("undo", true, ReverseFirst),
        new("undo", true, ReverseFirst, NoStreamAtSource),
        new("undo", true, ReverseUnchecked),
        new("undo", true, ReverseUnchecked, NoCompareAndSet),
        new("undo", false, new Fault("grace ended before the opening", Slips.GraceEndsBeforeOpen)),
        new("onward", false, new Fault("a move starts during grace", Mutants.MoveStartsDuringGrace)),
        new("back", true, new Fault("deletions unchecked", Mutants.DeletionsUnchecked)),
        new("back", true, new Fault("subscribers named by store", Mutants.SubscribersNamedByStore)),
        new("retry", true, new Fault("subscribers named by store", Mutants.SubscribersNamedByStore)),
        new("switch", true, new Fault("unfenced client", Slips.UnfencedClient)),
        new("read", true, new Fault("unfenced read", Slips.UnfencedRead)),
        new("switch", true, new Fault("dual write by the application", Slips.DualWrite)),
        new("rounds", true, new Fault("loose chunks without the version's check", Slips.ChunksIgnoreVersion)),
        new("rounds", true, new Fault("a take-over keeps loose rows", Slips.TakeOverKeepsRows)),
        new("rounds", true, new Fault("a take-over does not wait for chunks in flight", Slips.TakeOverWithoutWaiting)),
        new("rounds", true, new Fault("a chunk read before the snapshot that its round stored", Slips.ChunkBeforeItsSnapshot)),
        new("rounds", false, new Fault("a chunk read after the snapshot that its round stored", Slips.ChunkAfterItsSnapshot)),
        new("rounds", true, new Fault("the checkpoint advances although a chunk failed", Slips.CheckpointDespiteFailure)),
        new("verify", true, new Fault("a switch without verification", Slips.SwitchUnverified)),
        new("verify", true, new Fault("a repair without compare-and-set", Slips.RepairUncompared)),
        new("prune", true, new Fault("the log pruned for one of its subscribers", Slips.PruneIgnoresOthers)),
        new("prune", true, new Fault("the log pruned before the batch has landed", Slips.PruneUnstored)),
        new("batch", true, new Fault("one object's outcome for its whole batch", Slips.BatchSharesOutcome)),
        new("batch", true, new Fault("cancel of one object wipes its batch", Slips.CancelWipesBatch)),
    ];

    public static Experiment Named(string name) => Array.Find(All, experiment => experiment.Name == name)
        ?? throw new ArgumentException($"'{name}' is not an experiment.", nameof(name));
}
