using Idp.Core.Forecasting;

namespace Idp.Bench.Forecasting;

/// <summary>One series, forecast from every hour after the warm-up.</summary>
internal sealed class RollingOrigin
{
    private static readonly ForecastMember[] Members = Enum.GetValues<ForecastMember>();

    private readonly int[] _ahead;
    private readonly double[] _demand;
    private readonly double[][] _errors; // By distance, then member; the blend is behind the members.
    private SeriesState _state = HourlyForecaster.Start(cohort: 0, region: 0, hour: 1);
    private int _covered;
    private int _jumps;
    private int _scored;

    private RollingOrigin(DemandSeries series, int[] ahead)
    {
        Series = series;
        _ahead = ahead;
        _demand = new double[ahead.Length];
        _errors = [.. ahead.Select(_ => new double[Members.Length + 1])];
    }

    public DemandSeries Series { get; }

    /// <value>Mean absolute scaled error one hour ahead, lately.</value>
    public double Mase => _state.Scores.Mase ?? double.NaN;

    /// <value>Share of hours within the 0.9 quantile forecast one hour before.</value>
    public double Covered90 => _covered / (double)_scored;

    /// <value>Level jumps called, per day.</value>
    public double JumpsPerDay => _jumps * 24.0 / Series.Counts.Length;

    /// <summary>Runs a series by itself: the files do not say what hour of the week they begin at, so they cannot teach one another.</summary>
    public static RollingOrigin Run(DemandSeries series, int[] ahead, int warmUpHours)
    {
        var profiles = new CohortProfiles(regions: 1);
        var forecaster = new HourlyForecaster(new ForecastOptions(), profiles);
        var run = new RollingOrigin(series, ahead);
        for (var hour = 1; hour <= series.Counts.Length; hour++)
        {
            var outcome = forecaster.Observe(ref run._state, hour, series.Counts[hour - 1]);
            profiles.Learn(run._state.CohortId, region: 0, hour, outcome);
            run._jumps += outcome.Warning is { Kind: ForecastWarningKind.LevelJump } ? 1 : 0;
            if (hour > warmUpHours)
            {
                run._scored++;
                run._covered += outcome.Actual <= outcome.Forecast.P90 ? 1 : 0;
            }

            if (hour >= warmUpHours)
            {
                run.ScoreFrom(forecaster, hour);
            }
        }

        return run;
    }

    /// <returns>Σ|error| ÷ Σ demand; of the blend when <paramref name="member"/> is null.</returns>
    public double Wape(int aheadIndex, ForecastMember? member) =>
        _errors[aheadIndex][member is { } one ? (int)one : Members.Length] / _demand[aheadIndex];

    private void ScoreFrom(HourlyForecaster forecaster, int hour)
    {
        for (var index = 0; index < _ahead.Length; index++)
        {
            var target = hour + _ahead[index];
            if (target > Series.Counts.Length)
            {
                continue;
            }

            var actual = Series.Counts[target - 1];
            _demand[index] += actual;
            _errors[index][Members.Length] += Math.Abs(actual - forecaster.Forecast(_state, _ahead[index]).Mean);
            foreach (var member in Members)
            {
                _errors[index][(int)member] += Math.Abs(actual - forecaster.Forecast(_state, member, _ahead[index])!.Value);
            }
        }
    }
}
