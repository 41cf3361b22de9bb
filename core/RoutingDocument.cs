using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Idp.Core;

/// <summary>A routing table as it travels: whole in <c>GET /api/v1/routes</c>, as changes in its event stream, and on disk.</summary>
/// <param name="Version">The version after these routes are applied.</param>
/// <param name="IsComplete">Whether <paramref name="Routes"/> are all routes, or only those changed since an earlier version.</param>
public sealed record RoutingDocument(
    long Version,
    bool IsComplete,
    ImmutableArray<RoutingEntry> Routes,
    ImmutableArray<BirthRegion> BirthRegions)
{
    /// <returns>The table with these routes applied; an older document, or a change of a table never seen, leaves it as it is.</returns>
    public RoutingTable ApplyTo(RoutingTable table)
    {
        if (Version <= table.Version || (!IsComplete && table.Version == 0))
        {
            return table;
        }

        var routes = IsComplete ? [] : table.Routes.ToDictionary();
        foreach (var entry in Routes)
        {
            // A client may have learned a newer epoch from a store than the plane has published.
            if (!table.Routes.TryGetValue(entry.Object, out var known) || known.OwnerEpoch <= entry.OwnerEpoch)
            {
                routes[entry.Object] = new Route(entry.Region, entry.OwnerEpoch);
            }
            else
            {
                routes[entry.Object] = known;
            }
        }

        return new RoutingTable(
            Version,
            routes.ToFrozenDictionary(),
            BirthRegions.ToFrozenDictionary(birth => birth.Dataset, birth => birth.Region));
    }
}

/// <summary>Where one object is.</summary>
public sealed record RoutingEntry(ObjectId Object, RegionId Region, long OwnerEpoch);

/// <summary>Where a dataset's unknown objects may be created.</summary>
public sealed record BirthRegion(DatasetId Dataset, RegionId Region);
