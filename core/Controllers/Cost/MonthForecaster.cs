using Idp.Core.Value;

namespace Idp.Core.Controllers.Cost;

/// <summary>Forecasts the rest of a month, with an interval for its sum.</summary>
/// <remarks>
/// Damped Holt smoothing on weekday-adjusted days. The interval is that of the additive-error state space model: errors of
/// several days are correlated through the level, and the sum of h days errs by Σₖ (1 + Σⱼ ψⱼ) εₖ (Hyndman, Koehler, Ord and
/// Snyder, "Forecasting with Exponential Smoothing", 2008, chapter 6). Quantiles are Student's, since few days estimate the error.
/// </remarks>
internal sealed class MonthForecaster(double coverage)
{
    private const double Damping = 0.95;
    private const int MinDays = 14; // Two weeks tell a weekday from a bad day.

    private static readonly double[] Levels = [0.05, 0.1, 0.2, 0.3, 0.5, 0.8];
    private static readonly double[] Trends = [0, 0.05, 0.1, 0.2];

    /// <returns>Null when the history is shorter than two weeks.</returns>
    public MonthForecast? Forecast(DailySpend history)
    {
        if (history.Usd.Length < MinDays)
        {
            return null;
        }

        double[] days = [.. history.Usd.Select(usd => (double)usd)];
        var next = history.First.AddDays(days.Length);
        var month = new DateOnly(next.Year, next.Month, 1);
        var left = month.AddMonths(1).DayNumber - next.DayNumber;
        var spent = history.Usd.Index().Where(entry => history.First.AddDays(entry.Index) >= month).Sum(entry => entry.Item);

        var weekdays = Weekdays(days);
        double[] adjusted = [.. days.Select((usd, day) => usd / weekdays[day % 7])];
        var fit = Levels.SelectMany(level => Trends.Select(trend => Fit(adjusted, level, trend))).MinBy(fit => fit.SquaredError)!;
        double[] factors = [.. Enumerable.Range(days.Length, left).Select(day => weekdays[day % 7])];
        var expected = Enumerable.Range(0, left).Sum(ahead => factors[ahead] * (fit.Level + (Sum(ahead + 1) * fit.Trend)));
        var degrees = adjusted.Length - 3; // Two smoothing weights and the start were fitted.
        var sigma = Math.Sqrt(fit.SquaredError / degrees);
        var half = StudentQuantile(coverage, degrees) * sigma * Math.Sqrt(SumVariance(fit, factors));
        return new MonthForecast(
            history.Service,
            month,
            spent,
            Cents(spent + (decimal)expected),
            Cents(spent + (decimal)Math.Max(0, expected - half)),
            Cents(spent + (decimal)(expected + half)),
            coverage,
            left);
    }

    // Ratio of each weekday to its own week, shrunk towards 1 by one pseudo-week.
    private static double[] Weekdays(double[] days)
    {
        var factors = new double[7];
        var weeks = days.Length / 7;
        for (var weekday = 0; weekday < 7; weekday++)
        {
            var sum = 1.0;
            for (var week = 0; week < weeks; week++)
            {
                // Weeks are counted back from the end, where days are complete.
                var start = days.Length - (7 * (week + 1));
                var at = start + ((weekday - (start % 7) + 7) % 7);
                var mean = days.AsSpan(start, 7).ToArray().Average();
                sum += mean > 0 ? days[at] / mean : 1;
            }

            factors[weekday] = Math.Max(0.01, sum / (weeks + 1));
        }

        return factors;
    }

    private static HoltFit Fit(double[] days, double alpha, double beta)
    {
        var (level, trend, squared) = (days.AsSpan(0, 7).ToArray().Average(), 0.0, 0.0);
        foreach (var day in days)
        {
            var error = day - level - (Damping * trend);
            squared += error * error;
            level += (Damping * trend) + (alpha * error);
            trend = (Damping * trend) + (alpha * beta * error);
        }

        return new HoltFit(alpha, beta, level, trend, squared);
    }

    private static double SumVariance(HoltFit fit, double[] factors)
    {
        var variance = 0.0;
        for (var at = 0; at < factors.Length; at++)
        {
            var weight = factors[at];
            for (var ahead = 1; at + ahead < factors.Length; ahead++)
            {
                weight += factors[at + ahead] * fit.Alpha * (1 + (fit.Beta * Sum(ahead)));
            }

            variance += weight * weight;
        }

        return variance;
    }

    // φ + φ² + … + φʰ.
    private static double Sum(int h) => Damping * (1 - Math.Pow(Damping, h)) / (1 - Damping);

    // Cornish and Fisher's first term brings the normal quantile to Student's; exact to 1 % from ten degrees of freedom on.
    private static double StudentQuantile(double coverage, int degrees)
    {
        var z = coverage switch
        {
            <= 0.8 => 1.2816,
            <= 0.9 => 1.6449,
            _ => 1.9600,
        };
        return z + (((z * z * z) + z) / (4 * degrees));
    }

    private static decimal Cents(decimal usd) => decimal.Round(usd, 2);

    private sealed record HoltFit(double Alpha, double Beta, double Level, double Trend, double SquaredError);
}
