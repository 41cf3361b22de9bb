namespace Idp.Core.Forecasting;

/// <summary>Makes one forecast of several.</summary>
/// <remarks>
/// Simple robust averages beat plain ones when a member now and then is far off (Jose and Winkler, 2008): after a burst the seasonal members promise
/// another, and a weighted mean believes them in part.
/// </remarks>
internal static class Combination
{
    private const double Lower = 0.25;
    private const double Upper = 0.75;

    /// <returns>The mean of what lies between the quartiles of the weight.</returns>
    /// <param name="forecasts">Sorted by the call.</param>
    /// <param name="weights">At least 0, one of them more; sorted alongside.</param>
    public static double InterquartileMean(Span<double> forecasts, Span<double> weights)
    {
        SortTogether(forecasts, weights);
        var all = 0.0;
        foreach (var weight in weights)
        {
            all += weight;
        }

        var (sum, from) = (0.0, 0.0);
        for (var i = 0; i < forecasts.Length; i++)
        {
            var to = from + (weights[i] / all);
            sum += forecasts[i] * Math.Max(0, Math.Min(to, Upper) - Math.Max(from, Lower));
            from = to;
        }

        return sum / (Upper - Lower);
    }

    // By insertion: there are five.
    private static void SortTogether(Span<double> keys, Span<double> items)
    {
        for (var i = 1; i < keys.Length; i++)
        {
            for (var j = i; j > 0 && keys[j] < keys[j - 1]; j--)
            {
                (keys[j], keys[j - 1]) = (keys[j - 1], keys[j]);
                (items[j], items[j - 1]) = (items[j - 1], items[j]);
            }
        }
    }
}
