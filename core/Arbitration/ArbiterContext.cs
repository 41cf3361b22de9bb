using System.Collections.Immutable;
using Idp.Core.Decisions;

namespace Idp.Core.Arbitration;

/// <summary>What binds the arbiter besides the proposals.</summary>
/// <param name="AsOf">The time of the run, on the clock of the snapshots.</param>
/// <param name="PausedBecause">Set while an operator has paused all automation; null otherwise.</param>
/// <param name="Modes">Mode of each dataset; one that is missing is <see cref="OperatingMode.Observe"/>.</param>
/// <param name="Denials">Refusals of the hard filters.</param>
/// <param name="OpenChanges">Migrations that run now; they occupy slots.</param>
public sealed record ArbiterContext(
    DateTimeOffset AsOf,
    string? PausedBecause,
    ImmutableDictionary<DatasetId, OperatingMode> Modes,
    ImmutableArray<Denial> Denials,
    ImmutableArray<OpenChange> OpenChanges)
{
    /// <summary>Kinds of change that something can carry out; others are shown as advice.</summary>
    /// <value>Default: migrations.</value>
    public ImmutableArray<ProposalKind> Actuated { get; init; } = [ProposalKind.Migrate];

    /// <summary>Where objects are by now, if that is not where the snapshot had them: what was proposed for them is stale.</summary>
    public ImmutableArray<MovedObject> Moved { get; init; } = [];

    public Spending Spending { get; init; } = Spending.Unbudgeted;

    /// <summary>What automation has started in the last 24 hours, oldest first.</summary>
    public ImmutableArray<RecentChange> Recent { get; init; } = [];

    /// <summary>This run's reading for the breaker; null when there is none.</summary>
    public FleetSignal? Signal { get; init; }

    /// <summary>As the last run returned it.</summary>
    public ArbiterMemory Memory { get; init; } = ArbiterMemory.Empty;
}

/// <param name="SnapshotVersion">Placement version that the proposal was made for.</param>
/// <param name="Version">Placement version now.</param>
public sealed record MovedObject(ObjectId Object, long SnapshotVersion, long Version);
