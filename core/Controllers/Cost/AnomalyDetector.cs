using System.Globalization;

namespace Idp.Core.Controllers.Cost;

/// <summary>Finds hours that cost too much: one hour far too much at once, or many a little too much together.</summary>
/// <remarks>
/// Expected is the median of the same hour of the week (of the day while there are fewer than three weeks), grown with the series.
/// Errors are measured in robust standard deviations, 1.4826 times their median absolute deviation (Iglewicz and Hoaglin, 1993).
/// A spike is one hour beyond a score; a shift is found by Page's cumulative sum ("Continuous inspection schemes", Biometrika 1954).
/// </remarks>
internal sealed class AnomalyDetector(CostOptions options)
{
    private const int Day = 24;
    private const int Week = 7 * Day;
    private const int Recent = 2 * Day; // Judged; the hours before it are what they are judged by.
    private const double ScoreCap = 6; // One wild hour is a spike; it must not pass for a shift.

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
        var errors = Enumerable.Range(0, judged).Select(hour => usd[hour] - expected[hour]).ToArray();
        var center = Median(errors);
        var typical = Median(usd.AsSpan(0, judged).ToArray());
        var scale = Math.Max(
            1.4826 * Median([.. errors.Select(error => Math.Abs(error - center))]),
            Math.Max(options.MinAnomalyShare * typical, 1e-9));

        var (sum, since, worst, hit) = (0.0, judged, 0.0, -1);
        for (var hour = judged; hour < usd.Length; hour++)
        {
            var score = (usd[hour] - expected[hour] - center) / scale;
            if (sum <= 0)
            {
                (since, worst) = (hour, 0);
            }

            worst = Math.Max(worst, score);
            sum = Math.Max(0, sum + Math.Min(score, ScoreCap) - options.ShiftSlack);
            if (score > options.SpikeScore || sum > options.ShiftLimit)
            {
                hit = score > options.SpikeScore ? hour : since;
                break;
            }
        }

        return hit < 0 ? null : Report(series, usd, expected, hit, worst);
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
            for (var hour = phase; hour < usd.Length; hour += period)
            {
                expected[hour] = median / Math.Pow(growth, (judged - hour) / (double)Week);
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
