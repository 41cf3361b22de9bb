using System.Collections.Immutable;
using Idp.Simulation.Workloads;

namespace Idp.Bench.Forecasting;

/// <summary>One hourly series of a demand file.</summary>
/// <param name="Counts">One an hour, without gaps.</param>
internal sealed record DemandSeries(string Name, ImmutableArray<double> Counts)
{
    /// <value>Share of hours with any demand.</value>
    public double Filled => Counts.Count(count => count > 0) / (double)Counts.Length;

    /// <summary>One series of every demand file that has any demand in it, by file name.</summary>
    public static IEnumerable<DemandSeries> All(Func<DemandFile, ImmutableArray<double>> counts) =>
        DemandFile.All.Select(file => new DemandSeries(file.Name, counts(file))).Where(series => series.Filled > 0);
}
