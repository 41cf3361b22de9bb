using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using Idp.Core.Controllers.Cost;
using Idp.Core.Value;
using static Idp.Core.Tests.Controllers.Cost.CostWorld;

namespace Idp.Core.Tests.Controllers.Cost;

public sealed class SpendMeterTests
{
    private static readonly Dictionary<RegionId, RegionPrices> Prices = new()
    {
        [East] = new RegionPrices(HotUsdPerGbMonth: 0.072m, EgressUsdPerGb: 0.02m, VcpuUsdPerHour: 0.05m),
        [West] = new RegionPrices(0.144m, 0.04m, 0.10m),
    };

    private static readonly ValueOptions Services = new() { Services = { ["shop"] = new ServiceOptions { Datasets = ["users", "orders"] } } };

    [Fact]
    public void Measure_AnHour_PricesStorageEgressComputeAndMoves()
    {
        var options = new CostOptions { Pools = [new PoolOptions { Region = "us-east-1", InstanceType = "db.r6g.large", Vcpus = 8 }] };
        var hour = Hour(
            [Held("users/a", East, 100), Held("index/x", West, 10)],
            [new ObjectUsage(ObjectId.Parse("users/a"), East, 3_000, 2_000), new ObjectUsage(ObjectId.Parse("index/x"), East, 1_000, 0)],
            [new EndedMove(MigrationId.Parse("m-1"), ObjectId.Parse("users/a"), West, 50_000_000_000)]);

        var charges = new SpendMeter(options, Services, Prices, answerBytes: 1_000_000).Measure(hour);

        // 100 GB × $0.072 ÷ 720 h; 10 GB × $0.144 ÷ 720 h; 8 vCPU × $0.05, three to one; 2 GB × $0.02; 50 GB × $0.04.
        Assert.Equal(
            [
                (SpendKind.Storage, East, "shop", "users/a", 100m, 0.01m),
                (SpendKind.Storage, West, "index", "index/x", 10m, 0.002m),
                (SpendKind.Compute, East, "index", "index/x", 2m, 0.1m),
                (SpendKind.Compute, East, "shop", "users/a", 6m, 0.3m),
                (SpendKind.Egress, East, "shop", "users/a", 2m, 0.04m),
                (SpendKind.Migration, West, "shop", "users/a", 50m, 2m),
            ],
            charges.Select(charge => (charge.Kind, charge.Region, charge.Service!.Value.Value, charge.Object!.Value.ToString(), charge.Quantity, charge.CostUsd)));
        Assert.All(charges, charge => Assert.Equal((hour.Start, hour.End), (charge.Start, charge.End)));
    }

    [Fact]
    public void Measure_MoreObjectsThanAreNamed_SumsTheOthersByServiceAndLosesNothing()
    {
        var hour = Hour([.. Enumerable.Range(1, 1_000).Select(size => Held($"users/{size}", East, size)), Held("index/x", East, 5)], [], []);

        var charges = Meter(new CostOptions { MeteredObjects = 2 }).Measure(hour);

        Assert.Equal(["index:", "shop:", "shop:users/1000", "shop:users/999"], charges.Select(charge => $"{charge.Service}:{charge.Object}"));
        Assert.Equal(500_505m, charges.Sum(charge => charge.Quantity));
        Assert.Equal(500_505m * 0.072m / 720, charges.Sum(charge => charge.CostUsd), 12);
    }

    [Fact]
    public void Measure_ComputeThatNobodyUsed_IsIdle()
    {
        var options = new CostOptions
        {
            Pools =
            [
                new PoolOptions { Region = "us-east-1", InstanceType = "db.r6g.large", Vcpus = 2 },
                new PoolOptions { Region = "us-west-2", InstanceType = "db.r6g.large", Vcpus = 2, Service = "search" },
            ],
        };

        var report = Decide(Empty with { Charges = Meter(options).Measure(Hour([], [], [])) }).Report;

        Assert.Equal([("used", 0.2m), ("idle", 0.1m)], report.ByPurpose.Select(line => (line.Key, line.Usd)));
        Assert.Equal([("search", 0.2m), ("(no service)", 0.1m)], report.ByService.Select(line => (line.Key, line.Usd)));
    }

    [Fact]
    public void Owners_ADatasetNamedAsAnotherService_DoesNotPayItsBill()
    {
        var owners = new SpendOwners(new ValueOptions { Services = { ["users"] = new ServiceOptions { Datasets = ["orders"] } } });

        Assert.Equal(["users", "dataset-users", "index"], new[] { "orders", "users", "index" }.Select(name => owners.Of(DatasetId.Parse(name)).Value));
    }

    [Fact]
    public void Series_FromHours_AreWholeDaysAndHoursWithoutAGap()
    {
        var start = new DateTimeOffset(2026, 3, 1, 22, 0, 0, TimeSpan.Zero);
        ImmutableArray<HourSum> sums =
        [
            .. Enumerable.Range(0, 51).Where(hour => hour != 10).Select(hour => new HourSum(start.AddHours(hour), Shop, SpendKind.Storage, 1)),
            new HourSum(start.AddHours(30), Search, SpendKind.Egress, 5),
        ];

        var days = SpendSeries.Days([.. sums.OrderBy(sum => sum.Hour)], start.AddHours(51));
        var hours = SpendSeries.Hours(sums, start.AddHours(51));

        Assert.Equal([(Shop, new DateOnly(2026, 3, 2), "23,24")], days.Select(day => (day.Service, day.First, string.Join(',', day.Usd))));
        Assert.Equal([(Search, 21), (Shop, 51)], hours.Select(series => (series.Service, series.Usd.Length)));
        Assert.Equal((0.0, 1.0, 5.0), (hours[1].Usd[10], hours[1].Usd[11], hours[0].Usd[0]));
    }

    [Theory]
    [InlineData("Nowhere!", "db.r6g.large", 2, null, "Nowhere!")]
    [InlineData("us-east-1", "", 2, null, "InstanceType")]
    [InlineData("us-east-1", "db.r6g.large", 0, null, "Vcpus")]
    [InlineData("us-east-1", "db.r6g.large", 2, "No Service", "No Service")]
    public void Pools_WrongOnes_AreNamed(string region, string type, int vcpus, string? service, string named)
    {
        var options = new CostOptions { Pools = [new PoolOptions { Region = region, InstanceType = type, Vcpus = vcpus, Service = service }] };

        var error = Assert.Single(options.Validate(new ValidationContext(options)));

        Assert.StartsWith("Controllers:Cost:Pools:0: ", error.ErrorMessage, StringComparison.Ordinal);
        Assert.Contains(named, error.ErrorMessage, StringComparison.Ordinal);
    }

    private static SpendMeter Meter(CostOptions options) => new(options, Services, Prices, answerBytes: 1_000);

    private static MeteredHour Hour(ImmutableArray<HeldObject> objects, ImmutableArray<ObjectUsage> usage, ImmutableArray<EndedMove> moves) =>
        new(Noon.AddHours(-1), objects, usage, moves);

    private static HeldObject Held(string name, RegionId region, long gigabytes) => new(ObjectId.Parse(name), region, gigabytes * 1_000_000_000);
}
