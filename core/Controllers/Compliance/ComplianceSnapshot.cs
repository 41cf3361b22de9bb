using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Idp.Core.Controllers.Placement;

namespace Idp.Core.Controllers.Compliance;

/// <summary>Everything one run of the compliance controller knows.</summary>
/// <param name="AsOf">The time of the run, by the database's clock; waivers end by it.</param>
/// <param name="PolicyRevision">Content hash of the policies behind the bans.</param>
/// <param name="Regions">All regions, each also in <paramref name="RoundTrips"/>.</param>
/// <param name="Open">What the previous plan found open; empty at first.</param>
public sealed record ComplianceSnapshot(
    DateTimeOffset AsOf,
    string PolicyRevision,
    [property: JsonConverter(typeof(RoundTripsJsonConverter))] RoundTrips RoundTrips,
    ImmutableArray<Region> Regions,
    ImmutableArray<ComplianceSubject> Objects,
    ImmutableArray<ViolationMemory> Open);
