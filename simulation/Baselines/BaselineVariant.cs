namespace Idp.Simulation.Baselines;

/// <summary>One setting of a baseline.</summary>
/// <param name="Make">A fresh policy for one run, given the hours of its warm-up: the past that it may be fitted on.</param>
public sealed record BaselineVariant(string Setting, Func<int, IPlacementPolicy> Make);
