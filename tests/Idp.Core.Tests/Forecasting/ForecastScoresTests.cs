using Idp.Core.Forecasting;

namespace Idp.Core.Tests.Forecasting;

public sealed class ForecastScoresTests
{
    [Fact]
    public void Add_TwoHours_GivesTheTextbookFigures()
    {
        var scores = default(ForecastScores);

        scores.Add(Outcome(mean: 8, p50: 6, p90: 12, naive: 5, actual: 10), keep: 1, new Idle());
        scores.Add(Outcome(mean: 8, p50: 6, p90: 12, naive: 10, actual: 4), keep: 1, new Idle());

        Assert.Equal((2 + 4) / 14.0, scores.Wape!.Value, 1e-6);
        Assert.Equal((2 + 4) / 11.0, scores.Mase!.Value, 1e-6);
        Assert.Equal(((0.5 * 4) + (0.5 * 2)) / 2, scores.Pinball50!.Value, 1e-6);
        Assert.Equal(((0.1 * 2) + (0.1 * 8)) / 2, scores.Pinball90!.Value, 1e-6);
        Assert.Equal(((2 * 3) + (4 * 1)) / 2.0, scores.RegretUsdPerHour!.Value, 1e-6); // Short by 2 at $3, 4 too many at $1.
    }

    [Fact]
    public void Add_OldHours_FadeAlike()
    {
        var scores = default(ForecastScores);

        scores.Add(Outcome(mean: 0, p50: 0, p90: 0, naive: 0, actual: 10), keep: 0.5, cost: null);
        scores.Add(Outcome(mean: 10, p50: 10, p90: 10, naive: 10, actual: 10), keep: 0.5, cost: null);

        Assert.Equal(5 / 15.0, scores.Wape!.Value, 1e-6);
    }

    [Fact]
    public void Scores_Nothing_SayNothing()
    {
        var scores = default(ForecastScores);

        Assert.Null(scores.Wape);
        Assert.Null(scores.Mase);
        Assert.Null(scores.RegretUsdPerHour);
    }

    private static ForecastOutcome Outcome(double mean, double p50, double p90, double naive, double actual) =>
        new(new ForecastPoint(mean, p50, p90), naive, actual, Shape: 0, Warning: null);

    // Each operation prepared for in vain costs $1, each missed one $3.
    private sealed class Idle : IForecastCost
    {
        public double Usd(double planned, double actual) => planned > actual ? planned - actual : 3 * (actual - planned);
    }
}
