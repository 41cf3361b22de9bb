namespace Idp.Core.Forecasting;

/// <summary>How good forecasts one hour ahead have been lately, of one series or of a fleet; older hours weigh less.</summary>
/// <remarks>
/// Sums fade alike, so their ratios are weighted means. WAPE and MASE as Hyndman and Koehler (2006) define them, the latter
/// with the naive forecast as yardstick.
/// </remarks>
public record struct ForecastScores
{
    private float _hours;
    private float _actual;
    private float _absoluteError;
    private float _naiveError;
    private float _pinball50;
    private float _pinball90;
    private float _regretUsd;

    /// <value>Σ|error| ÷ Σ demand; 0 is perfect, and 1 is no better than saying 0. Null without demand.</value>
    public readonly double? Wape => Ratio(_absoluteError, _actual);

    /// <value>Mean error over the naive forecast's; below 1 the forecast beats it. Null while the naive one has not erred.</value>
    public readonly double? Mase => Ratio(_absoluteError, _naiveError);

    /// <value>Mean pinball loss of the median, in operations per hour.</value>
    public readonly double? Pinball50 => Ratio(_pinball50, _hours);

    /// <value>Mean pinball loss of the 0.9 quantile, in operations per hour.</value>
    public readonly double? Pinball90 => Ratio(_pinball90, _hours);

    /// <value>What not knowing the demand has cost, in US dollars per hour: by the cost function given, against having known.</value>
    public readonly double? RegretUsdPerHour => Ratio(_regretUsd, _hours);

    /// <param name="keep">Share that older hours keep, for example 1 − 2 ÷ 169 for a week.</param>
    /// <param name="cost">Null when decisions on this forecast have no price.</param>
    public void Add(in ForecastOutcome outcome, double keep, IForecastCost? cost)
    {
        var (point, naive, actual) = (outcome.Forecast, outcome.Naive, outcome.Actual);
        var regret = cost is null ? 0 : cost.Usd(point.Mean, actual) - cost.Usd(actual, actual);
        Fade(ref _hours, keep, 1);
        Fade(ref _actual, keep, actual);
        Fade(ref _absoluteError, keep, Math.Abs(actual - point.Mean));
        Fade(ref _naiveError, keep, Math.Abs(actual - naive));
        Fade(ref _pinball50, keep, Pinball(0.5, point.P50, actual));
        Fade(ref _pinball90, keep, Pinball(0.9, point.P90, actual));
        Fade(ref _regretUsd, keep, regret);
    }

    /// <returns>The loss of saying that <paramref name="forecast"/> is the quantile: the share above it weighs its shortfall.</returns>
    public static double Pinball(double quantile, double forecast, double actual) =>
        actual >= forecast ? quantile * (actual - forecast) : (1 - quantile) * (forecast - actual);

    private static void Fade(ref float sum, double keep, double value) => sum = (float)((sum * keep) + value);

    private static double? Ratio(float part, float whole) => whole > 0 ? part / whole : null;
}
