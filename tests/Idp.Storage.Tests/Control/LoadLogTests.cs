using Idp.Core;
using Idp.Core.Telemetry;
using Idp.Testing;

namespace Idp.Storage.Tests.Control;

public sealed class LoadLogTests(PostgresFixture postgres) : ControlTests(postgres)
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 10, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Add_MinutesOfAnHour_KeepsMeanAndPeakOfThoseThatWereMeasured()
    {
        var log = new LoadLog(Database);

        await log.AddAsync([A(Ireland, 0, 2, 1, 10)], Cancel);
        await log.AddAsync([A(Ireland, 1, 5, 0.5, null), A(Tokyo, 1, 0, 0, null)], Cancel);
        await log.AddAsync([A(Ireland, 59, 2, 0, 20)], Cancel); // Between them nobody looked, or nobody answered.
        await log.AddAsync([A(Ireland, 60, 7, 7, 1)], Cancel);

        Assert.Equal(
            [
                new LoadHour(Tokyo, Noon, 1, 0, 0, 0, 0, 9, 100, null),
                new LoadHour(Ireland, Noon, 3, 3, 5, 0.5, 1, 9, 100, 15),
            ],
            await log.ReadAsync(Noon, Noon.AddHours(1), Cancel));
        Assert.Equal(Noon.AddHours(1), Assert.Single(await log.ReadAsync(Noon.AddHours(1), Noon.AddHours(9), Cancel)).Hour);
    }

    [Fact]
    public async Task Add_AMinuteAgain_CountsOnce()
    {
        var log = new LoadLog(Database);

        Assert.Equal(2, await log.AddAsync([A(Ireland, 3, 2, 1, 10), A(Tokyo, 3, 1, 1, 10)], Cancel));
        Assert.Equal(0, await log.AddAsync([A(Ireland, 3, 9, 9, 90), A(Tokyo, 3, 9, 9, 90)], Cancel)); // Repeated.
        Assert.Equal(0, await log.AddAsync([A(Ireland, 2, 9, 9, 90)], Cancel)); // Of one that was still running.

        Assert.All(await log.ReadAsync(Noon, Noon.AddHours(1), Cancel), hour => Assert.Equal((1, hour.Region == Ireland ? 2 : 1), (hour.Minutes, (int)hour.PeakSessions)));
    }

    [Fact]
    public async Task Add_ByManyAtOnce_IsOneOfThem()
    {
        var log = new LoadLog(Database);

        var counted = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => log.AddAsync([A(Tokyo, 5, 3, 1, 10), A(Ireland, 5, 3, 1, 10)], Cancel)));

        Assert.Equal(2, counted.Sum());
        Assert.All(await log.ReadAsync(Noon, Noon.AddHours(1), Cancel), hour => Assert.Equal((1, 3.0), (hour.Minutes, hour.Sessions)));
    }

    [Fact]
    public async Task DropBefore_ADay_ForgetsItsHours()
    {
        var log = new LoadLog(Database);
        await log.AddAsync([A(Ireland, 0, 2, 1, 10), A(Ireland, 24 * 60, 2, 1, 10)], Cancel);

        await log.DropBeforeAsync(new DateOnly(2026, 3, 11), Cancel);

        Assert.Equal(Noon.AddDays(1), Assert.Single(await log.ReadAsync(Noon, Noon.AddDays(9), Cancel)).Hour);
    }

    private static LoadMinute A(RegionId region, int minute, double sessions, double running, double? rate) => new(region, Noon.AddMinutes(minute), sessions, running, 9, 100, rate);
}
