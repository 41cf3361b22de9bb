using System.Collections.Immutable;

namespace Idp.Core;

/// <summary>Where an object lives.</summary>
/// <param name="OwnerEpoch">The epoch of the owning copy; what the stores check (MOVEMENT.md).</param>
/// <param name="PlacementVersion">Grows with each change of this placement.</param>
public sealed record Placement(
    ObjectId Object,
    RegionId Primary,
    ImmutableArray<RegionId> Replicas,
    StorageTier Tier,
    long OwnerEpoch,
    long PlacementVersion);
