using Idp.Core.Planning;

namespace Idp.Simulation.Baselines;

/// <summary>Decides, hour by hour, where the objects of one fleet are. One instance serves one run.</summary>
public interface IPlacementPolicy
{
    /// <summary>Decides for the hour that begins now.</summary>
    /// <param name="view">All that can be known: the past, as telemetry has told it so far.</param>
    /// <param name="layouts">The present layout of each object; the policy overwrites those that it changes.</param>
    void Decide(PolicyView view, Span<Layout> layouts);
}
