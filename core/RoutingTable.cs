using System.Collections.Frozen;

namespace Idp.Core;

/// <summary>All placements at one version. A hint: the stores decide (MOVEMENT.md).</summary>
/// <param name="Version">Grows with every change of any placement.</param>
/// <param name="Routes">Known objects.</param>
/// <param name="BirthRegions">Where each dataset's unknown objects may be created.</param>
public sealed record RoutingTable(
    long Version,
    FrozenDictionary<ObjectId, Route> Routes,
    FrozenDictionary<DatasetId, RegionId> BirthRegions)
{
    public static RoutingTable Empty { get; } =
        new(0, FrozenDictionary<ObjectId, Route>.Empty, FrozenDictionary<DatasetId, RegionId>.Empty);

    /// <returns>Where the object is thought to be; its dataset's birth region with epoch 0 when it was never seen.</returns>
    /// <exception cref="KeyNotFoundException">The dataset is not in the table.</exception>
    public Route Find(ObjectId id)
    {
        if (Routes.TryGetValue(id, out var route))
        {
            return route;
        }

        return BirthRegions.TryGetValue(id.Dataset, out var birth)
            ? new Route(birth, OwnerEpoch: 0)
            : throw new KeyNotFoundException($"Dataset '{id.Dataset}' is not in routing table version {Version}; adopt it first (idp dataset adopt).");
    }
}
