using Idp.Core.Forecasting;

namespace Idp.Core.Tests.Forecasting;

public sealed class ForecastBankTests
{
    [Fact]
    public void Observe_RegularDemand_PromotesAndSilenceDemotes()
    {
        var bank = Bank();
        var series = bank.Add(cohort: 0, region: 0, hour: 0);

        Feed(bank, series, 0, 2, _ => 10);
        Assert.Equal(0, bank.BusyCount);
        Feed(bank, series, 2, 100, _ => 10);
        Assert.Equal(1, bank.BusyCount);
        Feed(bank, series, 100, 600, _ => 0);

        Assert.Equal(0, bank.BusyCount);
        Assert.Null(bank.StateOf(series));
    }

    [Fact]
    public void Observe_RareDemand_StaysQuietAndForecastsItsMean()
    {
        var bank = Bank();
        var series = bank.Add(cohort: 0, region: 0, hour: 0);

        Feed(bank, series, 0, 1_000, Rare());

        Assert.Equal(0, bank.BusyCount);
        Assert.InRange(Ahead(bank, series).Mean, 2.5, 8);
    }

    [Fact]
    public void Observe_ObjectDies_ForecastFadesToNothing()
    {
        var bank = Bank();
        var series = bank.Add(cohort: 0, region: 0, hour: 0);
        Feed(bank, series, 0, 1_000, Rare());

        bank.Observe(series, 2_000, 0); // Nobody called in between.

        Assert.InRange(Ahead(bank, series).Mean, 0, 1e-9);
    }

    [Fact]
    public void Load_SavedBank_GoesOnExactlyAsBefore()
    {
        var profiles = new CohortProfiles(regions: 1);
        var bank = new ForecastBank(new ForecastOptions(), profiles);
        for (var number = 0; number < 40; number++)
        {
            Feed(bank, bank.Add(0, 0, 0), 0, 60, hour => hour % (1 + (number % 4)) == 0 ? number + hour : 0);
        }

        using var stream = new MemoryStream();
        bank.Save(stream);
        profiles.Save(stream);
        stream.Position = 0;
        var loaded = Load(stream);

        Assert.Equal((bank.Count, bank.BusyCount, bank.Scores), (loaded.Count, loaded.BusyCount, loaded.Scores));
        for (var series = 0; series < bank.Count; series++)
        {
            Assert.Equal(bank.Observe(series, 60, 5), loaded.Observe(series, 60, 5));
            Assert.Equal(Ahead(bank, series), Ahead(loaded, series));
        }

        stream.Position = 0;
        stream.WriteByte(99);
        stream.Position = 0;
        Assert.Throws<FormatException>(() => ForecastBank.Load(stream, new ForecastOptions(), profiles));
    }

    [Fact]
    public void Skip_LostTelemetry_KeepsWhatIsKnown()
    {
        var bank = Bank();
        var (busy, quiet) = (bank.Add(0, 0, 0), bank.Add(0, 0, 0));
        Feed(bank, busy, 0, 200, _ => 10);
        Feed(bank, quiet, 0, 200, Rare());
        var before = (Ahead(bank, busy, hours: 22).Mean, Ahead(bank, quiet, hours: 22).Mean); // The hour that comes first afterwards.

        bank.Skip(busy, 220);
        bank.Skip(quiet, 220);

        Assert.Equal(before.Item1, Ahead(bank, busy).Mean, 0.5);
        Assert.Equal(before.Item2, Ahead(bank, quiet).Mean, 1e-9);
        Assert.Throws<ArgumentOutOfRangeException>(() => bank.Observe(quiet, 220, 1));
    }

    [Fact]
    public void Bytes_AMillionQuietSeries_AreTwentyEach()
    {
        var bank = Bank();

        for (var number = 0; number < 1 << 20; number++)
        {
            bank.Add(0, 0, 0);
        }

        Assert.Equal(20L << 20, bank.Bytes);
    }

    [Fact]
    public void Assign_AnotherCohort_ChangesWhatTheSeriesSharesAtOnce()
    {
        var profiles = new CohortProfiles(regions: 1);
        var bank = new ForecastBank(new ForecastOptions(), profiles);
        var other = profiles.Assign(new DemandVector([1, 0, 0, 0, 0, 0, 0, 0]));
        for (var i = 0; i < 50; i++)
        {
            profiles.Learn(other, 0, hour: 100, new ForecastOutcome(default, 0, 30, Shape: 3, Warning: null));
        }

        var series = bank.Add(0, 0, 0);
        Feed(bank, series, 0, 99, Rare());
        var before = Ahead(bank, series, hours: 2).Mean;

        bank.Assign(series, other);

        Assert.InRange(Ahead(bank, series, hours: 2).Mean, before * 2, 50);
    }

    private static Func<int, double> Rare()
    {
        var random = new Random(23);
        return _ => random.Next(10) == 0 ? 50 : 0;
    }

    private static ForecastBank Bank() => new(new ForecastOptions(), new CohortProfiles(regions: 1));

    private static ForecastBank Load(MemoryStream stream)
    {
        // The profiles lie behind the bank, and the bank needs them first.
        var probe = ForecastBank.Load(stream, new ForecastOptions(), new CohortProfiles(regions: 1));
        var profiles = CohortProfiles.Load(stream);
        stream.Position = 0;
        Assert.True(probe.Count > 0);
        return ForecastBank.Load(stream, new ForecastOptions(), profiles);
    }

    private static void Feed(ForecastBank bank, int series, int from, int to, Func<int, double> count)
    {
        for (var hour = from; hour < to; hour++)
        {
            bank.Observe(series, hour, count(hour));
        }
    }

    private static ForecastPoint Ahead(ForecastBank bank, int series, int hours = 1)
    {
        var points = new ForecastPoint[hours];
        bank.Forecast(series, points);
        return points[^1];
    }
}
