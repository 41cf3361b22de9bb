using System.Collections.Immutable;
using Idp.Core.Planning;

namespace Idp.Simulation.Baselines;

/// <summary>Each object in the layout that would have been cheapest in the past, chosen once and kept.</summary>
/// <param name="fitHours">Hours of the past; until then objects stay where they were first used.</param>
/// <param name="maxSites">1 for the best single site.</param>
public sealed class StaticFit(int fitHours, int maxSites) : IPlacementPolicy
{
    private readonly PastDemand _past = new(keepPerHour: 1);

    public void Decide(PolicyView view, Span<Layout> layouts)
    {
        if (view.Hour > fitHours)
        {
            return;
        }

        _past.Learn(view);
        if (view.Hour == fitHours)
        {
            var spaces = new BestLayouts(view.World with { MaxSites = maxSites });
            for (var obj = 0; obj < layouts.Length; obj++)
            {
                layouts[obj] = _past.IsEmpty(obj) ? layouts[obj] : spaces.BestOf(view.Objects[obj], _past.PerHour(obj));
            }
        }
    }
}
