using Idp.Core.Planning;
using Idp.Simulation.Worlds;

namespace Idp.Simulation.Baselines;

/// <summary>Places each object at the data centre nearest to the middle of those who use it (Volley, NSDI 2010).</summary>
/// <remarks>
/// Phase 1 of the paper, the weighted spherical mean of the callers' places, interpolated one after the other as its algorithm 1 does; phase 3,
/// the nearest data centre. Phase 2 pulls items towards items they talk with, of which these workloads have none. A batch job over the whole
/// log so far, one copy each, geography instead of round trips.
/// </remarks>
/// <param name="hoursBetweenRuns">The paper runs it daily to monthly; tuned.</param>
/// <param name="halfLifeHours">How fast old accesses stop counting; tuned.</param>
public sealed class VolleyLike(int hoursBetweenRuns, double halfLifeHours) : IPlacementPolicy
{
    private readonly PastDemand _past = new(Math.Pow(0.5, 1 / halfLifeHours));

    public void Decide(PolicyView view, Span<Layout> layouts)
    {
        _past.Learn(view);
        if (view.Hour == 0 || view.Hour % hoursBetweenRuns != 0)
        {
            return;
        }

        var facts = view.World.Costs.Regions.Select(RegionFacts.Of).ToArray();
        for (var obj = 0; obj < layouts.Length; obj++)
        {
            if (!_past.IsEmpty(obj))
            {
                var middle = WeightedMean(facts, obj);
                layouts[obj] = Layout.Single(view.Objects[obj].Feasible.ToIndices().MinBy(region => Sphere.Angle(middle, Sphere.Of(facts[region]))));
            }
        }
    }

    private (double X, double Y, double Z) WeightedMean(RegionFacts[] facts, int obj)
    {
        var (mean, sum) = (default((double X, double Y, double Z)), 0.0);
        for (var region = 0; region < facts.Length; region++)
        {
            if (_past.Operations(obj, region) is var weight && weight > 0)
            {
                sum += weight;
                mean = Sphere.Interpolate(mean, Sphere.Of(facts[region]), weight / sum);
            }
        }

        return mean;
    }
}
