using System.Collections.Immutable;
using Idp.Core;
using Idp.Storage;

namespace Idp.Api;

/// <summary>An object as operators see it.</summary>
public sealed record ObjectView(
    ObjectId Object,
    RegionId Region,
    ImmutableArray<RegionId> Replicas,
    StorageTier Tier,
    long OwnerEpoch,
    long PlacementVersion,
    long SizeBytes,
    long RowCount,
    DateTimeOffset? LastMovedAt)
{
    public static ObjectView Of(ObjectRecord record) => new(
        record.Placement.Object,
        record.Placement.Primary,
        record.Placement.Replicas,
        record.Placement.Tier,
        record.Placement.OwnerEpoch,
        record.Placement.PlacementVersion,
        record.SizeBytes,
        record.RowCount,
        record.LastMovedAt);
}
