using System.Collections.Immutable;

namespace Idp.Core.Movement;

/// <summary>One store's ownership row of one object.</summary>
/// <remarks>The default value is the row of an object that this store has never seen.</remarks>
public readonly record struct Ownership
{
    private readonly ImmutableArray<Subscriber> _subscribers;

    public OwnershipState State { get; init; }

    /// <summary>Epoch of the owning copy; changes only with ownership. An object is born with 1.</summary>
    public long OwnerEpoch { get; init; }

    /// <summary>The highest attempt this row has seen, begun or voided. Nothing at or below it may start.</summary>
    public long AttemptEpoch { get; init; }

    /// <summary>Epoch of the attempt in progress here; 0 when there is none.</summary>
    public long MoveEpoch { get; init; }

    /// <summary>Fresh for each freeze; 0 when not frozen.</summary>
    public long FreezeNonce { get; init; }

    /// <summary>After this moment of the source's clock any client may thaw. Liveness only, never safety.</summary>
    public DateTimeOffset? FreezeUntil { get; init; }

    /// <summary>Where the object went; kept while a new copy is imported, so that nothing is born twice.</summary>
    public RegionId? ForwardTo { get; init; }

    /// <summary>The epoch that opens the copy at <see cref="ForwardTo"/>; 0 when never moved.</summary>
    public long ForwardEpoch { get; init; }

    /// <summary>During grace: the move whose reverse stream keeps this old copy current; else 0.</summary>
    public long StreamFrom { get; init; }

    /// <summary>Who must see each committed write of this object.</summary>
    public ImmutableArray<Subscriber> Subscribers
    {
        get => _subscribers.IsDefault ? [] : _subscribers;
        init => _subscribers = value;
    }

    public bool Equals(Ownership other) =>
        (State, OwnerEpoch, AttemptEpoch, MoveEpoch, FreezeNonce, FreezeUntil, ForwardTo, ForwardEpoch, StreamFrom)
            == (other.State, other.OwnerEpoch, other.AttemptEpoch, other.MoveEpoch, other.FreezeNonce, other.FreezeUntil,
                other.ForwardTo, other.ForwardEpoch, other.StreamFrom)
        && Subscribers.AsSpan().SequenceEqual(other.Subscribers.AsSpan());

    public override int GetHashCode() => HashCode.Combine(State, OwnerEpoch, AttemptEpoch, MoveEpoch, FreezeNonce, ForwardEpoch, StreamFrom);
}
