using System.Collections.Immutable;
using Idp.Core.Planning;

namespace Idp.Core.Tests.Planning;

/// <summary>Small seeded worlds in which no two plans cost the same.</summary>
internal static class PlanningWorld
{
    public static SiteCosts Costs(int regions, int seed)
    {
        var random = new Random(seed);
        ImmutableArray<ImmutableArray<double>> ms =
        [
            .. Enumerable.Range(0, regions).Select(from => Enumerable.Range(0, regions)
                .Select(to => from == to ? 2 + random.NextDouble() : 40 + (random.NextDouble() * 200)).ToImmutableArray()),
        ];
        return new SiteCosts
        {
            Regions = [.. Enumerable.Range(0, regions).Select(region => RegionId.Parse($"r{region}"))],
            RoundTripMs = ms,
            OperationUsd = [.. ms.Select(row => row.Select(value => value * 1e-6).ToImmutableArray())],
            StorageUsdPerGbHour = [.. Enumerable.Range(0, regions).Select(_ => 0.000_1 + (random.NextDouble() * 0.000_2))],
            // Some share a price, as list prices do.
            EgressUsdPerGb = [.. Enumerable.Range(0, regions).Select(_ => random.Next(3) switch { 0 => 0.02, 1 => 0.09, _ => 0.02 + (random.NextDouble() * 0.1) })],
            ReplicaWriteUsd = 1e-6,
            CopyOverheadUsd = 0.000_1,
            HandOverUsd = random.Next(2) * 0.000_3,
        };
    }

    public static DemandWindow Demand(int regions, int hours, int seed)
    {
        var random = new Random(seed);
        var reads = new double[regions * hours];
        var writes = new double[regions * hours];
        for (var i = 0; i < reads.Length; i++)
        {
            reads[i] = random.Next(3) == 0 ? 0 : random.NextDouble() * 300;
            writes[i] = random.NextDouble() * 30;
        }

        return new DemandWindow(regions, reads, writes);
    }

    /// <returns>Every layout of a size that the bounds allow, found without the product's enumeration.</returns>
    public static ImmutableArray<Layout> AllLayouts(SiteSet feasible, int minSites, int maxSites) =>
    [
        .. from mask in Enumerable.Range(1, feasible.Mask)
           let sites = new SiteSet((ushort)mask)
           where sites.IsSubsetOf(feasible) && sites.Count >= minSites && sites.Count <= maxSites
           from primary in Enumerable.Range(0, SiteSet.MaxRegions)
           where sites.Contains(primary)
           select new Layout(primary, sites),
    ];
}
