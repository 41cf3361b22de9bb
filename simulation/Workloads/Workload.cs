using System.Collections.Immutable;
using Idp.Simulation.Worlds;

namespace Idp.Simulation.Workloads;

/// <summary>A world and what is asked of it.</summary>
/// <param name="Objects">All with demand of the same hours; hour 0 is a Monday's midnight, UTC.</param>
/// <param name="WarmUpHours">Hours before anything is scored: the past that everybody may learn from.</param>
/// <param name="IsAdversarial">Made to mislead whoever decides without knowing what comes.</param>
public sealed record Workload(string Name, int Seed, World World, ImmutableArray<ObjectLoad> Objects, int WarmUpHours, bool IsAdversarial = false)
{
    public int Hours => Objects[0].Demand.Hours;

    /// <value>Hours that count.</value>
    public int ScoredHours => Hours - WarmUpHours;
}
