using Idp.Core.Planning;
using Idp.Simulation.Baselines;

namespace Idp.Simulation.Stability;

/// <summary>Counts what a policy changes while it cannot see.</summary>
internal sealed class BlindWatch(IPlacementPolicy policy) : IPlacementPolicy
{
    private const int BlindAfterHours = 5; // Periods of an hourly sensor, as DESIGN section 5 has it.

    private int[] _newest = [];

    public int ChangesWhileBlind { get; private set; }

    public void Decide(PolicyView view, Span<Layout> layouts)
    {
        _newest = _newest.Length == 0 ? [.. Enumerable.Repeat(-1, view.World.Regions)] : _newest;
        foreach (var reading in view.Arrivals)
        {
            _newest[reading.Region] = Math.Max(_newest[reading.Region], reading.Hour);
        }

        var before = layouts.ToArray();
        policy.Decide(view, layouts);
        if (view.Hour - _newest.Min() > BlindAfterHours)
        {
            ChangesWhileBlind += layouts.ToArray().Zip(before).Count(pair => pair.First != pair.Second);
        }
    }
}
