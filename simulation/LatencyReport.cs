using System.Collections.Immutable;

namespace Idp.Simulation;

/// <summary>What callers waited in one window.</summary>
/// <param name="All">The whole window.</param>
/// <param name="Scored">Its last two thirds.</param>
/// <param name="ScoredByRegion">The same, by the caller's region.</param>
public sealed record LatencyReport(
    LatencySummary All,
    LatencySummary Scored,
    ImmutableSortedDictionary<string, LatencySummary> ScoredByRegion)
{
    /// <summary>Half of what hindsight gains over the static placement is 0.5.</summary>
    /// <returns>(static − this) ÷ (static − hindsight) of the scored means; 0 when hindsight gains nothing.</returns>
    public double ShareOf(LatencyReport fixedPlacement, LatencyReport hindsight)
    {
        var possible = fixedPlacement.Scored.MeanMs - hindsight.Scored.MeanMs;
        return possible > 0 ? (fixedPlacement.Scored.MeanMs - Scored.MeanMs) / possible : 0;
    }
}
