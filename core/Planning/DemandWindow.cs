namespace Idp.Core.Planning;

/// <summary>What callers want of one object, hour by hour and region by region: forecast or observed.</summary>
public sealed class DemandWindow
{
    private readonly ReadOnlyMemory<double> _reads;
    private readonly ReadOnlyMemory<double> _writes;

    /// <param name="regions">Regions of each hour, in the order of the <see cref="SiteCosts"/>.</param>
    /// <param name="reads">Reads per hour, at least 0: the regions of the first hour, then those of the second, and so on.</param>
    /// <param name="writes">The same for writes.</param>
    /// <exception cref="ArgumentException">The two do not hold the same number of whole hours.</exception>
    public DemandWindow(int regions, ReadOnlyMemory<double> reads, ReadOnlyMemory<double> writes)
    {
        if (regions <= 0 || reads.Length != writes.Length || reads.Length % regions != 0)
        {
            throw new ArgumentException($"{reads.Length} reads and {writes.Length} writes are not whole hours of {regions} regions.", nameof(reads));
        }

        Regions = regions;
        _reads = reads;
        _writes = writes;
    }

    public int Regions { get; }

    public int Hours => _reads.Length / Regions;

    /// <returns>Reads of one hour by the caller's region.</returns>
    public ReadOnlySpan<double> Reads(int hour) => _reads.Span.Slice(hour * Regions, Regions);

    /// <returns>Writes of one hour by the caller's region.</returns>
    public ReadOnlySpan<double> Writes(int hour) => _writes.Span.Slice(hour * Regions, Regions);

    /// <returns>A part of the window that shares its numbers.</returns>
    public DemandWindow Slice(int fromHour, int hours) => new(
        Regions,
        _reads.Slice(fromHour * Regions, hours * Regions),
        _writes.Slice(fromHour * Regions, hours * Regions));

    /// <returns>The same window with one region's demand multiplied; for what-if and for "what would flip it".</returns>
    public DemandWindow Scale(int region, double factor) => new(Regions, Scaled(_reads, region, factor), Scaled(_writes, region, factor));

    /// <returns>The same window with more demand in each hour of one region, as many writes among it as the window has on average.</returns>
    public DemandWindow Add(int region, double operationsPerHour)
    {
        var (reads, writes) = (Sum(_reads), Sum(_writes));
        var writeShare = reads + writes > 0 ? writes / (reads + writes) : 0;
        return new DemandWindow(
            Regions,
            Added(_reads, region, operationsPerHour * (1 - writeShare)),
            Added(_writes, region, operationsPerHour * writeShare));
    }

    /// <value>The first hour from which on every hour is the same.</value>
    public int SteadyFrom
    {
        get
        {
            var hour = Hours - 1;
            while (hour > 0 && Reads(hour - 1).SequenceEqual(Reads(hour)) && Writes(hour - 1).SequenceEqual(Writes(hour)))
            {
                hour--;
            }

            return hour;
        }
    }

    /// <value>Reads and writes of a mean hour, all regions together.</value>
    public double OperationsPerHour => Hours > 0 ? (Sum(_reads) + Sum(_writes)) / Hours : 0;

    private static double Sum(ReadOnlyMemory<double> counts)
    {
        var sum = 0.0;
        foreach (var count in counts.Span)
        {
            sum += count;
        }

        return sum;
    }

    private double[] Added(ReadOnlyMemory<double> counts, int region, double amount)
    {
        var added = counts.ToArray();
        for (var i = region; i < added.Length; i += Regions)
        {
            added[i] += amount;
        }

        return added;
    }

    private double[] Scaled(ReadOnlyMemory<double> counts, int region, double factor)
    {
        var scaled = counts.ToArray();
        for (var i = region; i < scaled.Length; i += Regions)
        {
            scaled[i] *= factor;
        }

        return scaled;
    }
}
