namespace Idp.Core.Controllers.Placement;

/// <summary>What one region's callers want of one object.</summary>
/// <param name="ReadsPerDay">Exponentially weighted; decayed to the snapshot's time with <see cref="PlacementOptions.HalfLife"/> (<see cref="DecayedCount"/>).</param>
/// <param name="WritesPerDay">The same for writes.</param>
/// <param name="RecentOperations">Reads and writes counted since the previous snapshot; the ledger settles on these.</param>
public sealed record RegionDemand(RegionId Region, double ReadsPerDay, double WritesPerDay, long RecentOperations)
{
    public double OperationsPerDay => ReadsPerDay + WritesPerDay;
}
