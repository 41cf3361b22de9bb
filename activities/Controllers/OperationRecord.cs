using Idp.Core.Controllers.Consistency;
using Idp.Core.Controllers.Placement;

namespace Idp.Activities.Controllers;

/// <summary>One operation of a dataset as the last run of the consistency controller left it.</summary>
/// <param name="Floor">What is declared of it; null when its dataset declares no consistency, and it is taken for strong.</param>
/// <param name="Evidence">Of the last run's period; null when it did not occur.</param>
/// <param name="Reads">Of the objects that were looked at, scaled up to all.</param>
/// <param name="Writes">Likewise.</param>
public sealed record OperationRecord(
    ConsistencyDecision Decision, ConsistencyMemory Memory, ReadLevel? Floor, OperationEvidence? Evidence, DecayedCount Reads, DecayedCount Writes)
{
    /// <summary>After this long a past operation weighs half.</summary>
    internal static readonly TimeSpan HalfLife = TimeSpan.FromDays(7);

    /// <returns>Reads per day at <paramref name="asOf"/>, exponentially weighted.</returns>
    public double ReadsPerDay(DateTimeOffset asOf) => Reads.PerDay(asOf, HalfLife);

    /// <returns>Writes per day at <paramref name="asOf"/>, exponentially weighted.</returns>
    public double WritesPerDay(DateTimeOffset asOf) => Writes.PerDay(asOf, HalfLife);
}
