using System.Collections.Immutable;
using Idp.Simulation.Workloads;

namespace Idp.Simulation.Worlds;

/// <summary>Decides which readings arrive when, and how wrong they are.</summary>
internal sealed class Telemetry
{
    private const int Lost = int.MaxValue;

    private readonly Workload _workload;
    private readonly int[] _arrival;

    public Telemetry(Workload workload)
    {
        _workload = workload;
        _arrival = new int[workload.Hours * Regions];
        for (var region = 0; region < Regions; region++)
        {
            Schedule(region);
        }
    }

    private int Regions => _workload.World.Regions;

    private Faults Faults => _workload.World.Faults;

    /// <returns>Readings that arrive just before the decision of <paramref name="now"/>, oldest first.</returns>
    public ImmutableArray<Reading> ArrivingAt(int now) =>
    [
        .. from hour in Enumerable.Range(Math.Max(0, now - 1 - Faults.LateHours), Math.Min(now, 1 + Faults.LateHours))
           from region in Enumerable.Range(0, Regions)
           where _arrival[(hour * Regions) + region] == now
           select new Reading(hour, region),
    ];

    /// <returns>What a true count is multiplied with in a reading.</returns>
    public double Factor(Reading reading) =>
        Faults.BiasShare > 0 && Chance.At(_workload.Seed, [(int)Draw.Bias, reading.Hour / 24, reading.Region]) < Faults.BiasShare ? Faults.BiasFactor : 1;

    private void Schedule(int region)
    {
        var isSilent = false;
        for (var hour = 0; hour < _workload.Hours; hour++)
        {
            var chance = Chance.At(_workload.Seed, [(int)Draw.Outage, hour, region]);
            isSilent = isSilent ? chance >= 1 / Faults.OutageHours : chance < Faults.OutagePerHour;
            var isLate = Chance.At(_workload.Seed, [(int)Draw.Late, hour, region]) < Faults.LateShare;
            _arrival[(hour * Regions) + region] = isSilent ? Lost : hour + 1 + (isLate ? Faults.LateHours : 0);
        }
    }
}
