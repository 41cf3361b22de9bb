using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Idp.Core.Value;

namespace Idp.Core.Controllers.Placement;

/// <summary>Everything one run of the placement controller knows.</summary>
/// <param name="AsOf">The time of the run; trace time in a replay.</param>
/// <param name="TelemetryAge">Age of the newest demand reading at <paramref name="AsOf"/>.</param>
/// <param name="TelemetryPeriod">How often that sensor reports.</param>
/// <param name="Regions">All regions, each also in <paramref name="RoundTrips"/>.</param>
/// <param name="Objects">All objects; a dataset's ledger is summed over those given here.</param>
public sealed record PlacementSnapshot(
    DateTimeOffset AsOf,
    TimeSpan TelemetryAge,
    TimeSpan TelemetryPeriod,
    [property: JsonConverter(typeof(RoundTripsJsonConverter))] RoundTrips RoundTrips,
    ImmutableArray<Region> Regions,
    ImmutableArray<PlacementSubject> Objects)
{
    /// <summary>What operations earn by dataset, where that is known; elsewhere the controller's own value counts.</summary>
    public ImmutableArray<DatasetValue> Values { get; init; } = [];
}
