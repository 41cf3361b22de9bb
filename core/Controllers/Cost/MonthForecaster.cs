using Idp.Core.Value;

namespace Idp.Core.Controllers.Cost;

/// <summary>Forecasts the rest of a month, with an interval for its sum.</summary>
/// <remarks>
/// Damped Holt smoothing on weekday-adjusted days, its weights chosen by how well they would have forecast such sums before. The
/// interval is that of the additive-error state space model: errors of several days are correlated through the level, and the sum
/// of h days errs by Σₖ (1 + Σⱼ ψⱼ) εₖ (Hyndman, Koehler, Ord and Snyder, "Forecasting with Exponential Smoothing", 2008, chapter
/// 6); never narrower than what those former forecasts missed by. Quantiles are Student's, since few days estimate the error.
/// </remarks>
internal sealed class MonthForecaster(double coverage)
{
    private const int MinDays = 14; // Two weeks tell a weekday from a bad day.
    private const int MinOrigins = 10; // Fewer former forecasts say nothing of a model; then its one-day errors must do.

    private static readonly double[] Levels = [0.05, 0.1, 0.2, 0.3, 0.5, 0.8];
    private static readonly double[] Trends = [0, 0.05, 0.1, 0.2];
    private static readonly double[] Dampings = [0.95, 0.99];

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
        var best = (
            from level in Levels
            from trend in Trends
            from damping in Dampings
            where trend > 0 || damping == Dampings[0]
            select new HoltFit(days, weekdays, left, level, trend, damping)).MinBy(fit => fit.Origins >= MinOrigins ? fit.SumError : fit.DayError)!;
        var degrees = days.Length - 4; // Three weights and the start were fitted.
        var modelled = best.DayError * Math.Sqrt(days.Length / (double)degrees) * Math.Sqrt(best.SumVariance(days.Length));

        // Former forecasts overlap: only as many of them are independent as fit side by side.
        var apart = Math.Max(2, (best.Origins / Math.Max(1, left)) - 1);
        var missed = best.Origins >= MinOrigins ? StudentQuantile(coverage, apart) * best.SumError : 0;
        var half = Math.Max(StudentQuantile(coverage, degrees) * modelled, missed);
        var expected = best.Sum(days.Length, best.Level, best.Trend);
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

    // Cornish and Fisher's first two terms bring the normal quantile to Student's; within 2 % from three degrees of freedom on.
    private static double StudentQuantile(double coverage, int degrees)
    {
        var z = coverage switch
        {
            <= 0.8 => 1.2816,
            <= 0.9 => 1.6449,
            _ => 1.9600,
        };
        var (cube, fifth) = (z * z * z, z * z * z * z * z);
        return z + ((cube + z) / (4.0 * degrees)) + (((5 * fifth) + (16 * cube) + (3 * z)) / (96.0 * degrees * degrees));
    }

    private static decimal Cents(decimal usd) => decimal.Round(usd, 2);
}
