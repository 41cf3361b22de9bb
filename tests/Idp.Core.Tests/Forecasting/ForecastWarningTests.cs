using Idp.Core.Forecasting;

namespace Idp.Core.Tests.Forecasting;

public sealed class ForecastWarningTests
{
    [Theory]
    [InlineData(5.0)]
    [InlineData(0.2)]
    public void Observe_DemandStepsToAnotherLevel_IsAJumpWithinHoursAndForgetsTheOld(double factor)
    {
        var random = new Random(3);
        var series = new Series();
        series.Feed(24 * 10, _ => 100 + (random.NextDouble() * 20));
        Assert.Null(series.State.HoursSinceJump);

        series.Feed(5, _ => factor * (100 + (random.NextDouble() * 20)));

        var warning = Assert.Single(series.Warnings, warning => warning.Kind == ForecastWarningKind.LevelJump);
        Assert.InRange(warning.Hour, 242, 244);
        Assert.InRange(series.State.HoursSinceJump!.Value, 0, 2);
        Assert.Equal(factor * 110, series.Ahead(1).Mean, factor * 25);
    }

    [Fact]
    public void Observe_OneHugeHour_IsNoJump()
    {
        var random = new Random(3);
        var series = new Series();
        series.Feed(24 * 10, _ => 100 + (random.NextDouble() * 20));

        series.Feed(1, _ => 100_000);
        series.Feed(48, _ => 100 + (random.NextDouble() * 20));

        Assert.DoesNotContain(series.Warnings, warning => warning.Kind == ForecastWarningKind.LevelJump && warning.Measured > 1);
    }

    [Fact]
    public void Observe_PlainNoise_HardlyEverWarns()
    {
        var random = new Random(13);
        var series = new Series();

        series.Feed(24 * 365, _ => 100 + (random.NextDouble() * 100));

        Assert.InRange(series.Warnings.Count, 0, 6);
    }

    [Fact]
    public void Observe_SteadyGrowth_WarnsOfDriftOnce()
    {
        var random = new Random(17);
        var series = new Series();
        series.Feed(24 * 7, _ => 100 + (random.NextDouble() * 20));

        series.Feed(24 * 10, hour => (100 + (random.NextDouble() * 20)) * Math.Pow(1.06, hour - 168));

        var drift = Assert.Single(series.Warnings, warning => warning.Kind == ForecastWarningKind.Drift);
        Assert.InRange(drift.Measured, drift.Limit, 1);
    }

    [Fact]
    public void Observe_DailyDemandTurnsErratic_WarnsOfLostAccuracy()
    {
        var random = new Random(19);
        var series = new Series();
        series.Feed(24 * 21, Series.Day);
        Assert.Empty(series.Warnings);

        series.Feed(48, _ => random.NextDouble() * 200);

        Assert.Contains(series.Warnings, warning => warning.Kind == ForecastWarningKind.AccuracyLoss && warning.Measured > warning.Limit);
    }
}
