using Idp.Core.Movement;

namespace Idp.Core.Tests.Movement.Model;

/// <summary>Transitions with one guard taken out: each blinds the production code to what that guard looks at, and restores it after.</summary>
internal static class Mutants
{
    /// <summary>StartTarget as if the row had never seen an attempt, and owned nothing.</summary>
    public static RowSteps StartTargetUnguarded(RowSteps steps, World world) => steps with
    {
        StartTarget = (row, attempt) => OwnershipTransitions.MayImport(row, attempt.Epoch)
            ? Transition.To(row)
            : steps.StartTarget(row with { State = OwnershipState.Absent, AttemptEpoch = 0 }, attempt),
    };

    /// <summary>Starts accept the highest epoch seen, so that a second attempt may carry the first one's.</summary>
    public static RowSteps StartsAcceptSeenEpoch(RowSteps steps, World world) => steps with
    {
        StartSource = (row, attempt) => steps.StartSource(ForgetEqual(row, attempt), attempt),
        StartTarget = (row, attempt) => steps.StartTarget(ForgetEqual(row, attempt), attempt),
    };

    public static RowSteps StartTargetForgetsForward(RowSteps steps, World world) => steps with
    {
        StartTarget = (row, attempt) => Then(
            steps.StartTarget(row, attempt), started => started with { ForwardTo = null, ForwardEpoch = 0 }),
    };

    /// <summary>An undo starts although the old copy does not follow any more.</summary>
    public static RowSteps UndoStartsWithoutStreamAtTarget(RowSteps steps, World world) => steps with
    {
        StartTarget = (row, attempt) => attempt.Kind is MoveKind.Undo
            ? steps.StartTarget(row with { StreamFrom = row.ForwardEpoch }, attempt)
            : steps.StartTarget(row, attempt),
    };

    /// <summary>An undo starts although the owner does not log for the old copy any more.</summary>
    public static RowSteps UndoStartsWithoutStreamAtSource(RowSteps steps, World world) => steps with
    {
        StartSource = (row, attempt) => attempt.Kind is MoveKind.Undo
            ? Then(
                steps.StartSource(row with { Subscribers = row.Subscribers.Add(attempt.Stream) }, attempt),
                started => started with { Subscribers = row.Subscribers })
            : steps.StartSource(row, attempt),
    };

    public static RowSteps MoveStartsDuringGrace(RowSteps steps, World world) => steps with
    {
        StartSource = (row, attempt) => attempt.Kind is MoveKind.Undo
            ? steps.StartSource(row, attempt)
            : Then(
                steps.StartSource(row with { Subscribers = row.Subscribers.RemoveAll(item => item.IsReverse) }, attempt),
                started => started with { Subscribers = started.Subscribers.AddRange(row.Subscribers.RemoveAll(item => !item.IsReverse)) }),
    };

    /// <summary>A start takes over a row that carries another move.</summary>
    public static RowSteps StartSourceSteals(RowSteps steps, World world) => steps with
    {
        StartSource = (row, attempt) =>
            row.State is OwnershipState.Owned or OwnershipState.Frozen && row.MoveEpoch != attempt.Epoch
                ? steps.StartSource(
                    row with { State = OwnershipState.Owned, MoveEpoch = 0, FreezeNonce = 0, FreezeUntil = null }, attempt)
                : steps.StartSource(row, attempt),
    };

    public static RowSteps DeletionsUnchecked(RowSteps steps, World world) => steps with { MayDelete = (_, _) => true };

    public static RowSteps CommitIgnoresNonce(RowSteps steps, World world) => steps with
    {
        Commit = (row, epoch, _, target, isDrained) => steps.Commit(row, epoch, row.FreezeNonce, target, isDrained),
    };

    public static RowSteps CommitIgnoresMove(RowSteps steps, World world) => steps with
    {
        Commit = (row, epoch, nonce, target, isDrained) => steps.Commit(row with { MoveEpoch = epoch }, epoch, nonce, target, isDrained),
    };

    public static RowSteps CommitIgnoresLog(RowSteps steps, World world) => steps with
    {
        Commit = (row, epoch, nonce, target, _) => steps.Commit(row, epoch, nonce, target, true),
    };

    public static RowSteps VoidLeavesNoMark(RowSteps steps, World world) => steps with
    {
        Void = (row, epoch) => Then(steps.Void(row, epoch), voided => voided with { AttemptEpoch = row.AttemptEpoch }),
    };

    public static RowSteps UndoLeavesNoMark(RowSteps steps, World world) => steps with
    {
        UndoTarget = (row, attempt) => Then(
            steps.UndoTarget(row, attempt), undone => undone with { AttemptEpoch = row.AttemptEpoch }),
    };

    /// <summary>As our first version did: an undo before the birth.</summary>
    public static RowSteps UndoFencesTheUnborn(RowSteps steps, World world) => steps with
    {
        UndoTarget = (row, attempt) => Then(
            steps.UndoTarget(row, attempt),
            undone => undone.State is OwnershipState.Absent ? undone with { State = OwnershipState.Fenced } : undone),
    };

    public static RowSteps UndoForgetsTheCopy(RowSteps steps, World world) => steps with
    {
        UndoTarget = (row, attempt) => Then(
            steps.UndoTarget(row, attempt),
            undone => undone.State is OwnershipState.Fenced ? undone with { State = OwnershipState.Absent } : undone),
    };

    /// <summary>As our first version did: a caller hears "accepted" while an undo is in progress.</summary>
    public static RowSteps EndGraceAlwaysAccepted(RowSteps steps, World world) => steps with
    {
        EndGrace = (row, epoch) => Transition.To(steps.EndGrace(row, epoch).Row),
    };

    public static RowSteps OpenAnyImport(RowSteps steps, World world) => steps with
    {
        Open = (row, attempt) => steps.Open(
            row.State is OwnershipState.Importing ? row with { MoveEpoch = attempt.Epoch } : row, attempt),
    };

    /// <summary>Streams are ended by the store they lead to, not by the move they belong to.</summary>
    public static RowSteps SubscribersNamedByStore(RowSteps steps, World world) => steps with
    {
        Unsubscribe = (row, attempt) => attempt.Kind is MoveKind.Undo
            ? steps.Unsubscribe(row, attempt)
            : Transition.To(WithoutStreams(row, world, AttemptOf(world, attempt.Epoch))),
        DropReverse = (row, epoch) => Then(
            steps.DropReverse(row, epoch),
            dropped => WithoutStreams(dropped, world, Backwards(AttemptOf(world, epoch)))),
    };

    private static Leg AttemptOf(World world, long epoch) => world.Attempts[(int)epoch - 2];

    private static Leg Backwards(Leg leg) => new(leg.To, leg.From);

    private static Ownership WithoutStreams(Ownership row, World world, Leg route)
    {
        var named = Enumerable.Range(1, world.AttemptCount)
            .Where(attempt => world.Attempts[attempt - 1] is var leg && leg.From == route.From && leg.To == route.To)
            .Select(attempt => world.Attempt(attempt).Stream);
        return row with { Subscribers = row.Subscribers.RemoveRange(named) };
    }

    private static Ownership ForgetEqual(Ownership row, MoveAttempt attempt) =>
        row with { AttemptEpoch = Math.Min(row.AttemptEpoch, attempt.Epoch - 1) };

    private static Transition Then(Transition transition, Func<Ownership, Ownership> change) =>
        transition.IsAccepted ? Transition.To(change(transition.Row)) : transition;
}
