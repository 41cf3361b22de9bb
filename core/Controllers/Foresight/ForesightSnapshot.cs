using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Idp.Core.Controllers.Placement;
using Idp.Core.Value;

namespace Idp.Core.Controllers.Foresight;

/// <summary>Everything one run of the foresight controller knows.</summary>
/// <param name="AsOf">The time of the run; trace time in a replay.</param>
/// <param name="LastHour">The last hour whose demand is known in full, in hours since the Unix epoch.</param>
/// <param name="Regions">All regions, each also in <paramref name="RoundTrips"/>; at most 16.</param>
/// <param name="Hours">Demand of the hours that some object has not learned from yet; hours left out were empty.</param>
/// <param name="Profiles">Hours of the week that all objects share, as the last run returned them; empty at first.</param>
public sealed record ForesightSnapshot(
    DateTimeOffset AsOf,
    int LastHour,
    [property: JsonConverter(typeof(RoundTripsJsonConverter))] RoundTrips RoundTrips,
    ImmutableArray<Region> Regions,
    ImmutableArray<ForesightSubject> Objects,
    ImmutableArray<HourDemand> Hours,
    ReadOnlyMemory<byte> Profiles)
{
    /// <summary>What operations earn by dataset, where that is known; elsewhere the controller's own value counts.</summary>
    public ImmutableArray<DatasetValue> Values { get; init; } = [];
}
