using Idp.Core.Planning;

namespace Idp.Simulation.Baselines;

/// <summary>Places each object where it was used most lately (Akkio, OSDI 2018: Data Placement Service).</summary>
/// <remarks>
/// On access from elsewhere the placement is reconsidered: each data centre scores the accesses it sent, recent ones weighing more; a
/// replica set scores the sum over its data centres; the highest wins, data centres that are overloaded are skipped, and an object moves
/// at most every six hours. The paper's window of days is an exponential half-life here. No forecast, no price.
/// </remarks>
/// <param name="halfLifeHours">Above 0; tuned.</param>
/// <param name="replicas">Data centres of a replica set; the paper takes them from a fixed menu, here it is tuned.</param>
public sealed class AkkioLike(double halfLifeHours, int replicas) : IPlacementPolicy
{
    private const int MinHoursBetweenMoves = 6;
    private const double Overloaded = 0.9;

    private readonly PastDemand _past = new(Math.Pow(0.5, 1 / halfLifeHours));
    private int[] _movedAt = [];

    public void Decide(PolicyView view, Span<Layout> layouts)
    {
        if (_movedAt.Length == 0)
        {
            _movedAt = [.. Enumerable.Repeat(-MinHoursBetweenMoves, layouts.Length)];
        }

        _past.Learn(view);
        for (var obj = 0; obj < layouts.Length; obj++)
        {
            if (view.Hour - _movedAt[obj] >= MinHoursBetweenMoves && IsUsedFromElsewhere(view, obj, layouts[obj]))
            {
                var best = Best(view, obj, layouts[obj]);
                _movedAt[obj] = best == layouts[obj] ? _movedAt[obj] : view.Hour;
                layouts[obj] = best;
            }
        }
    }

    private static bool IsUsedFromElsewhere(PolicyView view, int obj, Layout layout) =>
        view.Arrivals.Any(reading => reading.Region != layout.Primary && view.Reads(obj, reading) + view.Writes(obj, reading) > 0);

    private Layout Best(PolicyView view, int obj, Layout present)
    {
        // Ties stay where they are: the paper breaks them by free capacity, which nobody lacks at a tie.
        var ranked = view.Objects[obj].Feasible.ToIndices()
            .Where(region => view.Utilization[region] < Overloaded || present.Sites.Contains(region))
            .OrderByDescending(region => _past.Operations(obj, region))
            .ThenBy(region => present.Sites.Contains(region) ? 0 : 1)
            .ThenBy(region => region)
            .Take(Math.Min(replicas, view.World.MaxSites))
            .ToArray();
        return new Layout(ranked[0], SiteSet.Of(ranked));
    }
}
