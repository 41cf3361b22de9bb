using System.Buffers.Binary;
using System.Collections.Immutable;
using Idp.Core.Forecasting;

namespace Idp.Core.Planning;

/// <summary>What each view of the future says of each object; reads and writes of each object and region are forecast apart.</summary>
/// <remarks>Deterministic in the order of calls; for one thread at a time.</remarks>
/// <param name="regions">Regions of callers, from 1 to 16.</param>
/// <param name="profiles">Hours of the week that all objects share.</param>
public sealed class DemandViews(int regions, ForecastOptions options, CohortProfiles profiles)
{
    /// <value>Hours that are forecast.</value>
    public const int Horizon = 168;

    /// <value>How many views there are: by the hours of the week, calm, and brisk.</value>
    public const int Count = 3;

    private const int Version = 2;
    private const int WithoutSuccession = 1;

    private readonly ForecastBank _bank = new(options, profiles);
    private readonly List<(SteadyDemand Reads, SteadyDemand Writes)> _steady = [];
    private readonly List<Succession> _successions = [];
    private readonly ForecastPoint[] _points = new ForecastPoint[Horizon];

    /// <summary>Begins an object.</summary>
    /// <param name="hour">Hours since the Unix epoch of the first observation to come.</param>
    /// <returns>Its number, from 0.</returns>
    public int Add(int hour)
    {
        for (var series = 0; series < 2 * regions; series++)
        {
            _bank.Add(cohort: 0, series / 2, hour);
        }

        _steady.Add((new SteadyDemand(regions), new SteadyDemand(regions)));
        _successions.Add(new Succession(regions));
        return _steady.Count - 1;
    }

    /// <value>How good the forecasts one hour ahead have been, of all that was observed here.</value>
    public ForecastScores Scores => _bank.Scores;

    /// <summary>Takes in what callers in a region wanted of an object in an hour; hours of a region come in order, empty ones included.</summary>
    /// <returns>Null nearly always; else why forecasts deserve less trust, of reads before writes.</returns>
    public ForecastWarning? Observe(int obj, int region, int hour, double reads, double writes)
    {
        var ofReads = _bank.Observe(SeriesOf(obj, region), hour, reads);
        var ofWrites = _bank.Observe(SeriesOf(obj, region) + 1, hour, writes);
        ObserveSuccession(obj, region, hour, reads + writes);
        _steady[obj].Reads.Observe(region, reads);
        _steady[obj].Writes.Observe(region, writes);
        return ofReads.Warning ?? ofWrites.Warning;
    }

    /// <summary>Passes over hours whose telemetry was lost.</summary>
    /// <param name="hour">The last one.</param>
    public void Skip(int obj, int region, int hour)
    {
        _bank.Skip(SeriesOf(obj, region), hour);
        _bank.Skip(SeriesOf(obj, region) + 1, hour);
    }

    /// <returns>Demand of the coming <see cref="Horizon"/> hours: by the hours of the week, calm, and brisk.</returns>
    public ImmutableArray<DemandWindow> Of(int obj) =>
    [
        Seasonal(obj),
        Steady(obj, (demand, counts) => demand.FillCalm(counts)),
        Steady(obj, (demand, counts) => demand.FillBrisk(counts)),
    ];

    /// <summary>Writes all that was learned of one object; the profiles are written apart.</summary>
    public void Save(int obj, Stream target)
    {
        Span<byte> header = stackalloc byte[3 * sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(header, Version);
        BinaryPrimitives.WriteInt32LittleEndian(header[4..], SeriesState.Bytes);
        BinaryPrimitives.WriteInt32LittleEndian(header[8..], regions);
        target.Write(header);
        for (var series = 0; series < 2 * regions; series++)
        {
            _bank.Save(SeriesOf(obj, 0) + series, target);
        }

        _steady[obj].Reads.Save(target);
        _steady[obj].Writes.Save(target);
        _successions[obj].Save(target);
    }

    /// <summary>Adds an object that <see cref="Save"/> wrote.</summary>
    /// <returns>Its number; null when it is of another version or of other regions, so that the object starts over.</returns>
    /// <exception cref="EndOfStreamException">The stream is shorter than it says.</exception>
    public int? TryRestore(Stream source)
    {
        Span<byte> header = stackalloc byte[3 * sizeof(int)];
        source.ReadExactly(header);
        var version = BinaryPrimitives.ReadInt32LittleEndian(header);
        if (version is not (Version or WithoutSuccession)
            || BinaryPrimitives.ReadInt32LittleEndian(header[4..]) != SeriesState.Bytes
            || BinaryPrimitives.ReadInt32LittleEndian(header[8..]) != regions)
        {
            return null;
        }

        for (var series = 0; series < 2 * regions; series++)
        {
            _bank.Restore(source);
        }

        _steady.Add((SteadyDemand.Load(source, regions), SteadyDemand.Load(source, regions)));
        _successions.Add(version is WithoutSuccession ? new Succession(regions) : Succession.Load(source, regions));
        return _steady.Count - 1;
    }

    private int SeriesOf(int obj, int region) => ((obj * regions) + region) * 2;

    private DemandWindow Seasonal(int obj)
    {
        var reads = new double[Horizon * regions];
        var writes = new double[reads.Length];
        for (var region = 0; region < regions; region++)
        {
            Fill(reads, region, SeriesOf(obj, region));
            Fill(writes, region, SeriesOf(obj, region) + 1);
        }

        return Window(obj, reads, writes);
    }

    private DemandWindow Steady(int obj, Action<SteadyDemand, double[]> fill)
    {
        var reads = new double[Horizon * regions];
        var writes = new double[reads.Length];
        fill(_steady[obj].Reads, reads);
        fill(_steady[obj].Writes, writes);
        return Window(obj, reads, writes);
    }

    private DemandWindow Window(int obj, double[] reads, double[] writes)
    {
        _successions[obj].HandDown(reads);
        _successions[obj].HandDown(writes);
        return new DemandWindow(regions, reads, writes);
    }

    private void ObserveSuccession(int obj, int region, int hour, double count)
    {
        Span<double> means = stackalloc double[regions];
        for (var each = 0; count > 0 && each < regions; each++)
        {
            means[each] = _steady[obj].Reads.Mean(each) + _steady[obj].Writes.Mean(each);
        }

        _successions[obj].Observe(region, hour, count, means);
    }

    private void Fill(double[] counts, int region, int series)
    {
        _bank.Forecast(series, _points);
        for (var hour = 0; hour < Horizon; hour++)
        {
            counts[(hour * regions) + region] = _points[hour].Mean;
        }
    }
}
