using System.Collections.Immutable;

namespace Idp.Core.Controllers.Placement;

/// <summary>One object as the placement controller sees it.</summary>
/// <param name="SizeBytes">Bytes a copy would send.</param>
/// <param name="Demand">At most one entry a region; regions without demand may be left out.</param>
/// <param name="Excluded">Regions that policies forbid; all others are allowed.</param>
/// <param name="IsChanging">True while a migration of it is open.</param>
/// <param name="Memory">What the previous plan returned for it; null when it is new.</param>
public sealed record PlacementSubject(
    ObjectId Object,
    RegionId Primary,
    long SizeBytes,
    ImmutableArray<RegionDemand> Demand,
    ImmutableArray<RegionExclusion> Excluded,
    bool IsChanging,
    PlacementMemory? Memory)
{
    /// <summary>Version of the placement that was read; a decision made for another is stale.</summary>
    public long PlacementVersion { get; init; }
}
