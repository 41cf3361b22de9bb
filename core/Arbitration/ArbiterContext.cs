using System.Collections.Immutable;
using Idp.Core.Decisions;

namespace Idp.Core.Arbitration;

/// <summary>What binds the arbiter besides the proposals.</summary>
/// <param name="PausedBecause">Set while an operator has paused all automation; null otherwise.</param>
/// <param name="Modes">Mode of each dataset; one that is missing is <see cref="OperatingMode.Observe"/>.</param>
/// <param name="Denials">The policies' refusals: object to the rule that denies its proposal.</param>
/// <param name="OpenChanges">Migrations that run now; they occupy slots.</param>
public sealed record ArbiterContext(
    string? PausedBecause,
    ImmutableDictionary<DatasetId, OperatingMode> Modes,
    ImmutableDictionary<ObjectId, string> Denials,
    ImmutableArray<OpenChange> OpenChanges);
