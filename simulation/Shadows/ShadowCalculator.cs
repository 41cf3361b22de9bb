using System.Collections.Immutable;
using Idp.Core;
using Idp.Simulation.Traces;

namespace Idp.Simulation.Shadows;

/// <summary>Finds the best placements in hindsight by trying all of them.</summary>
/// <remarks>
/// An access is one write and N reads. A write costs the round trip rtt(r, p) from its caller's region r to the primary p;
/// a read min over the sites s of rtt(r, s). A set S with primary p ∈ S costs Σ over accesses of rtt(r, p) + N · min rtt(r, s),
/// the same S and p for every object; copying writes to the other sites is in nobody's way and costs nothing here.
/// Ties go to the region that comes first in the round trips. Weeks are counted from the start of the window.
/// </remarks>
/// <param name="readsPerWrite">N.</param>
public sealed class ShadowCalculator(RoundTrips roundTrips, int readsPerWrite)
{
    private static readonly TimeSpan Week = TimeSpan.FromDays(7);

    public ShadowSet Compute(TraceWindow window, ImmutableArray<Access> accesses, PlacementKey key) => new(
        BestSites(window, accesses, count: 1),
        Hindsight(window, accesses, key),
        BestSites(window, accesses, count: 2),
        BestSites(window, accesses, count: 3));

    private Shadow BestSites(TraceWindow window, ImmutableArray<Access> accesses, int count)
    {
        var callers = accesses.CountBy(access => access.Region).ToArray();
        var best = Subsets(count)
            .SelectMany(sites => sites.Select(primary => ImmutableArray.Create([primary, .. sites.Where(site => site != primary)])))
            .MinBy(sites => callers.Sum(caller => caller.Value * CostMs(caller.Key, sites)));

        var tally = new LatencyTally(window);
        foreach (var access in accesses)
        {
            Add(tally, access, best);
        }

        return new Shadow(best, tally.Report());
    }

    private Shadow Hindsight(TraceWindow window, ImmutableArray<Access> accesses, PlacementKey key)
    {
        var tally = new LatencyTally(window);
        foreach (var group in accesses.GroupBy(access => (key.Of(access), Math.Floor((access.At - window.From) / Week))))
        {
            var callers = group.CountBy(access => access.Region).ToArray();
            var best = roundTrips.Regions.MinBy(region => callers.Sum(caller => caller.Value * roundTrips[caller.Key, region]));
            foreach (var access in group)
            {
                Add(tally, access, [best]);
            }
        }

        return new Shadow([], tally.Report());
    }

    private void Add(LatencyTally tally, Access access, ImmutableArray<RegionId> sites)
    {
        tally.Add(access, roundTrips[access.Region, sites[0]], operations: 1);
        tally.Add(access, NearestMs(access.Region, sites), readsPerWrite);
    }

    private double CostMs(RegionId caller, ImmutableArray<RegionId> sites) =>
        roundTrips[caller, sites[0]] + (readsPerWrite * NearestMs(caller, sites));

    private double NearestMs(RegionId caller, ImmutableArray<RegionId> sites) => sites.Min(site => roundTrips[caller, site]);

    private IEnumerable<ImmutableArray<RegionId>> Subsets(int count, int from = 0) =>
        count == 0
            ? [[]]
            : Enumerable.Range(from, roundTrips.Regions.Length - from)
                .SelectMany(first => Subsets(count - 1, first + 1).Select(rest => ImmutableArray.Create([roundTrips.Regions[first], .. rest])));
}
