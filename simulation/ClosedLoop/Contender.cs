using Idp.Simulation.Baselines;

namespace Idp.Simulation.ClosedLoop;

/// <summary>A policy that takes part in a comparison.</summary>
/// <param name="Make">A fresh policy for one run, given the hours of its warm-up.</param>
public sealed record Contender(string Name, string Setting, PolicyRole Role, Func<int, IPlacementPolicy> Make);
