using System.Collections.Immutable;
using Idp.Simulation.Workloads;
using Idp.Simulation.Worlds;

namespace Idp.Simulation.Baselines;

/// <summary>What a policy sees. It holds copies of what has arrived, so the future is not there to be looked at.</summary>
public sealed class PolicyView
{
    private readonly double[][] _reads;
    private readonly double[][] _writes;

    internal PolicyView(Workload workload)
    {
        World = workload.World;
        Objects = [.. workload.Objects.Select(load => new PlacedObject(load.Id, load.SizeGb, load.Feasible))];
        Utilization = [.. new double[World.Regions]];
        _reads = Unknown(workload);
        _writes = Unknown(workload);
    }

    public World World { get; }

    public ImmutableArray<PlacedObject> Objects { get; }

    /// <value>The hour that begins now; readings of earlier ones may have arrived.</value>
    public int Hour { get; private set; }

    /// <value>Readings that have arrived since the last decision, oldest first.</value>
    public ImmutableArray<Reading> Arrivals { get; private set; } = [];

    /// <value>Load over capacity in the last hour, by region.</value>
    public ImmutableArray<double> Utilization { get; private set; }

    /// <returns>Whether a reading has arrived.</returns>
    public bool Has(Reading reading) => reading.Hour >= 0 && reading.Hour < Hour && !double.IsNaN(_reads[0][IndexOf(reading)]);

    /// <returns>Reads of one object by callers in one region; NaN when the reading has not arrived.</returns>
    public double Reads(int obj, Reading reading) => _reads[obj][IndexOf(reading)];

    /// <returns>The same for writes.</returns>
    public double Writes(int obj, Reading reading) => _writes[obj][IndexOf(reading)];

    internal void Advance(int hour, Telemetry telemetry, ImmutableArray<ObjectLoad> objects, ImmutableArray<double> utilization)
    {
        Hour = hour;
        Utilization = utilization;
        Arrivals = telemetry.ArrivingAt(hour);
        foreach (var reading in Arrivals)
        {
            var factor = telemetry.Factor(reading);
            for (var obj = 0; obj < objects.Length; obj++)
            {
                _reads[obj][IndexOf(reading)] = factor * objects[obj].Demand.Reads(reading.Hour)[reading.Region];
                _writes[obj][IndexOf(reading)] = factor * objects[obj].Demand.Writes(reading.Hour)[reading.Region];
            }
        }
    }

    private static double[][] Unknown(Workload workload) =>
    [
        .. workload.Objects.Select(_ =>
        {
            var counts = new double[workload.Hours * workload.World.Regions];
            Array.Fill(counts, double.NaN);
            return counts;
        }),
    ];

    private int IndexOf(Reading reading) => (reading.Hour * World.Regions) + reading.Region;
}
