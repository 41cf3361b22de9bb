using System.Collections.Immutable;
using Idp.Core.Planning;
using Idp.Simulation.Workloads;

namespace Idp.Simulation.Worlds;

/// <summary>How load becomes waiting: regions as single servers with random arrivals (M/M/1).</summary>
internal sealed class Queueing(World world)
{
    // Beyond, the hour's mean wait is that of a server which turns the rest away.
    private const double MaxUtilization = 0.98;

    private readonly double[] _load = new double[world.Regions];

    /// <value>Load over capacity by region in the hour measured last; above 1 when overloaded.</value>
    public ImmutableArray<double> Utilization { get; private set; } = [.. new double[world.Regions]];

    /// <summary>Adds up one hour of all objects.</summary>
    public void Measure(int hour, ImmutableArray<ObjectLoad> objects, ReadOnlySpan<Layout> layouts)
    {
        Array.Clear(_load);
        for (var i = 0; i < objects.Length; i++)
        {
            Add(objects[i].Demand.Reads(hour), objects[i].Demand.Writes(hour), layouts[i]);
        }

        Utilization = [.. _load.Select((load, region) => load / world.CapacityPerHour[region])];
    }

    /// <returns>Mean wait of an operation in the region's queue: ρ ÷ (1 − ρ) service times.</returns>
    public double WaitMs(int region)
    {
        var rho = Math.Min(Utilization[region], MaxUtilization);
        return world.ServiceMs * rho / (1 - rho);
    }

    /// <returns>Share of a region's operations that it turns away.</returns>
    public double TurnedAway(int region) => Utilization[region] > 1 ? 1 - (1 / Utilization[region]) : 0;

    private void Add(ReadOnlySpan<double> reads, ReadOnlySpan<double> writes, Layout layout)
    {
        var written = 0.0;
        for (var from = 0; from < reads.Length; from++)
        {
            _load[world.Costs.Nearest(from, layout.Sites)] += reads[from];
            written += writes[from];
        }

        foreach (var site in layout.Sites.ToIndices())
        {
            _load[site] += written; // Each site applies every write.
        }
    }
}
