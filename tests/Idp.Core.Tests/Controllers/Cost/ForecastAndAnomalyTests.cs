using System.Collections.Immutable;
using Idp.Core.Controllers.Cost;
using static Idp.Core.Tests.Controllers.Cost.CostWorld;

namespace Idp.Core.Tests.Controllers.Cost;

public sealed class ForecastAndAnomalyTests
{
    [Fact]
    public void Forecast_SteadySpend_IsExactAndCertain()
    {
        // 1 January to 10 March: ten days of March are spent, 21 are left.
        var forecast = Forecast(Enumerable.Repeat(100m, 69)).Single();

        Assert.Equal((1_000m, 3_100m, 3_100m, 3_100m, 21), (forecast.SpentUsd, forecast.ExpectedUsd, forecast.LowUsd, forecast.HighUsd, forecast.DaysLeft));
        Assert.Equal("shop: $3,100.00 by the end of March (90 % between $3,100.00 and $3,100.00), $1,000.00 of it spent, 21 days to come", forecast.ToString());
    }

    [Fact]
    public void Forecast_QuietWeekends_AreExpectedToComeAgain()
    {
        var start = new DateOnly(2026, 1, 1);
        var days = Enumerable.Range(0, 69).Select(day => start.AddDays(day).DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday ? 40m : 100m);
        var truth = Enumerable.Range(0, 31).Sum(day => new DateOnly(2026, 3, 1).AddDays(day).DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday ? 40m : 100m);

        Assert.InRange(Forecast(days).Single().ExpectedUsd, truth * 0.98m, truth * 1.02m);
    }

    [Fact]
    public void Forecast_NoisySpend_IsWiderThanCalm()
    {
        var random = new Random(1);
        var calm = Forecast(Enumerable.Range(0, 69).Select(_ => 100m + random.Next(-2, 3))).Single();
        var noisy = Forecast(Enumerable.Range(0, 69).Select(_ => 100m + random.Next(-20, 21))).Single();

        Assert.True(noisy.HighUsd - noisy.LowUsd > 4 * (calm.HighUsd - calm.LowUsd));
        Assert.InRange(3_100m, noisy.LowUsd, noisy.HighUsd);
    }

    [Theory]
    [InlineData(13, 0)]
    [InlineData(14, 1)]
    public void Forecast_ShortHistory_IsNotGuessedFrom(int days, int forecasts) => Assert.Equal(forecasts, Forecast(Enumerable.Repeat(1m, days)).Length);

    [Fact]
    public void Anomalies_NormalWeeks_AreNone() => Assert.Empty(Find(Hours(0, _ => 1)));

    [Fact]
    public void Anomalies_OneWildHour_IsFoundAtOnce()
    {
        var anomaly = Find(Hours(1, _ => 3)).Single();

        Assert.Equal(Noon.AddHours(-1), anomaly.Since);
        Assert.True(anomaly.IsNew);
    }

    [Theory]
    [InlineData(2, 0)]
    [InlineData(12, 1)]
    public void Anomalies_AnEighthMore_IsFoundAfterSomeHours(int hours, int found) => Assert.Equal(found, Find(Hours(hours, _ => 1.125)).Length);

    [Fact]
    public void Anomalies_Shift_SaysSinceWhenAndHowMuch()
    {
        var anomaly = Find(Hours(24, _ => 1.5)).Single();

        Assert.InRange(anomaly.Since, Noon.AddHours(-25), Noon.AddHours(-23));
        Assert.InRange(anomaly.ObservedUsd / anomaly.ExpectedUsd, 1.4m, 1.6m);
    }

    [Fact]
    public void Anomalies_Cheaper_IsNone() => Assert.Empty(Find(Hours(24, _ => 0.5)));

    [Fact]
    public void Anomalies_SteadyGrowth_IsNotTakenForOne() => Assert.Empty(Find(Hours(4 * 168, hour => Math.Pow(1.05, hour / 168.0))));

    [Fact]
    public void Anomalies_KnownFromTheLastRun_AreNotNew()
    {
        var snapshot = Empty with { Hours = [Hours(24, _ => 1.5)] };
        var second = Decide(snapshot with { Memory = Decide(snapshot).Memory });

        Assert.False(second.Anomalies.Single().IsNew);
    }

    [Fact]
    public void Anomalies_ACentMore_IsNotWorthANotice() =>
        Assert.Empty(Decide(Empty with { Hours = [Hours(24, _ => 1.5)] }, new CostOptions { MinAnomalyUsdPerDay = 1_000_000 }).Anomalies);

    private static ImmutableArray<MonthForecast> Forecast(IEnumerable<decimal> days) =>
        Decide(Empty with { Days = [new DailySpend(Shop, new DateOnly(2026, 1, 1), [.. days])] }).Forecasts;

    private static ImmutableArray<SpendAnomaly> Find(HourlySpend hours) => Decide(Empty with { Hours = [hours] }).Anomalies;

    // Four weeks up to noon, dearer by day, 5 % noise; the last hours are multiplied.
    private static HourlySpend Hours(int last, Func<int, double> factor)
    {
        var random = new Random(3);
        const int Count = 4 * 168;
        return new HourlySpend(Shop, SpendKind.Compute, Noon.AddHours(-Count),
        [
            .. Enumerable.Range(0, Count).Select(hour =>
                10 * (1 + (0.5 * Math.Sin(2 * Math.PI * hour / 24))) * (1 + (0.1 * (random.NextDouble() - 0.5))) * (hour >= Count - last ? factor(hour) : 1)),
        ]);
    }
}
