using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Idp.Core.Controllers.Placement;

namespace Idp.Core.Controllers.Replication;

/// <summary>Everything one run of the replication controller knows.</summary>
/// <param name="AsOf">The time of the run.</param>
/// <param name="TelemetryAge">Age of the newest demand reading at <paramref name="AsOf"/>; what availability needs does not wait for newer ones.</param>
/// <param name="TelemetryPeriod">How often that sensor reports.</param>
/// <param name="Regions">All regions, each also in <paramref name="RoundTrips"/>.</param>
/// <param name="Reliability">Regions left out have <see cref="ReplicationOptions.RegionUnavailability"/>.</param>
public sealed record ReplicationSnapshot(
    DateTimeOffset AsOf,
    TimeSpan TelemetryAge,
    TimeSpan TelemetryPeriod,
    [property: JsonConverter(typeof(RoundTripsJsonConverter))] RoundTrips RoundTrips,
    ImmutableArray<Region> Regions,
    ImmutableArray<RegionReliability> Reliability,
    ImmutableArray<ReplicationSubject> Objects);
