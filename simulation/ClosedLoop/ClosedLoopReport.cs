using System.Collections.Immutable;
using Idp.Core.Planning;

namespace Idp.Simulation.ClosedLoop;

/// <summary>What one policy cost on one workload in the scored hours, and what callers waited.</summary>
/// <param name="Cost">In US dollars; waits in queues and operations turned away are among the latency, failed copies among the changes.</param>
/// <param name="MeanMs">Mean wait of an operation that was served.</param>
/// <param name="P99Ms">What 99 % of them did not exceed.</param>
/// <param name="TurnedAway">Operations that overloaded regions did not serve.</param>
/// <param name="Paths">The layout of every object (outer) in every hour, the warm-up included.</param>
public sealed record ClosedLoopReport(
    PlanCost Cost, double MeanMs, double P99Ms, double TurnedAway, ChangeCounts Changes, ImmutableArray<ImmutableArray<Layout>> Paths)
{
    /// <value>Total business cost, in US dollars.</value>
    public decimal TotalUsd => (decimal)Cost.TotalUsd;

    /// <value>Storage, egress and changes: what is paid to the provider.</value>
    public decimal InfrastructureUsd => (decimal)(Cost.TotalUsd - Cost.LatencyUsd);
}
