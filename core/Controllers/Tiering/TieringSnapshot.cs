using System.Collections.Immutable;

namespace Idp.Core.Controllers.Tiering;

/// <summary>Everything one run of the tiering controller knows.</summary>
/// <param name="AsOf">The time of the run; trace time in a replay.</param>
/// <param name="TelemetryAge">Age of the newest access reading at <paramref name="AsOf"/>.</param>
/// <param name="TelemetryPeriod">How often that sensor reports.</param>
/// <param name="Regions">What each region offers; every subject's primary is among them.</param>
/// <param name="Traffic">A region without a profile has no windows: its demotions start at once.</param>
public sealed record TieringSnapshot(
    DateTimeOffset AsOf,
    TimeSpan TelemetryAge,
    TimeSpan TelemetryPeriod,
    ImmutableArray<RegionTiers> Regions,
    ImmutableArray<TrafficProfile> Traffic,
    ImmutableArray<TieringSubject> Objects);
