using Idp.Core.Planning;

namespace Idp.Simulation.Baselines;

/// <summary>Every object in every region that it may be in; writes go where it was first used.</summary>
/// <remarks>It needs a world without a cap on sites, so it is shown beside the others and never compared with them.</remarks>
public sealed class FullReplication : IPlacementPolicy
{
    public void Decide(PolicyView view, Span<Layout> layouts)
    {
        for (var obj = 0; obj < layouts.Length; obj++)
        {
            layouts[obj] = layouts[obj] with { Sites = view.Objects[obj].Feasible };
        }
    }
}
