using Idp.Core.Forecasting;

namespace Idp.Core.Tests.Forecasting;

public sealed class SteadyDemandTests
{
    [Fact]
    public void FillCalm_BurstsAmongEmptyHours_IsTheirMean()
    {
        var demand = new SteadyDemand(regions: 1);
        for (var hour = 0; hour < 20_000; hour++)
        {
            demand.Observe(0, hour % 10 == 5 ? 100 : 0);
        }

        var counts = new double[3];
        demand.FillCalm(counts);

        Assert.All(counts, count => Assert.Equal(10, count, 0.2));
    }

    [Fact]
    public void FillBrisk_AfterAJump_BeginsWithTheLastHourAndReturnsToTheMean()
    {
        var demand = new SteadyDemand(regions: 2);
        for (var hour = 0; hour < 1_000; hour++)
        {
            demand.Observe(0, 50);
        }

        demand.Observe(0, 250);
        var counts = new double[2 * 168];
        demand.FillBrisk(counts);
        var mean = demand.Mean(0);

        Assert.Equal(250, counts[0], 9);
        Assert.Equal(mean + ((250 - mean) / 2), counts[2 * 8], 9);
        Assert.Equal(mean + ((250 - mean) * Math.Pow(0.5, 23 / 8.0)), counts[2 * 23], 9);
        Assert.Equal(mean, counts[2 * 24], 9);
        Assert.Equal(mean, counts[^2], 9);
        Assert.All(counts.Where((_, i) => i % 2 == 1), count => Assert.Equal(0, count));
    }

    [Fact]
    public void Mean_FourWeeksLater_CountsHalf()
    {
        var demand = new SteadyDemand(regions: 1);
        for (var hour = 0; hour < 10_000; hour++)
        {
            demand.Observe(0, 100);
        }

        for (var hour = 0; hour < 672; hour++)
        {
            demand.Observe(0, 0);
        }

        Assert.Equal(50, demand.Mean(0), 0.1);
    }

    [Fact]
    public void Mean_NothingKnown_IsZero() => Assert.Equal(0, new SteadyDemand(regions: 1).Mean(0));
}
