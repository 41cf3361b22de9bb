using System.Runtime.InteropServices;

namespace Idp.Core.Forecasting;

/// <summary>What callers want of one object when no hour differs from another: the mean of the last weeks, and what is going on just now.</summary>
/// <remarks>
/// The mean fades with a half-life of four weeks, so that rare bursts are remembered, and is unbiased, which a forecast of least absolute error is not
/// where demand comes in bursts: its hours are mostly empty, so the median is 0, yet bursts are what placement pays for. Hours whose telemetry was
/// lost are left out.
/// </remarks>
public sealed class SteadyDemand(int regions)
{
    private const int FadeHours = 24;
    private static readonly double KeepMean = Math.Pow(0.5, 1.0 / 672);
    private static readonly double KeepBurst = Math.Pow(0.5, 1.0 / 8); // A working day.

    private readonly double[] _weight = new double[regions];
    private readonly double[] _sum = new double[regions];
    private readonly double[] _last = new double[regions];

    /// <summary>Takes in an hour's count of one region; hours of a region come in order.</summary>
    public void Observe(int region, double count)
    {
        _weight[region] = (_weight[region] * KeepMean) + 1;
        _sum[region] = (_sum[region] * KeepMean) + count;
        _last[region] = count;
    }

    /// <summary>Writes all that is kept, little-endian.</summary>
    public void Save(Stream target)
    {
        SeriesState.RequireLittleEndian();
        target.Write(MemoryMarshal.AsBytes(_weight.AsSpan()));
        target.Write(MemoryMarshal.AsBytes(_sum.AsSpan()));
        target.Write(MemoryMarshal.AsBytes(_last.AsSpan()));
    }

    /// <summary>Reads what <see cref="Save"/> wrote for as many regions.</summary>
    /// <exception cref="EndOfStreamException">The stream is too short.</exception>
    public static SteadyDemand Load(Stream source, int regions)
    {
        SeriesState.RequireLittleEndian();
        var demand = new SteadyDemand(regions);
        source.ReadExactly(MemoryMarshal.AsBytes(demand._weight.AsSpan()));
        source.ReadExactly(MemoryMarshal.AsBytes(demand._sum.AsSpan()));
        source.ReadExactly(MemoryMarshal.AsBytes(demand._last.AsSpan()));
        return demand;
    }

    /// <returns>Demand per hour of a region, on average; 0 before anything is known.</returns>
    public double Mean(int region) => _weight[region] > 0 ? _sum[region] / _weight[region] : 0;

    /// <summary>The calm view: every hour as the mean.</summary>
    /// <param name="counts">The regions of the first hour, then those of the second, and so on.</param>
    public void FillCalm(Span<double> counts) => Fill(counts, excess: 0);

    /// <summary>The brisk view: the next hour as the last, then ever more like the mean; half of the difference is left after eight hours, none after a day.</summary>
    /// <param name="counts">As in <see cref="FillCalm"/>.</param>
    public void FillBrisk(Span<double> counts) => Fill(counts, excess: 1);

    private void Fill(Span<double> counts, double excess)
    {
        for (var i = 0; i < counts.Length; i++)
        {
            var region = i % regions;
            counts[i] = Mean(region) + (excess * (_last[region] - Mean(region)));
            excess *= region < regions - 1 ? 1 : i / regions < FadeHours - 1 ? KeepBurst : 0;
        }
    }
}
