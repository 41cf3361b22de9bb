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

    private const int Day = 24;
    private const double MattersFrom = 0.1; // A jump in a region with less of the object's demand changes no plan.

    // Hour 0 of a workload is a Monday's midnight, so hours of the week agree with those of the epoch.
    private static readonly int FirstHour = (int)(Time(0) - DateTimeOffset.UnixEpoch).TotalHours;

    private readonly PolicyView _view;
    private readonly ForecastBank _bank;
    private readonly int[] _lastHour;
    private readonly int[] _newestReading;
    private readonly int[] _jumpedAt;
    private readonly ForecastPoint[] _points = new ForecastPoint[Horizon];

    /// <param name="view">Its readings are learned from, hour by hour.</param>
    public FleetForecast(PolicyView view, ForecastOptions options)
    {
        _view = view;
        _bank = new ForecastBank(options, new CohortProfiles(Regions, maxCohorts: 1));
        _lastHour = [.. Enumerable.Repeat(-1, Regions)];
        _newestReading = [.. Enumerable.Repeat(-1, Regions)];
        _jumpedAt = [.. Enumerable.Repeat(int.MinValue / 2, view.Objects.Length)];
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

    /// <returns>Mean demand of an object from this hour on.</returns>
    public DemandWindow Next(int obj)
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

    /// <returns>Demand of an object in the last day, where it is known; null before there is any.</returns>
    public DemandWindow? Recent(int obj)
    {
        var hours = Math.Min(Day, _view.Hour);
        if (hours == 0)
        {
            return null;
        }

        double[] Counts(Func<int, Reading, double> count) =>
        [
            .. from hour in Enumerable.Range(_view.Hour - hours, hours)
               from region in Enumerable.Range(0, Regions)
               let reading = new Reading(hour, region)
               select _view.Has(reading) ? count(obj, reading) : 0,
        ];
        return new DemandWindow(Regions, Counts(_view.Reads), Counts(_view.Writes));
    }

    /// <returns>Whether the demand that matters to an object has jumped within the last day.</returns>
    public bool IsAfterJump(int obj) => _view.Hour - _jumpedAt[obj] < Day;

    private int SeriesOf(int obj, int region) => ((obj * Regions) + region) * 2;

    private void Observe(Reading reading)
    {
        for (var obj = 0; obj < _view.Objects.Length; obj++)
        {
            var outcome = _bank.Observe(SeriesOf(obj, reading.Region), FirstHour + reading.Hour, _view.Reads(obj, reading));
            _bank.Observe(SeriesOf(obj, reading.Region) + 1, FirstHour + reading.Hour, _view.Writes(obj, reading));
            if (outcome.Warning is { Kind: ForecastWarningKind.LevelJump } && Share(obj, reading) >= MattersFrom)
            {
                _jumpedAt[obj] = reading.Hour;
            }
        }

        _lastHour[reading.Region] = reading.Hour;
    }

    // Of the object's reads in that hour, before or after the jump: a region that falls silent matters too.
    private double Share(int obj, Reading reading)
    {
        var now = _view.Reads(obj, reading);
        var before = _view.Has(reading with { Hour = reading.Hour - Day }) ? _view.Reads(obj, reading with { Hour = reading.Hour - Day }) : now;
        var all = Enumerable.Range(0, Regions).Select(region => reading with { Region = region }).Where(_view.Has).Sum(other => _view.Reads(obj, other));
        return Math.Max(now, before) / Math.Max(1, all);
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
