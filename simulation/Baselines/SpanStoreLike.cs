using Idp.Core.Planning;

namespace Idp.Simulation.Baselines;

/// <summary>Per access set and hour, the cheapest replicas that keep within a latency target (SPANStore, SOSP 2013).</summary>
/// <remarks>
/// Objects used from the same regions form an access set and are placed alike. Each hour is solved on its own, for the demand of the whole set at the
/// same hour a week ago (a day ago while there is no week, the last hour while there is no day): the least of storage, requests and egress among all
/// layouts whose reads and writes from each region that asks stay within their targets, or come nearest to them. What moving costs is not part of it, as in
/// the paper.
/// </remarks>
/// <param name="readMs">Round trip that reads may take; tuned.</param>
/// <param name="writeMs">Round trip that writes may take; tuned.</param>
public sealed class SpanStoreLike(double readMs, double writeMs) : IPlacementPolicy
{
    private static readonly int[] Lags = [168, 24, 1];

    private readonly Dictionary<(SiteSet Feasible, SiteSet Callers), Layout[]> _candidates = [];
    private SiteSet[] _accessSets = [];

    public void Decide(PolicyView view, Span<Layout> layouts)
    {
        LearnAccessSets(view);
        var groups = Enumerable.Range(0, layouts.Length)
            .Where(obj => _accessSets[obj].Count > 0)
            .GroupBy(obj => (_accessSets[obj], view.Objects[obj].Feasible));
        foreach (var group in groups)
        {
            int[] members = [.. group];
            if (Expected(view, members) is { } demand)
            {
                var best = Best(view, members, demand, layouts[members[0]]);
                foreach (var obj in members)
                {
                    layouts[obj] = best;
                }
            }
        }
    }

    private void LearnAccessSets(PolicyView view)
    {
        _accessSets = _accessSets.Length == 0 ? new SiteSet[view.Objects.Length] : _accessSets;
        foreach (var reading in view.Arrivals)
        {
            for (var obj = 0; obj < _accessSets.Length; obj++)
            {
                if (view.Reads(obj, reading) + view.Writes(obj, reading) > 0)
                {
                    _accessSets[obj] = _accessSets[obj].With(reading.Region);
                }
            }
        }
    }

    // Null when nothing is known or nothing was asked: then everything stays.
    private static DemandWindow? Expected(PolicyView view, int[] members)
    {
        var reads = new double[view.World.Regions];
        var writes = new double[reads.Length];
        for (var region = 0; region < reads.Length; region++)
        {
            foreach (var lag in Lags)
            {
                if (new Worlds.Reading(view.Hour - lag, region) is var reading && view.Has(reading))
                {
                    reads[region] = members.Sum(obj => view.Reads(obj, reading));
                    writes[region] = members.Sum(obj => view.Writes(obj, reading));
                    break;
                }
            }
        }

        return reads.Sum() + writes.Sum() > 0 ? new DemandWindow(reads.Length, reads, writes) : null;
    }

    private Layout Best(PolicyView view, int[] members, DemandWindow demand, Layout present)
    {
        var callers = SiteSet.Of([.. Enumerable.Range(0, demand.Regions).Where(region => demand.Reads(0)[region] + demand.Writes(0)[region] > 0)]);
        var sizeGb = members.Sum(obj => view.Objects[obj].SizeGb);
        var (best, bestUsd) = (present, double.PositiveInfinity);
        foreach (var layout in Candidates(view, view.Objects[members[0]].Feasible, callers))
        {
            var cost = PlanCost.OfHour(view.World.Costs, demand, 0, layout, sizeGb);
            if (cost.StorageUsd + cost.EgressUsd is var usd && (usd < bestUsd || (usd == bestUsd && layout == present)))
            {
                (best, bestUsd) = (layout, usd);
            }
        }

        return best;
    }

    private Layout[] Candidates(PolicyView view, SiteSet feasible, SiteSet callers)
    {
        if (!_candidates.TryGetValue((feasible, callers), out var candidates))
        {
            var all = AllLayouts.Of(feasible, view.World.MaxSites).Select(layout => (Layout: layout, ExcessMs: ExcessMs(view, layout, callers))).ToArray();
            var least = all.Min(entry => entry.ExcessMs);
            _candidates[(feasible, callers)] = candidates = [.. all.Where(entry => entry.ExcessMs <= least).Select(entry => entry.Layout)];
        }

        return candidates;
    }

    // By how much the worst caller misses the targets; 0 when all are met.
    private double ExcessMs(PolicyView view, Layout layout, SiteSet callers)
    {
        var costs = view.World.Costs;
        return callers.ToIndices().Max(from =>
            Math.Max(0, costs.RoundTripMs[from][costs.Nearest(from, layout.Sites)] - readMs) + Math.Max(0, costs.RoundTripMs[from][layout.Primary] - writeMs));
    }
}
