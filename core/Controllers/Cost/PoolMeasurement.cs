using System.Collections.Immutable;
using System.Globalization;

namespace Idp.Core.Controllers.Cost;

/// <summary>What a pool's utilization was measured by. Utilizations are sessions by virtual CPUs of the server, so above 1 where sessions wait.</summary>
/// <param name="Hours">That were measured.</param>
/// <param name="MeanSessions">Average active sessions over them.</param>
/// <param name="PeakSessions">Of the busiest minute.</param>
/// <param name="Peaks">By the day's hours in UTC: the busiest minute's utilization.</param>
/// <param name="Running">Utilization by sessions that waited for nothing, in the busiest hour: only these gain from more capacity.</param>
public sealed record PoolMeasurement(int Hours, double MeanSessions, double PeakSessions, ImmutableArray<decimal> Peaks, decimal Running)
{
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"measured in {Hours} h: {MeanSessions:0.##} sessions in the mean, {PeakSessions:0.##} in the busiest minute");
}
