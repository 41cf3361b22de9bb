using Idp.Core.Planning;

namespace Idp.Simulation.Baselines;

/// <summary>First touch: an object stays where it was first used.</summary>
public sealed class NeverMove : IPlacementPolicy
{
    public void Decide(PolicyView view, Span<Layout> layouts)
    {
        // Staying is what happens when nothing is overwritten.
    }
}
