using System.Text.Json;
using Idp.Core.Controllers.Cost;
using Idp.Core.Controllers.Tiering;
using Idp.Core.Tests.Value;
using Idp.Core.Value;
using static Idp.Core.Tests.Controllers.Cost.CostWorld;

namespace Idp.Core.Tests.Controllers.Cost;

public sealed class BudgetAndExportTests
{
    [Theory]
    [InlineData(899.99, BudgetLevel.Within)]
    [InlineData(900, BudgetLevel.Near)]
    [InlineData(1_000, BudgetLevel.Near)]
    [InlineData(1_000.01, BudgetLevel.Over)]
    [InlineData(1_200.01, BudgetLevel.Page)]
    public void Budgets_AtEachThreshold_AlertOnlyFromIt(double spent, BudgetLevel level)
    {
        var status = Status((decimal)spent, BudgetLevel.Within);

        Assert.Equal((level, level > BudgetLevel.Within), (status.Level, status.IsNewAlert));
    }

    [Theory]
    [InlineData(850, BudgetLevel.Near)]
    [InlineData(849.99, BudgetLevel.Within)]
    public void Budgets_AfterAnAlert_ClearOnlyBelowTheBand(double spent, BudgetLevel level)
    {
        var status = Status((decimal)spent, BudgetLevel.Near);

        Assert.Equal((level, false), (status.Level, status.IsNewAlert));
    }

    [Fact]
    public void Budgets_EachTick_SplitWhatIsDiscretionary()
    {
        var status = Status(500m, BudgetLevel.Within, committed: 400m);

        // 60 % of the $600 that are not committed; $100 of it are spent.
        Assert.Equal((360m, 240m, 260m), (status.Budget.PerformanceUsdPerDay, status.Budget.SavingUsdPerDay, status.PerformanceLeftUsdPerDay));
        Assert.Equal("shop spends $500.00/day of $1,000.00 (50 %, within); $260.00/day are left for performance", status.Reason);
    }

    [Fact]
    public void Budgets_OverBudget_LeavesNothingForPerformance() => Assert.Equal(0m, Status(1_100m, BudgetLevel.Within).PerformanceLeftUsdPerDay);

    [Fact]
    public void Budgets_HalfADayOfCharges_AreJudgedByTheirPace()
    {
        var snapshot = Empty with { Period = TimeSpan.FromHours(12), Charges = [Charge(SpendKind.Bandwidth, 500m, service: Shop)] };

        Assert.Equal(1_000m, Decide(snapshot, value: Budgeted).Budgets.Single().RunRateUsdPerDay);
    }

    [Fact]
    public void Focus_Header_HasAllMandatoryColumnsAndOursLast()
    {
        string[] mandatory =
        [
            "BilledCost", "BillingAccountId", "BillingAccountName", "BillingCurrency", "BillingPeriodEnd", "BillingPeriodStart", "ChargeCategory",
            "ChargeClass", "ChargeDescription", "ChargePeriodEnd", "ChargePeriodStart", "ContractedCost", "EffectiveCost", "InvoiceIssuerName",
            "ListCost", "PricingQuantity", "PricingUnit", "ProviderName", "PublisherName", "ServiceCategory", "ServiceName",
        ];

        Assert.Equal([], mandatory.Except(FocusExport.Header));
        Assert.Equal(
            FocusExport.Header.OrderBy(name => name.StartsWith("x_", StringComparison.Ordinal)).ThenBy(name => name, StringComparer.Ordinal),
            FocusExport.Header);
    }

