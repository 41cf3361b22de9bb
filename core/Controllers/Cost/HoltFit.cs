namespace Idp.Core.Controllers.Cost;

/// <summary>Damped Holt smoothing of weekday-adjusted days with given weights, and how well it did.</summary>
internal sealed class HoltFit
{
    private const int Start = 7; // The first week sets the level; forecasts from before its end say nothing.

    private readonly double[] _weekdays;
    private readonly int _ahead;
    private readonly double _alpha;
    private readonly double _beta;
    private readonly double _damping;

    /// <param name="days">At least one week.</param>
    /// <param name="weekdays">Factor of each day, by its index modulo seven.</param>
    /// <param name="ahead">Days whose sum is to be forecast.</param>
    public HoltFit(double[] days, double[] weekdays, int ahead, double alpha, double beta, double damping)
    {
        (_weekdays, _ahead, _alpha, _beta, _damping) = (weekdays, ahead, alpha, beta, damping);
        var total = new double[days.Length + 1];
        for (var day = 0; day < days.Length; day++)
        {
            total[day + 1] = total[day] + days[day];
        }

        (Level, Trend) = (Enumerable.Range(0, Start).Average(day => days[day] / weekdays[day]), 0);
        var (squaredDay, squaredSum) = (0.0, 0.0);
        for (var day = 0; day < days.Length; day++)
        {
            if (day >= 2 * Start && day + ahead <= days.Length)
            {
                var missed = total[day + ahead] - total[day] - Sum(day, Level, Trend);
                squaredSum += missed * missed;
                Origins++;
            }

            var error = (days[day] / weekdays[day % 7]) - Level - (damping * Trend);
            squaredDay += error * error;
            Level += (damping * Trend) + (alpha * error);
            Trend = (damping * Trend) + (alpha * beta * error);
        }

        DayError = Math.Sqrt(squaredDay / days.Length);
        SumError = Origins > 0 ? Math.Sqrt(squaredSum / Origins) : double.MaxValue;
    }

    public double Level { get; private set; }

    public double Trend { get; private set; }

    /// <value>Root mean square error of one weekday-adjusted day ahead.</value>
    public double DayError { get; }

    /// <value>Root mean square error of former forecasts of as many days.</value>
    public double SumError { get; }

    /// <value>How many of those there were.</value>
    public int Origins { get; }

    /// <returns>What the days from index <paramref name="from"/> on should cost together.</returns>
    public double Sum(int from, double level, double trend)
    {
        var (sum, growth, power) = (0.0, 0.0, 1.0);
        for (var ahead = 0; ahead < _ahead; ahead++)
        {
            power *= _damping;
            growth += power;
            sum += _weekdays[(from + ahead) % 7] * (level + (growth * trend));
        }

        return sum;
    }

    /// <returns>Variance of that sum for one-day errors of variance 1: each error is carried on by the level and the trend.</returns>
    public double SumVariance(int from)
    {
        var variance = 0.0;
        for (var at = 0; at < _ahead; at++)
        {
            var (weight, growth, power) = (_weekdays[(from + at) % 7], 0.0, 1.0);
            for (var ahead = at + 1; ahead < _ahead; ahead++)
            {
                power *= _damping;
                growth += power;
                weight += _weekdays[(from + ahead) % 7] * _alpha * (1 + (_beta * growth));
            }

            variance += weight * weight;
        }

        return variance;
    }
}
