using Idp.Core.Forecasting;

namespace Idp.Core.Tests.Forecasting;

public sealed class SuccessionTests
{
    private const int Home = 0;
    private const int Abroad = 1;
    private const int Other = 2;
    private const int Regions = 3;
    private const int Hour = 400_000;

    // What a mean hour of the object wants of each region before anything has moved.
    private static readonly double[] Means = [100, 0, 0];

    [Fact]
    public void HandDown_AllDemandFromANewRegion_ForecastsAllForIt()
    {
        var succession = Observed(AtHome(), Hour, 0, 120, 0);

        Assert.Equal<double>([0, 7, 0, 0, 11, 0], HandedDown(succession, 5, 2, 0, 10, 1, 0));
    }

    [Fact]
    public void HandDown_OthersStillSpeak_ChangesNothing()
    {
        var succession = Observed(AtHome(), Hour, 3, 120, 0);

        Assert.Equal<double>([5, 2, 0], HandedDown(succession, 5, 2, 0));
    }

    [Fact]
    public void HandDown_OthersSpokeInTheSameHourButToldLater_ChangesNothingAndIsNoMistake()
    {
        var succession = AtHome();
        succession.Observe(Abroad, Hour, 120, Means);
        succession.Observe(Home, Hour, 3, Means);
        succession.Observe(Other, Hour, 0, Means);

        Assert.Equal<double>([5, 2, 0], HandedDown(succession, 5, 2, 0));
        Assert.Equal<double>([0, 7, 0], HandedDown(Observed(succession, Hour + 1, 0, 120, 0), 5, 2, 0));
    }

    [Fact]
    public void HandDown_ARegionHasNotToldOfTheHour_WaitsForIt()
    {
        var succession = Observed(AtHome(), Hour - 1, 100, 0, 0);
        succession.Observe(Abroad, Hour, 120, Means);
        succession.Observe(Other, Hour, 0, Means);

        Assert.Equal<double>([5, 2, 0], HandedDown(succession, 5, 2, 0));
        succession.Observe(Home, Hour, 0, Means);
        Assert.Equal<double>([0, 7, 0], HandedDown(succession, 5, 2, 0));
    }

    [Theory]
    [InlineData(72, int.MaxValue, 5, true)] // Never silent until now.
    [InlineData(72, int.MaxValue, 4, false)] // Less than a twentieth of a mean hour: a probe.
    [InlineData(72, 3, 100, true)]
    [InlineData(72, 3, 99, false)] // It is often silent, and this is less than a mean hour: a visit.
    [InlineData(40, int.MaxValue, 120, false)] // Not known for long.
    [InlineData(72, 1, 120, false)] // Never heard of before.
    public void HandDown_AsMuchAsItTakes_ForecastsForTheSuccessor(int hours, int silentEach, double count, bool succeeds)
    {
        var succession = Observed(AtHome(hours, silentEach), Hour, 0, count, 0);

        Assert.Equal(succeeds ? [0, 7, 0] : [5, 2, 0], HandedDown(succession, 5, 2, 0));
    }

    [Fact]
    public void HandDown_ARegionThatHadMoreThanAFew_ChangesNothing()
    {
        var succession = AtHome();
        succession.Observe(Home, Hour, 0, [94, 6, 0]);
        succession.Observe(Abroad, Hour, 500, [94, 6, 0]);
        succession.Observe(Other, Hour, 0, [94, 6, 0]);

        Assert.Equal<double>([5, 2, 0], HandedDown(succession, 5, 2, 0));
    }

    [Theory]
    [InlineData(671, false)]
    [InlineData(672, true)]
    public void HandDown_TheOthersCameBack_BelievesNoSuccessorForFourWeeks(int hoursLater, bool succeeds)
    {
        var succession = Observed(AtHome(), Hour, 0, 120, 0);
        for (var hour = Hour + 1; hour <= Hour + hoursLater; hour++)
        {
            Observed(succession, hour, 100, 0, 0);
        }

        Assert.Equal<double>([5, 2, 0], HandedDown(succession, 5, 2, 0));
        Assert.Equal(succeeds ? [0, 7, 0] : [5, 2, 0], HandedDown(Observed(succession, Hour + 1 + hoursLater, 0, 120, 0), 5, 2, 0));
    }

    [Fact]
    public void HandDown_MovesOnAtOnce_BelievesNothingAnyMore()
    {
        var succession = Observed(AtHome(), Hour, 0, 120, 0);
        for (var hour = Hour + 1; hour < Hour + 30; hour++)
        {
            Observed(succession, hour, 0, 120, 0);
        }

        Assert.Equal<double>([5, 2, 0], HandedDown(Observed(succession, Hour + 30, 0, 0, 120), 5, 2, 0));
    }

    [Fact]
    public void Load_WhatWasSaved_GoesOnAlike()
    {
        var succession = Observed(Reloaded(AtHome()), Hour, 0, 120, 0);
        Assert.Equal<double>([0, 7, 0], HandedDown(Reloaded(succession), 5, 2, 0));

        Observed(succession, Hour + 1, 50, 0, 0);
        Assert.Equal<double>([5, 2, 0], HandedDown(Observed(Reloaded(succession), Hour + 2, 0, 120, 0), 5, 2, 0));
    }

    private static Succession Reloaded(Succession succession)
    {
        using var state = new MemoryStream();
        succession.Save(state);
        state.Position = 0;
        var loaded = Succession.Load(state, Regions);
        Assert.Equal(state.Length, state.Position);
        return loaded;
    }

    // Three days of the home region alone; of less, nothing is concluded.
    private static Succession AtHome(int hours = 72, int silentEach = int.MaxValue)
    {
        var succession = new Succession(Regions);
        for (var hour = Hour - hours; hour < Hour; hour++)
        {
            Observed(succession, hour, hour % silentEach == 0 ? 0 : 100, 0, 0);
        }

        return succession;
    }

    private static Succession Observed(Succession succession, int hour, params ReadOnlySpan<double> counts)
    {
        for (var region = 0; region < counts.Length; region++)
        {
            succession.Observe(region, hour, counts[region], Means);
        }

        return succession;
    }

    private static double[] HandedDown(Succession succession, params double[] counts)
    {
        succession.HandDown(counts);
        return counts;
    }
}
