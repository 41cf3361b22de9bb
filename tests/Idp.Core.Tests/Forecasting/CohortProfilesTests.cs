using Idp.Core.Forecasting;

namespace Idp.Core.Tests.Forecasting;

public sealed class CohortProfilesTests
{
    [Fact]
    public void Forecast_NewSeriesOfAKnownCohort_HasItsDayAtOnce()
    {
        var profiles = new CohortProfiles(regions: 1);
        Teach(profiles, cohort: 0, Series.Day, objects: 20, days: 7);
        var forecaster = new HourlyForecaster(new ForecastOptions(), profiles);
        var state = HourlyForecaster.Start(cohort: 0, region: 0, hour: 168);

        Assert.Equal(Series.Day(180), forecaster.Forecast(state, 13).Mean, Series.Day(180) * 0.25);
        Assert.InRange(forecaster.Forecast(state, 1).Mean, 0, 40);
    }

    [Fact]
    public void Forecast_ObjectUnlikeItsCohort_IsLearnedWithinDays()
    {
        var profiles = new CohortProfiles(regions: 1);
        Teach(profiles, cohort: 0, Series.Day, objects: 20, days: 7);
        var series = new Series(profiles);

        series.Feed(24 * 10, hour => Series.Day(hour + 12)); // Awake at night.

        Assert.Equal(Series.Day(12), series.Ahead(1).Mean, 40.0);
    }

    [Fact]
    public void Shape_LittleKnown_LeansOnTheCoarserProfile()
    {
        var profiles = new CohortProfiles(regions: 1);
        Assert.Equal(1, profiles.Shape(0, 0, 12), 1e-12);

        profiles.Learn(0, 0, hour: 12, new ForecastOutcome(default, 0, 30, Shape: 3, Warning: null));

        Assert.InRange(profiles.Shape(0, 0, 12), 1.2, 2.5);
        Assert.InRange(profiles.Shape(0, 0, 12 + 24), 1.1, profiles.Shape(0, 0, 12)); // Another day's noon, a little less.
        Assert.Equal(1, profiles.Shape(0, 0, 13), 1e-12);
    }

    [Fact]
    public void Assign_SimilarVectors_ShareACohortAndOthersDoNot()
    {
        var profiles = new CohortProfiles(regions: 2);
        var europe = profiles.Assign(Vector(region: 0, part: 3));

        Assert.Equal(europe, profiles.Assign(Vector(region: 0, part: 3, scale: 500)));
        Assert.NotEqual(europe, profiles.Assign(Vector(region: 0, part: 6)));
        Assert.NotEqual(europe, profiles.Assign(Vector(region: 1, part: 3)));
        Assert.Equal(4, profiles.Count);
    }

    [Fact]
    public void Assign_NoRoomLeft_TakesTheMostSimilar()
    {
        var profiles = new CohortProfiles(regions: 2, maxCohorts: 2);
        var only = profiles.Assign(Vector(region: 0, part: 3));

        Assert.Equal(only, profiles.Assign(Vector(region: 1, part: 3)));
    }

    [Fact]
    public void Load_SavedProfiles_AreTheSame()
    {
        var profiles = new CohortProfiles(regions: 2);
        var cohort = profiles.Assign(Vector(region: 1, part: 2));
        Teach(profiles, cohort, Series.Day, objects: 2, days: 3);
        using var stream = new MemoryStream();

        profiles.Save(stream);
        stream.Position = 0;
        var loaded = CohortProfiles.Load(stream);

        Assert.Equal(profiles.Shape(cohort, 0, 37), loaded.Shape(cohort, 0, 37));
        Assert.Equal(profiles.Rate(cohort, 0), loaded.Rate(cohort, 0));
        Assert.Equal(cohort, loaded.Assign(Vector(region: 1, part: 2)));
    }

    private static DemandVector Vector(int region, int part, double scale = 1)
    {
        var demand = new double[2 * DemandVector.PartsPerDay];
        demand[(region * DemandVector.PartsPerDay) + part] = 3 * scale;
        demand[(region * DemandVector.PartsPerDay) + part + 1] = scale;
        return new DemandVector(demand);
    }

    private static void Teach(CohortProfiles profiles, int cohort, Func<int, double> count, int objects, int days)
    {
        var forecaster = new HourlyForecaster(new ForecastOptions(), profiles);
        for (var number = 0; number < objects; number++)
        {
            var state = HourlyForecaster.Start(cohort, region: 0, hour: 0);
            for (var hour = 0; hour < days * 24; hour++)
            {
                profiles.Learn(cohort, 0, hour, forecaster.Observe(ref state, hour, count(hour)));
            }
        }
    }
}
