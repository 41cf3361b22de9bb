using Idp.Core.Planning;

namespace Idp.Simulation.Baselines;

/// <summary>Replicates on read, and evicts what has not been read for as long as keeping it costs another copy (SkyStore, VLDB 2025).</summary>
/// <remarks>
/// The break-even time is egress ÷ storage price, the classic ski rental; the paper tunes it to the workload, so a factor is tuned here.
/// When all sites are taken, the copy that has gone unread for longest makes room. Hours stand for moments: a read of one hour has its copy in the next.
/// </remarks>
/// <param name="factor">What the break-even time is multiplied with.</param>
/// <param name="writeLocal">Whether the primary follows the latest writer among the sites, as the paper's write-local mode does.</param>
public sealed class BreakEvenTtl(double factor, bool writeLocal) : IPlacementPolicy
{
    private int[][] _readAt = [];

    public void Decide(PolicyView view, Span<Layout> layouts)
    {
        if (_readAt.Length == 0)
        {
            _readAt = [.. view.Objects.Select(_ => Enumerable.Repeat(int.MinValue / 2, view.World.Regions).ToArray())];
        }

        for (var obj = 0; obj < layouts.Length; obj++)
        {
            layouts[obj] = WithReaders(view, obj, Evict(view, obj, layouts[obj]));
            layouts[obj] = writeLocal ? FollowWriter(view, obj, layouts[obj]) : layouts[obj];
        }
    }

    private Layout Evict(PolicyView view, int obj, Layout layout)
    {
        foreach (var replica in layout.Replicas.ToIndices())
        {
            var ttlHours = factor * view.World.Costs.EgressUsdPerGb[layout.Primary] / view.World.Costs.StorageUsdPerGbHour[replica];
            if (view.Hour - _readAt[obj][replica] > ttlHours)
            {
                layout = layout with { Sites = layout.Sites.Without(replica) };
            }
        }

        return layout;
    }

    private Layout WithReaders(PolicyView view, int obj, Layout layout)
    {
        foreach (var reading in view.Arrivals.Where(reading => view.Reads(obj, reading) > 0).OrderByDescending(reading => view.Reads(obj, reading)))
        {
            _readAt[obj][reading.Region] = Math.Max(_readAt[obj][reading.Region], reading.Hour + 1);
            if (view.Objects[obj].Feasible.Contains(reading.Region) && !layout.Sites.Contains(reading.Region))
            {
                layout = MakeRoom(view, obj, layout);
                layout = layout.Sites.Count < view.World.MaxSites ? layout with { Sites = layout.Sites.With(reading.Region) } : layout;
            }
        }

        return layout;
    }

    // Only what was not read in the last hour: readers of the same hour do not push each other out.
    private Layout MakeRoom(PolicyView view, int obj, Layout layout)
    {
        var oldest = layout.Replicas.ToIndices().Where(replica => _readAt[obj][replica] < view.Hour).ToArray();
        return layout.Sites.Count < view.World.MaxSites || oldest.Length == 0
            ? layout
            : layout with { Sites = layout.Sites.Without(oldest.MinBy(replica => _readAt[obj][replica])) };
    }

    private static Layout FollowWriter(PolicyView view, int obj, Layout layout)
    {
        var writers = view.Arrivals.Where(reading => view.Writes(obj, reading) > 0 && layout.Sites.Contains(reading.Region)).ToArray();
        return writers.Length == 0 ? layout : layout with { Primary = writers.MaxBy(reading => view.Writes(obj, reading)).Region };
    }
}
