using System.Globalization;

namespace Idp.Core.Controllers.Cost;

/// <summary>Finds hours that cost too much: one hour far too much at once, or many a little too much together.</summary>
/// <remarks>
/// Expected is the median of the same hour of the week (of the day while there are fewer than three weeks), grown with the series.
/// Errors are relative, and measured in robust standard deviations: 1.4826 times their median absolute deviation (Iglewicz and
/// Hoaglin, "How to detect and handle outliers", 1993), of hours that were left out of their own expectation. What carries over
/// from one hour to the next is taken out first, or sums would alarm at any slow wave. A spike is one hour beyond a score; a shift
/// is found by Page's cumulative sum ("Continuous inspection schemes", Biometrika 1954).
/// </remarks>
internal sealed class AnomalyDetector(CostOptions options)
{
    private const int Day = 24;
    private const int Week = 7 * Day;
    private const int Recent = 2 * Day; // Judged; the hours before it are what they are judged by.
    private const double ScoreCap = 6; // One wild hour is a spike; it must not pass for a shift.
    private const double MaxCarryOver = 0.9; // Above it nothing but the first hour of a shift would be seen.

    /// <returns>Null when nothing is wrong, or when there is less than a week to judge by.</returns>
    public SpendAnomaly? Find(HourlySpend series)
    {
        double[] usd = [.. series.Usd];
        var judged = usd.Length - Recent;
        if (judged < Week)
        {
            return null;
        }

        var expected = Expect(usd, judged);
        var least = Math.Max(0.1 * Median(usd.AsSpan(0, judged).ToArray()), 1e-9); // An hour that usually costs nothing has no relative error.
        double[] errors = [.. usd.Zip(expected, (paid, should) => (paid - should) / Math.Max(should, least))];
        var center = Median(errors.AsSpan(0, judged).ToArray());
        var carryOver = CarryOver(errors, judged, center);
        double[] news = [.. Enumerable.Range(0, errors.Length).Select(hour => hour == 0 ? 0 : errors[hour] - center - (carryOver * (errors[hour - 1] - center)))];
        var scale = Math.Max(1.4826 * Median([.. news.Take(judged).Select(Math.Abs)]), Math.Max(options.MinAnomalyShare, 1e-9));

        var (sum, since, worst) = (0.0, judged, 0.0);
        for (var hour = judged; hour < usd.Length; hour++)
        {
            var score = news[hour] / scale;
            if (sum <= 0)
            {
                (since, worst) = (hour, 0);
            }

            worst = Math.Max(worst, score);
            sum = Math.Max(0, sum + Math.Min(score, ScoreCap) - options.ShiftSlack);
            if (score > options.SpikeScore || sum > options.ShiftLimit)
            {
                return Report(series, usd, expected, score > options.SpikeScore ? hour : since, worst);
            }
        }

        return null;
    }

    private SpendAnomaly? Report(HourlySpend series, double[] usd, double[] expected, int since, double score)
    {
        var hours = usd.Length - since;
        var (observed, should) = (usd.AsSpan(since).ToArray().Sum(), expected.AsSpan(since).ToArray().Sum());
        if ((observed - should) / hours * Day < (double)options.MinAnomalyUsdPerDay)
        {
            return null;
        }

        var begin = series.First.AddHours(since);
        return new SpendAnomaly(
            series.Service,
            series.Kind,
            begin,
            decimal.Round((decimal)observed, 2),
            decimal.Round((decimal)should, 2),
            score,
            IsNew: true,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{series.Service} spends ${observed / hours:0.00}/h on {series.Kind} since {begin:yyyy-MM-dd HH:mm} UTC, expected ${should / hours:0.00}/h: ${(observed - should) / hours * Day:0.00} more a day, up to {score:0.0} standard deviations"));
    }

    // Correlation of one hour's error with the next, of errors that are not outliers.
    private static double CarryOver(double[] errors, int judged, double center)
    {
        var bound = 3 * 1.4826 * Median([.. errors.Take(judged).Select(error => Math.Abs(error - center))]);
        var (both, one) = (0.0, 0.0);
        for (var hour = 1; hour < judged; hour++)
        {
            var (before, now) = (Math.Clamp(errors[hour - 1] - center, -bound, bound), Math.Clamp(errors[hour] - center, -bound, bound));
            both += before * now;
            one += before * before;
        }

        return one > 0 ? Math.Clamp(both / one, 0, MaxCarryOver) : 0;
    }

    private static double[] Expect(double[] usd, int judged)
    {
        var period = judged >= 3 * Week ? Week : Day;
        var growth = period == Week ? WeeklyGrowth(usd, judged) : 1;
        var expected = new double[usd.Length];
        for (var phase = 0; phase < period; phase++)
        {
            // Brought to the level of the end of what is known, so that growth is not taken for an error.
            var known = new List<double>();
            for (var hour = phase; hour < judged; hour += period)
            {
                known.Add(usd[hour] * Math.Pow(growth, (judged - hour) / (double)Week));
            }

            var median = Median([.. known]);
            for (var (hour, index) = (phase, 0); hour < usd.Length; hour += period, index++)
            {
                // A known hour is judged by the others, as the hours to come will be.
                var level = index < known.Count ? Median([.. known.Where((_, other) => other != index)]) : median;
                expected[hour] = level / Math.Pow(growth, (judged - hour) / (double)Week);
            }
        }

        return expected;
    }

    private static double WeeklyGrowth(double[] usd, int judged)
    {
        var ratios = new List<double>();
        for (var end = judged; end >= 2 * Week; end -= Week)
        {
            var (later, earlier) = (usd.AsSpan(end - Week, Week).ToArray().Sum(), usd.AsSpan(end - (2 * Week), Week).ToArray().Sum());
            if (earlier > 0)
            {
                ratios.Add(later / earlier);
            }
        }

        return ratios.Count > 0 ? Math.Clamp(Median([.. ratios]), 0.8, 1.25) : 1;
    }

    private static double Median(double[] values)
    {
        Array.Sort(values);
        var middle = values.Length / 2;
        return values.Length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }
}