    [Fact]
    public void Focus_Rows_KeepEveryCentAndQuoteWhatNeedsIt()
    {
        var plan = Decide(Empty with { Charges = [Charge(SpendKind.Storage, 0.123_456m, ObjectId.Parse("users/a,\"b\"")), Charge(SpendKind.Compute, 2m, utilization: 0.5m)] });
        var csv = new StringWriter();
        FocusExport.Write(csv, plan.Allocated, new FocusAccount("123", "Main, Ltd", "AWS", "AWS"));
        var lines = csv.ToString().TrimEnd('\n').Split('\n');

        Assert.Equal(1 + plan.Allocated.Length, lines.Length);
        Assert.StartsWith(
            "0.123456,123,\"Main, Ltd\",USD,2026-04-01T00:00:00Z,2026-03-01T00:00:00Z,Usage,,Storage Hot in us-east-1,Usage-Based,2026-03-10T12:00:00Z,2026-03-09T12:00:00Z,100,GB,",
            lines[1], StringComparison.Ordinal);
        Assert.EndsWith("\"users/a,\"\"b\"\"\",\"users/a,\"\"b\"\"\",Data object,Databases,Database storage,\"{\"\"service\"\":\"\"shop\"\"}\",,Used,Hot", lines[1], StringComparison.Ordinal);
        Assert.Equal(2.123_456m, lines[1..].Sum(line => decimal.Parse(line.Split(',')[0], System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Fact]
    public void RoundTrip_SnapshotAndPlan_DecideTheSameAgainByteForByte()
    {
        var snapshot = Empty with
        {
            Charges = [Charge(SpendKind.Compute, 10m, utilization: 0.6m), Charge(SpendKind.Monitoring, 1m)],
            Weights = [Weight("users/ada", 2), Weight("index/a", 1)],
            Days = [new DailySpend(Shop, new DateOnly(2026, 1, 1), [.. Enumerable.Range(0, 40).Select(day => 100m + (day % 5))])],
            Hours = [new HourlySpend(Shop, SpendKind.Egress, Noon.AddHours(-300), [.. Enumerable.Range(0, 300).Select(hour => hour == 299 ? 90.0 : 1 + (hour % 3))])],
            Tiers = [new RegionTiers(East, [new TierTerms(StorageTier.Hot, 0.1m, 0, 0, TimeSpan.Zero, 0, 1), new TierTerms(StorageTier.Cold, 0.01m, 0, 0, TimeSpan.Zero, 9, 1)])],
            Storage = [new StorageHolding(Shop, "logs", East, StorageTier.Hot, 5_000_000_000_000, 1, 1, TimeSpan.Zero)],
            Pools = [Pool(East, 10, 0.1m, Flat(0.2m), new PoolTarget(West, 0.01m, -3))],
            Replicas = [new ReplicaHolding(Shop, ObjectId.Parse("users/ada"), West, 5m, 1m, 60, null)],
            Memory = new CostMemory([new ServiceLevel(Shop, BudgetLevel.Near)], [new SeriesName(Shop, SpendKind.Egress)]),
        };
        var plan = JsonSerializer.Serialize(Decide(snapshot, value: Budgeted));

        Assert.Equal(plan, JsonSerializer.Serialize(Decide(JsonSerializer.Deserialize<CostSnapshot>(JsonSerializer.Serialize(snapshot))!, value: Budgeted)));
        Assert.Equal(plan, JsonSerializer.Serialize(JsonSerializer.Deserialize<CostPlan>(plan)));
    }

    public static TheoryData<string, Action<CostOptions>> Faults => new()
    {
        { nameof(CostOptions.AlertThreshold), options => options.AlertThreshold = 1.1m },
        { nameof(CostOptions.ClearBelow), options => options.ClearBelow = 0.9m },
        { nameof(CostOptions.PageAbove), options => options.PageAbove = 0.9m },
        { nameof(CostOptions.ForecastCoverage), options => options.ForecastCoverage = 0.99 },
        { nameof(CostOptions.SpikeScore), options => options.SpikeScore = 0 },
        { nameof(CostOptions.ShiftSlack), options => options.ShiftSlack = 0 },
        { nameof(CostOptions.ShiftLimit), options => options.ShiftLimit = 0 },
        { nameof(CostOptions.MinAnomalyShare), options => options.MinAnomalyShare = -1 },
        { nameof(CostOptions.MinAnomalyUsdPerDay), options => options.MinAnomalyUsdPerDay = -1 },
        { nameof(CostOptions.TargetUtilization), options => options.TargetUtilization = 1 },
        { nameof(CostOptions.ScheduleBelow), options => options.ScheduleBelow = 1 },
        { nameof(CostOptions.ScheduleHeadroom), options => options.ScheduleHeadroom = 0.9m },
        { nameof(CostOptions.MoveUsdPerVcpu), options => options.MoveUsdPerVcpu = -1 },
        { nameof(CostOptions.MinSavingUsdPerMonth), options => options.MinSavingUsdPerMonth = -1 },
        { nameof(CostOptions.MaxPayback), options => options.MaxPayback = TimeSpan.Zero },
        { nameof(CostOptions.MaxSuggestions), options => options.MaxSuggestions = 0 },
        { nameof(CostOptions.TopObjects), options => options.TopObjects = 0 },
    };

    [Fact]
    public void Validate_Defaults_AreValid() => Assert.Empty(OptionErrors.Of(new CostOptions()));

    [Theory]
    [MemberData(nameof(Faults), DisableDiscoveryEnumeration = true)]
    public void Validate_OneRuleBroken_NamesTheOption(string name, Action<CostOptions> fault)
    {
        var options = new CostOptions();
        fault(options);

        Assert.Contains(name, Assert.Single(OptionErrors.Of(options)).MemberNames);
    }

    private static ValueOptions Budgeted => new() { Services = { ["shop"] = new ServiceOptions { BudgetUsdPerDay = 1_000m } } };

    private static BudgetStatus Status(decimal spent, BudgetLevel before, decimal committed = 0) => Decide(
        Empty with
        {
            Charges = [Charge(SpendKind.Bandwidth, spent, service: Shop)],
            Committed = [new CommittedSpend(Shop, committed)],
            Memory = CostMemory.None with { Levels = [new ServiceLevel(Shop, before)] },
        },
        value: Budgeted).Budgets.Single();
}
