using Idp.Core.Forecasting;

namespace Idp.Core.Tests.Forecasting;

/// <summary>Feeds made-up hours to one series.</summary>
internal sealed class Series
{
    private SeriesState _state = HourlyForecaster.Start(cohort: 0, region: 0, hour: 0);

    public Series(CohortProfiles? profiles = null, ForecastOptions? options = null) =>
        Forecaster = new HourlyForecaster(options ?? new ForecastOptions(), profiles ?? new CohortProfiles(regions: 1));

    public HourlyForecaster Forecaster { get; }

    public ref SeriesState State => ref _state;

    /// <value>Warnings of all observations, oldest first.</value>
    public List<ForecastWarning> Warnings { get; } = [];

    /// <summary>Observes the next hours; <paramref name="count"/> gets the hour's number.</summary>
    public ForecastOutcome Feed(int hours, Func<int, double> count, IForecastCost? cost = null)
    {
        ForecastOutcome outcome = default;
        for (var i = 0; i < hours; i++)
        {
            var hour = _state.LastHour + 1;
            outcome = Forecaster.Observe(ref _state, hour, count(hour), cost);
            if (outcome.Warning is { } warning)
            {
                Warnings.Add(warning);
            }
        }

        return outcome;
    }

    public ForecastPoint Ahead(int hours) => Forecaster.Forecast(_state, hours);

    /// <returns>A day with its peak at noon, between 10 and 190 an hour.</returns>
    public static double Day(int hour) => 100 - (90 * Math.Cos(hour % 24 / 24.0 * 2 * Math.PI));
}
