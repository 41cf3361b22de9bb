using Idp.Core.Forecasting;

namespace Idp.Core.Tests.Forecasting;

public sealed class HourlyForecasterTests
{
    [Fact]
    public void Forecast_ConstantDemand_IsThatDemandAtAnyDistance()
    {
        var series = new Series();

        series.Feed(200, _ => 50);

        foreach (var ahead in (int[])[1, 2, 5, 24, 168])
        {
            Assert.Equal(50, series.Ahead(ahead).Mean, 0.5);
        }
    }

    [Fact]
    public void Forecast_DailyDemand_FollowsTheHoursOfTheNextWeek()
    {
        var series = new Series();

        series.Feed(24 * 10, Series.Day);

        for (var ahead = 1; ahead <= 168; ahead++)
        {
            Assert.Equal(Series.Day(series.State.LastHour + ahead), series.Ahead(ahead).Mean, 6.0);
        }
    }

    [Fact]
    public void Forecast_WeeklyDemand_LearnsTheWeekendOnceItIsKnown()
    {
        var series = new Series();
        static double Week(int hour) => hour % 168 < 48 ? 5 : Series.Day(hour);

        series.Feed(168 * 4, Week);

        Assert.Equal(Week(series.State.LastHour + 13), series.Ahead(13).Mean, 12.0); // Noon of the first day off.
        Assert.Equal(Week(series.State.LastHour + 61), series.Ahead(61).Mean, 30.0); // Noon of the first day on.
    }

    [Fact]
    public void Forecast_SeriesThatFavourDifferentMembers_IsNearTheBestOfEach()
    {
        var random = new Random(7);
        var level = 1_000.0;
        foreach (var count in (Func<int, double>[])
            [
                hour => level = Math.Max(0, level + ((random.NextDouble() - 0.5) * 100)), // A random walk: the last hour knows best.
                hour => 1_000 + (random.NextDouble() * 500), // Noise: the mean does.
                hour => Series.Day(hour) * (1 + (0.2 * random.NextDouble())), // Days: the same hour does.
            ])
        {
            var series = new Series();
            var errors = new double[6];
            for (var hour = 0; hour < 24 * 21; hour++)
            {
                var actual = count(hour);
                if (hour >= 72)
                {
                    errors[5] += Math.Abs(actual - series.Ahead(1).Mean);
                    foreach (var member in Enum.GetValues<ForecastMember>())
                    {
                        errors[(int)member] += Math.Abs(actual - series.Forecaster.Forecast(series.State, member, 1)!.Value);
                    }
                }

                series.Feed(1, _ => actual);
            }

            Assert.InRange(errors[5], 0, errors[..5].Min() * 1.1);
        }
    }

    [Fact]
    public void Forecast_NoisyDemand_QuantilesCoverWhatTheySay()
    {
        var random = new Random(11);
        var series = new Series();
        var (below50, below90) = (0, 0);
        const int Hours = 24 * 60;
        series.Feed(24 * 14, _ => 100 + (random.NextDouble() * 100));

        for (var i = 0; i < Hours; i++)
        {
            var point = series.Ahead(1);
            Assert.True(point.P50 <= point.P90);
            var actual = series.Feed(1, _ => 100 + (random.NextDouble() * 100)).Actual;
            below50 += actual <= point.P50 ? 1 : 0;
            below90 += actual <= point.P90 ? 1 : 0;
        }

        Assert.InRange(below50 / (double)Hours, 0.45, 0.55);
        Assert.InRange(below90 / (double)Hours, 0.87, 0.93);
    }

    [Fact]
    public void Observe_HoursLeftOut_AreTheSameAsEmptyOnes()
    {
        var (silent, zeros) = (new Series(), new Series());
        silent.Feed(100, Series.Day);
        zeros.Feed(100, Series.Day);

        zeros.Feed(30, _ => 0);
        silent.Forecaster.Observe(ref silent.State, hour: 130, count: 7);
        zeros.Forecaster.Observe(ref zeros.State, hour: 130, count: 7);

        Assert.Equal(zeros.State, silent.State);
    }

    [Fact]
    public void Observe_AfterAYearOfSilence_ForecastsNextToNothing()
    {
        var series = new Series();
        series.Feed(200, Series.Day);

        series.Forecaster.Observe(ref series.State, series.State.LastHour + 9_000, 0);

        Assert.InRange(series.Ahead(12).Mean, 0, 1);
    }

    [Fact]
    public void Skip_LostTelemetry_LeavesTheForecastAsItWas()
    {
        var series = new Series();
        series.Feed(24 * 10, Series.Day);
        var noon = series.Ahead(36).Mean;

        series.Forecaster.Skip(ref series.State, series.State.LastHour + 24);

        Assert.Equal(noon, series.Ahead(12).Mean, noon * 0.1);
        Assert.Equal(240, series.State.ObservedHours);
    }

    [Fact]
    public void Observe_AnHourAgain_IsRefused()
    {
        var series = new Series();
        series.Feed(5, _ => 1);

        Assert.Throws<ArgumentOutOfRangeException>(() => series.Forecaster.Observe(ref series.State, series.State.LastHour, 1));
    }

    [Fact]
    public void Forecast_MostHoursEmpty_IsTheMeanAndNotZero()
    {
        var random = new Random(5);
        var series = new Series();

        series.Feed(24 * 30, _ => random.Next(5) == 0 ? 100 : 0);

        Assert.InRange(series.Ahead(1).Mean, 8, 40);
        Assert.InRange(series.State.DemandShare, 0.1, 0.35);
    }

    [Fact]
    public void Observe_Thousands_AllocatesNothing()
    {
        var series = new Series();
        series.Feed(300, Series.Day);
        var points = new ForecastPoint[168];
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var i = 0; i < 1_000; i++)
        {
            series.Forecaster.Observe(ref series.State, series.State.LastHour + 1, i % 50);
        }

        series.Forecaster.Forecast(series.State, points);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void State_Bytes_AreAsDocumented() => Assert.Equal(1_040, SeriesState.Bytes);

    [Fact]
    public void Read_WrittenState_GoesOnExactlyAsBefore()
    {
        var series = new Series();
        series.Feed(500, hour => Series.Day(hour) + (hour % 7));
        var bytes = new byte[SeriesState.WrittenBytes];
        series.State.Write(bytes);

        var read = SeriesState.Read(bytes);
        Assert.Equal(series.State, read);
        series.Forecaster.Observe(ref read, read.LastHour + 1, 42);
        Assert.NotEqual(series.State, read);
        series.Feed(1, _ => 42);

        Assert.Equal(series.State, read);
        Assert.Throws<FormatException>(() => SeriesState.Read(bytes.AsSpan(1)));
        bytes[0]++;
        Assert.Throws<FormatException>(() => SeriesState.Read(bytes));
    }
}
