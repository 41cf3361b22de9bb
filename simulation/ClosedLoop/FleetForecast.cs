using System.Collections.Immutable;
using Idp.Core.Forecasting;
using Idp.Core.Planning;
using Idp.Simulation.Baselines;
using Idp.Simulation.Worlds;

namespace Idp.Simulation.ClosedLoop;

/// <summary>The product's forecasters over one fleet, fed with the readings that arrive.</summary>
internal sealed class FleetForecast
{
    /// <value>Hour 0 of a workload, in hours since the Unix epoch: a Monday's midnight, so hours of the week agree with those of the epoch.</value>
    public static readonly int FirstHour = (int)(Time(0) - DateTimeOffset.UnixEpoch).TotalHours;

    private readonly PolicyView _view;
    private readonly DemandViews _demand;
    private readonly int[] _lastHour;
    private readonly int[] _newestReading;

    /// <param name="view">Its readings are learned from, hour by hour.</param>
    public FleetForecast(PolicyView view, ForecastOptions options)
    {
        _view = view;
        _demand = new DemandViews(Regions, options, new CohortProfiles(Regions, maxCohorts: 1));
        _lastHour = [.. Enumerable.Repeat(-1, Regions)];
        _newestReading = [.. Enumerable.Repeat(-1, Regions)];
        for (var obj = 0; obj < view.Objects.Length; obj++)
        {
            _demand.Add(FirstHour);
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

    /// <returns>Demand of an object from this hour on, as each view sees it.</returns>
    public ImmutableArray<DemandWindow> Views(int obj) => _demand.Of(obj);

    /// <returns>What is known of the hour that has just passed; unknown counts are 0.</returns>
    public DemandWindow Last(int obj)
    {
        double[] Counts(Func<int, Reading, double> count) =>
            [.. Enumerable.Range(0, Regions).Select(region => new Reading(_view.Hour - 1, region)).Select(reading => _view.Has(reading) ? count(obj, reading) : 0)];
        return new DemandWindow(Regions, Counts(_view.Reads), Counts(_view.Writes));
    }

    private void Observe(Reading reading)
    {
        for (var obj = 0; obj < _view.Objects.Length; obj++)
        {
            _demand.Observe(obj, reading.Region, FirstHour + reading.Hour, _view.Reads(obj, reading), _view.Writes(obj, reading));
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
            _demand.Skip(obj, region, FirstHour + hour);
        }

        _lastHour[region] = hour;
    }
}
