using System.Collections.Immutable;
using System.Text.Json.Serialization;

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

    /// <summary>Where a plan made ahead of demand wants it; null when demand is followed.</summary>
    public PlannedLead? Lead { get; init; }

    /// <value>Whether that plan still speaks of the object as it is.</value>
    [JsonIgnore]
    internal bool IsLed => Lead is { } lead && (Primary == lead.From || Primary == lead.To);
}
