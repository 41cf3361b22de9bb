using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using Idp.Core.Controllers.Cost;
using Idp.Core.Controllers.Placement;
using Idp.Core.Telemetry;
using static Idp.Core.Tests.Controllers.Cost.CostWorld;

namespace Idp.Core.Tests.Controllers.Cost;

public sealed class MeasuredPoolsTests
{
    private static readonly DateTimeOffset Monday = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);
    private static readonly RoundTrips Trips = RoundTrips.Parse(new StringReader("region,us-east-1,us-west-2\nus-east-1,1,61\nus-west-2,61,1\n"));

    private static readonly Dictionary<RegionId, RegionPrices> Prices = new()
    {
        [East] = new RegionPrices(0.1m, 0.02m, 0.05m),
        [West] = new RegionPrices(0.1m, 0.02m, 0.04m),
    };

    [Fact]
    public void Of_AWeekOfHours_TakesTheBusiestOfEachHourOfTheDay()
    {
        var hours = Week(East, 2).Select(hour => hour.Hour == Monday.AddDays(3).AddHours(9) ? hour with { Sessions = 4, PeakSessions = 6, Running = 3 } : hour);

        var pool = Assert.Single(Of(Options(Pool(East, 8)), hours));

        Assert.Equal([.. Enumerable.Range(0, 24).Select(hour => hour == 9 ? 0.5m : 0.25m)], pool.Hourly);
        Assert.Equal([.. Enumerable.Range(0, 24).Select(hour => hour == 9 ? 0.75m : 0.5m)], pool.Measured!.Peaks);
        Assert.Equal((168, 6.0, 0.375m), (pool.Measured.Hours, pool.Measured.PeakSessions, pool.Measured.Running));
        Assert.Equal((8m, 2m, 0.05m, null), (pool.Vcpus, pool.MinVcpus, pool.UsdPerVcpuHour, pool.Service));
    }

    [Theory]
    [InlineData(0, 7, 1)]
    [InlineData(1, 7, 0)] // One hour of one day is unknown.
    [InlineData(1, 6, 1)]
    [InlineData(168, 1, 0)] // A region that never answered is not idle.
    public void Of_HoursThatAreUnknown_LeavesThePoolOut(int unknown, int minDays, int pools)
    {
        var missing = Week(East, 2).Skip(unknown);
        var barely = Week(East, 2).Select((hour, index) => index < unknown ? hour with { Minutes = 29 } : hour with { Minutes = 30 });

        Assert.Equal(pools, Of(Options(Pool(East, 8), minDays), missing).Length);
        Assert.Equal(pools, Of(Options(Pool(East, 8), minDays), barely).Length);
    }

    [Fact]
    public void Of_SeveralPoolsOfARegion_AreLeftOutSinceOneServerIsMeasured() =>
        Assert.Equal([West], Of(Options([Pool(East, 8), Pool(East, 2), Pool(West, 4)]), [.. Week(East, 2), .. Week(West, 1)]).Select(pool => pool.Region));

    [Fact]
    public void Of_APoolWithAStandby_IsAsBusyAsTheServer()
    {
        var pool = Assert.Single(Of(Options([new PoolOptions { Region = "us-east-1", InstanceType = "db", Vcpus = 16, ServerVcpus = 8 }]), Week(East, 4)));

        Assert.Equal((16m, 0.5m), (pool.Vcpus, pool.Hourly[0]));
    }

    [Fact]
    public void Of_Work_MayGoWhereAllOfItMayAndWaitsAsItsCallersWould()
    {
        var here = Subject("users/a", 3_000, 1_000);
        var banned = Subject("users/b", 100, 0) with { Excluded = [new RegionExclusion(West, "gdpr")] };

        var target = Assert.Single(Of(Options(Pool(East, 8)), Week(East, 2), here).Single().Targets);

        // Three of four calls come from the east.
        Assert.Equal((West, 0.04m, 30.0), (target.Region, target.UsdPerVcpuHour, target.AddedMs));
        Assert.Empty(Of(Options(Pool(East, 8)), Week(East, 2), here, banned).Single().Targets);
        Assert.Empty(Of(Options(Pool(East, 8)), Week(East, 2)).Single().Targets); // The server works for others.
    }

    [Theory]
    [InlineData(0.9, 0.2, 0)] // Locks: no CPU helps.
    [InlineData(0.9, 0.84, -2)]
    [InlineData(0.35, 0.3, 4)] // The busiest minute needs 6 of 10, though the hours would fit 5.
    public void Decide_MeasuredPeak_ScalesUpForWhatRunsAndDownForAll(double sessions, double running, int fewer)
    {
        var measured = new PoolMeasurement(168, 2, 6, Flat(0.6m), (decimal)running);
        var plan = Decide(Empty with { Pools = [CostWorld.Pool(East, 10, 0.1m, Flat((decimal)sessions)) with { Measured = measured }] });

        Assert.Equal(fewer * 72m, plan.Suggestions.SingleOrDefault(found => found.Kind is SuggestionKind.ScaleCompute)?.SavingUsdPerMonth ?? 0);
        Assert.All(plan.Suggestions, found => Assert.EndsWith("; measured in 168 h: 2 sessions in the mean, 6 in the busiest minute", found.Reason, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(0.2, 60)]
    [InlineData(0.75, 20)]
    public void Decide_MeasuredNights_KeepsWhatTheirBusiestMinuteNeeds(double busiest, int off)
    {
        ImmutableArray<decimal> hourly = [.. Enumerable.Range(0, 24).Select(hour => hour is >= 2 and < 6 ? 0.21m : 0.7m)];
        var measured = new PoolMeasurement(168, 2, 6, Flat((decimal)busiest), 0.5m);
        var plan = Decide(Empty with { Pools = [CostWorld.Pool(East, 5_000, 0.1m, hourly) with { Measured = measured }] });

        Assert.StartsWith($"4 h from 02:00 UTC × {off} %", plan.Suggestions.Single().Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Pools_AServerLargerThanItsPool_IsAnError()
    {
        var options = Options([new PoolOptions { Region = "us-east-1", InstanceType = "db", Vcpus = 4, ServerVcpus = 8 }]);

        Assert.StartsWith("Controllers:Cost:Pools:0: ServerVcpus (8) must not exceed Vcpus (4)", Assert.Single(options.Validate(new ValidationContext(options))).ErrorMessage, StringComparison.Ordinal);
    }

    private static ImmutableArray<ComputePool> Of(CostOptions options, IEnumerable<LoadHour> hours, params ImmutableArray<PlacementSubject> objects) => MeasuredPools.Of(
        options, hours, new PlacementSnapshot(Monday.AddDays(7), TimeSpan.Zero, TimeSpan.FromMinutes(1), Trips, [], objects), Prices);

    private static IEnumerable<LoadHour> Week(RegionId region, double sessions) =>
        Enumerable.Range(0, 7 * 24).Select(hour => new LoadHour(region, Monday.AddHours(hour), 60, sessions, 2 * sessions, sessions / 2, sessions, 5, 100, 1));

    private static PlacementSubject Subject(string name, double east, double west) => new(
        ObjectId.Parse(name), East, 1, [new RegionDemand(East, east, 0, 0), new RegionDemand(West, 0, west, 0)], [], IsChanging: false, Memory: null);

    private static PoolOptions Pool(RegionId region, decimal vcpus) => new() { Region = region.Value, InstanceType = "db.r6g.large", Vcpus = vcpus };

    private static CostOptions Options(PoolOptions pool, int minDays = 7) => new() { Pools = [pool], MinMeasuredDays = minDays };

    private static CostOptions Options(IList<PoolOptions> pools) => new() { Pools = pools };
}
