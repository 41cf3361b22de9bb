using System.Collections.Immutable;

namespace Idp.Core.Controllers.Consistency;

/// <summary>Everything one run of the consistency controller knows.</summary>
/// <param name="AsOf">The time of the run.</param>
/// <param name="Period">How much time the evidence covers; above 0.</param>
/// <param name="TelemetryAge">Age of the newest event at <paramref name="AsOf"/>; old evidence still upgrades and no longer downgrades.</param>
/// <param name="TelemetryPeriod">How often that sensor reports.</param>
/// <param name="Share">Share of the objects whose operations were seen, above 0 to 1; what reads are worth is scaled up by it.</param>
public sealed record ConsistencySnapshot(
    DateTimeOffset AsOf,
    TimeSpan Period,
    TimeSpan TelemetryAge,
    TimeSpan TelemetryPeriod,
    ImmutableArray<OperationFacts> Operations,
    double Share = 1);
