using Idp.Core.Movement;

namespace Idp.Core.Tests.Movement.Model;

/// <summary>The table of row transitions that a run uses: the production code, unless a seeded fault replaces an entry.</summary>
internal sealed record RowSteps
{
    /// <summary>Before every limit in the model.</summary>
    public static readonly DateTimeOffset Early = DateTimeOffset.UnixEpoch;

    public static readonly DateTimeOffset Limit = Early.AddSeconds(10);

    public static readonly DateTimeOffset Late = Limit.AddSeconds(10);

    public Func<Ownership, Transition> Birth { get; init; } = OwnershipTransitions.Birth;

    public Func<Ownership, MoveAttempt, Transition> StartSource { get; init; } = OwnershipTransitions.StartSource;

    public Func<Ownership, MoveAttempt, Transition> StartTarget { get; init; } = OwnershipTransitions.StartTarget;

    public Func<Ownership, long, bool> MayImport { get; init; } = OwnershipTransitions.MayImport;

    public Func<Ownership, long, bool> MayFollow { get; init; } = OwnershipTransitions.MayFollow;

    public Func<Ownership, long, long, Transition> Freeze { get; init; } =
        (row, epoch, nonce) => OwnershipTransitions.Freeze(row, epoch, nonce, Limit);

    /// <summary>Fired once the limit has passed; clocks are the environment's choice, since limits serve liveness only.</summary>
    public Func<Ownership, Transition> Thaw { get; init; } = row => OwnershipTransitions.Thaw(row, Late);

    public Func<Ownership, long, long, RegionId, bool, Transition> Commit { get; init; } =
        (row, epoch, nonce, target, logIsDrained) => OwnershipTransitions.Commit(row, epoch, nonce, target, logIsDrained, Early);

    public Func<Ownership, long, Transition> Void { get; init; } = OwnershipTransitions.Void;

    public Func<Ownership, MoveAttempt, Transition> Unsubscribe { get; init; } = OwnershipTransitions.Unsubscribe;

    public Func<Ownership, MoveAttempt, Transition> UndoTarget { get; init; } = OwnershipTransitions.UndoTarget;

    public Func<Ownership, MoveAttempt, Transition> Open { get; init; } = OwnershipTransitions.Open;

    public Func<Ownership, long, Transition> EndGrace { get; init; } = OwnershipTransitions.EndGrace;

    public Func<Ownership, long, Transition> DropReverse { get; init; } = OwnershipTransitions.DropReverse;

    public Func<Ownership, long, bool> MayDelete { get; init; } = OwnershipTransitions.MayDelete;
}
