using System.Collections.Immutable;
using Idp.Core.Forecasting;
using Idp.Core.Planning;
using Idp.Simulation.Baselines;
using Idp.Simulation.Worlds;

namespace Idp.Simulation.ClosedLoop;

/// <summary>The product's forecasters over one fleet: reads and writes of each object and region apart.</summary>
internal sealed class FleetForecast
{
    /// <value>Hours that are forecast.</value>
    public const int Horizon = 168;

    // Hour 0 of a workload is a Monday's midnight, so hours of the week agree with those of the epoch.
    private static readonly int FirstHour = (int)(Time(0) - DateTimeOffset.UnixEpoch).TotalHours;

    private readonly PolicyView _view;
    private readonly ForecastBank _bank;
    private readonly int[] _lastHour;
    private readonly int[] _newestReading;
    private readonly SteadyDemand[] _steadyReads;
    private readonly SteadyDemand[] _steadyWrites;
    private readonly ForecastPoint[] _points = new ForecastPoint[Horizon];

    /// <param name="view">Its readings are learned from, hour by hour.</param>
    public FleetForecast(PolicyView view, ForecastOptions options)
    {
        _view = view;
        _bank = new ForecastBank(options, new CohortProfiles(Regions, maxCohorts: 1));
        _lastHour = [.. Enumerable.Repeat(-1, Regions)];
        _newestReading = [.. Enumerable.Repeat(-1, Regions)];
        _steadyReads = [.. view.Objects.Select(_ => new SteadyDemand(Regions))];
        _steadyWrites = [.. view.Objects.Select(_ => new SteadyDemand(Regions))];
        for (var series = 0; series < view.Objects.Length * Regions * 2; series++)
        {
            _bank.Add(cohort: 0, series / 2 % Regions, FirstHour);
        }
    }

    /// <value>Hours since the newest reading of the region that has been silent for longest; 1 when all are as new as can be.</value>
    public int AgeHours => _view.Hour - _newestReading.Min();

    private int Regions => _view.World.Regions;

    /// <returns>When an hour of the workload begins.</returns>
    public static DateTimeOffset Time(int hour) => new DateTimeOffset(2026, 1, 5, 0, 0, 0, TimeSpan.Zero).AddHours(hour);

    /// <summary>Takes in what has arrived. A reading that comes after its hour was given up is dropped: forecasts only go forward.</summary>
    public void Learn()
    {
        foreach (var reading in _view.Arrivals)
        {
            _newestReading[reading.Region] = Math.Max(_newestReading[reading.Region], reading.Hour);
            if (reading.Hour > _lastHour[reading.Region])
            {
                GiveUp(reading.Region, reading.Hour - 1);
                Observe(reading);
            }
        }

        for (var region = 0; region < Regions; region++)
        {
            GiveUp(region, _view.Hour - 1);
        }
    }

    /// <returns>Demand of an object from this hour on: by the hours of the week, calm, and brisk.</returns>
    public ImmutableArray<DemandWindow> Views(int obj) =>
    [
        Seasonal(obj),
        Steady(obj, (demand, counts) => demand.FillCalm(counts)),
        Steady(obj, (demand, counts) => demand.FillBrisk(counts)),
    ];

    /// <returns>What is known of the hour that has just passed; unknown counts are 0.</returns>
    public DemandWindow Last(int obj)
    {
        double[] Counts(Func<int, Reading, double> count) =>
            [.. Enumerable.Range(0, Regions).Select(region => new Reading(_view.Hour - 1, region)).Select(reading => _view.Has(reading) ? count(obj, reading) : 0)];
        return new DemandWindow(Regions, Counts(_view.Reads), Counts(_view.Writes));
    }

    private DemandWindow Seasonal(int obj)
    {
        var reads = new double[Horizon * Regions];
        var writes = new double[reads.Length];
        for (var region = 0; region < Regions; region++)
        {
            Fill(reads, region, SeriesOf(obj, region));
            Fill(writes, region, SeriesOf(obj, region) + 1);
        }

        return new DemandWindow(Regions, reads, writes);
    }

    private DemandWindow Steady(int obj, Action<SteadyDemand, double[]> fill)
    {
        var reads = new double[Horizon * Regions];
        var writes = new double[reads.Length];
        fill(_steadyReads[obj], reads);
        fill(_steadyWrites[obj], writes);
        return new DemandWindow(Regions, reads, writes);
    }

    private int SeriesOf(int obj, int region) => ((obj * Regions) + region) * 2;

    private void Observe(Reading reading)
    {
        for (var obj = 0; obj < _view.Objects.Length; obj++)
        {
            var (reads, writes) = (_view.Reads(obj, reading), _view.Writes(obj, reading));
            _bank.Observe(SeriesOf(obj, reading.Region), FirstHour + reading.Hour, reads);
            _bank.Observe(SeriesOf(obj, reading.Region) + 1, FirstHour + reading.Hour, writes);
            _steadyReads[obj].Observe(reading.Region, reads);
            _steadyWrites[obj].Observe(reading.Region, writes);
        }

        _lastHour[reading.Region] = reading.Hour;
    }

    private void GiveUp(int region, int hour)
    {
        if (_lastHour[region] >= hour)
        {
            return;
        }

        for (var obj = 0; obj < _view.Objects.Length; obj++)
        {
            _bank.Skip(SeriesOf(obj, region), FirstHour + hour);
            _bank.Skip(SeriesOf(obj, region) + 1, FirstHour + hour);
        }

        _lastHour[region] = hour;
    }

    private void Fill(double[] counts, int region, int series)
    {
        _bank.Forecast(series, _points);
        for (var hour = 0; hour < Horizon; hour++)
        {
            counts[(hour * Regions) + region] = _points[hour].Mean;
        }
    }
}
