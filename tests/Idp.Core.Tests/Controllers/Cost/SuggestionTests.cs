using Idp.Core.Controllers.Cost;
using Idp.Core.Controllers.Tiering;
using static Idp.Core.Tests.Controllers.Cost.CostWorld;

namespace Idp.Core.Tests.Controllers.Cost;

public sealed class SuggestionTests
{
    private static readonly RegionTiers Tiers = new(East,
    [
        new TierTerms(StorageTier.Hot, 0.1m, 0, 0, TimeSpan.Zero, RecallMs: 0, SizeRatio: 1),
        new TierTerms(StorageTier.Cold, 0.002m, 0, 0, TimeSpan.Zero, RecallMs: 200, SizeRatio: 1),
    ]);

    [Fact]
    public void Decide_EightyTerabytesTooHot_SavesTheWorkedExampleToTheCent()
    {
        var best = Decide(Empty with { Tiers = [Tiers], Storage = [Cold] }).Suggestions.Single();

        Assert.Equal((SuggestionKind.RightSizeTier, 7_840.00m, 7_840.00m), (best.Kind, best.SavingUsdPerMonth, best.NetUsdPerMonth));
        Assert.Equal(
            "Hot → Cold: 80 TB × ($100 − $2)/TB = $7,840.00/month less storage, $0.00/month more retrieval, +200 ms on 0 reads/day", best.Reason);
        Assert.Equal(7_840m, Savings.TierRightSizing(80, 100, 2));
    }

    [Fact]
    public void Decide_ThousandVcpusDearHere_SavesTheWorkedExampleToTheCent()
    {
        var pool = Pool(East, 1_000, 0.096m, Flat(0.7m), new PoolTarget(West, 0.086m, AddedMs: 5));
        var best = Decide(Empty with { Pools = [pool] }).Suggestions.Single(suggestion => suggestion.Kind is SuggestionKind.Arbitrage);

        Assert.Equal((7_200.00m, West, 5.0), (best.SavingUsdPerMonth, best.To!.Value, best.AddedMs));
        Assert.Equal("1,000 vCPU × ($0.096 − $0.086) × 720 h = $7,200.00/month in us-west-2, +5 ms", best.Reason);
    }

    [Fact]
    public void Decide_QuietNights_SavesTheWorkedExampleToTheCent()
    {
        // Traffic is 70 % lower from 2 to 6; the pool costs $500 an hour.
        var hourly = Enumerable.Range(0, 24).Select(hour => hour is >= 2 and < 6 ? 0.21m : 0.7m);
        var best = Decide(Empty with { Pools = [Pool(East, 5_000, 0.1m, [.. hourly])] }).Suggestions.Single();

        Assert.Equal((SuggestionKind.ScheduledScaling, 1_200.00m * 30), (best.Kind, best.SavingUsdPerMonth));
        Assert.Equal("4 h from 02:00 UTC × 60 % × $500.00/h = $1,200.00/day; traffic is 70 % lower then", best.Reason);
    }

    [Fact]
    public void Decide_QuietHoursAroundMidnight_FindsThemAsOneRun()
    {
        var hourly = Enumerable.Range(0, 24).Select(hour => hour is >= 22 or < 2 ? 0.21m : 0.7m);

        Assert.StartsWith("4 h from 22:00 UTC", Decide(Empty with { Pools = [Pool(East, 5_000, 0.1m, [.. hourly])] }).Suggestions.Single().Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.35, 5, SuggestionRisk.Low)] // 10 → 5, as in the operators' story.
    [InlineData(0.7, 0, SuggestionRisk.Low)]
    [InlineData(0.84, -2, SuggestionRisk.High)]
    public void Decide_PeakUtilization_ScalesTowardsTheTarget(double peak, int fewer, SuggestionRisk risk)
    {
        var scale = Decide(Empty with { Pools = [Pool(East, 10, 0.1m, Flat((decimal)peak))] }).Suggestions.SingleOrDefault(suggestion => suggestion.Kind is SuggestionKind.ScaleCompute);

        Assert.Equal(fewer * 72m, scale?.SavingUsdPerMonth ?? 0);
        Assert.True(scale is null || scale.Risk == risk);
    }

    [Fact]
    public void Decide_CapacityRunsShort_ComesFirst()
    {
        var plan = Decide(Empty with { Tiers = [Tiers], Storage = [Cold], Pools = [Pool(East, 10, 0.1m, Flat(0.9m))] });

        Assert.Equal([SuggestionKind.ScaleCompute, SuggestionKind.RightSizeTier], plan.Suggestions.Select(suggestion => suggestion.Kind));
    }

    [Fact]
    public void Decide_IdleCapacityElsewhere_TakesWorkThatFitsAtEveryHour()
    {
        // West idles by night when East works, and has 100 × (0.7 − 0.4) = 30 to spare at its own worst, in terms of East's load of 0.6: 50.
        var east = Pool(East, 60, 0.1m, Flat(0.6m), new PoolTarget(West, 0.1m, AddedMs: 0));
        var west = Pool(West, 100, 0.1m, [.. Enumerable.Range(0, 24).Select(hour => hour < 12 ? 0.1m : 0.4m)]);
        var shift = Decide(Empty with { Pools = [east, west] }).Suggestions.Single(suggestion => suggestion.Kind is SuggestionKind.ShiftCompute);

        Assert.Equal((50 * 0.1m * 720, West), (shift.SavingUsdPerMonth, shift.To!.Value));
    }

    [Theory]
    [InlineData(null, 1)]
    [InlineData("durability minimum 2", 0)]
    public void Decide_CopyThatDoesNotPay_IsSuggestedUnlessItIsRequired(string? required, int count)
    {
        var replica = new ReplicaHolding(Shop, ObjectId.Parse("users/ada"), West, UsdPerDay: 5m, LatencyUsdPerDay: 1m, AddedMs: 60, required);
        var plan = Decide(Empty with { Replicas = [replica] });

        Assert.Equal(count, plan.Suggestions.Length);
        Assert.All(plan.Suggestions, suggestion => Assert.Equal(120m, suggestion.NetUsdPerMonth));
    }

    [Fact]
    public void Decide_CopyThatPays_IsLeftAlone() =>
        Assert.Empty(Decide(Empty with { Replicas = [new ReplicaHolding(Shop, ObjectId.Parse("users/ada"), West, 5m, 6m, 60, null)] }).Suggestions);

    [Fact]
    public void Decide_WaitingCostsMoreThanItSaves_SuggestsNothing()
    {
        // 100 million operations a day that wait 5 ms longer lose 0.05 % of a cent each: $500 a day against $240.
        var pool = Pool(East, 1_000, 0.096m, Flat(0.7m), new PoolTarget(West, 0.086m, AddedMs: 5)) with { OperationsPerDay = 100_000_000 };

        Assert.DoesNotContain(Decide(Empty with { Pools = [pool] }).Suggestions, suggestion => suggestion.Kind is SuggestionKind.Arbitrage);
    }

    [Theory]
    [InlineData(21.6, true)] // Repays in 90 days exactly.
    [InlineData(21.7, false)]
    public void Decide_LongPayback_IsNotSuggested(double moveUsdPerVcpu, bool suggested)
    {
        var pool = Pool(East, 1_000, 0.096m, Flat(0.7m), new PoolTarget(West, 0.086m, AddedMs: 0));
        var plan = Decide(Empty with { Pools = [pool] }, new CostOptions { MoveUsdPerVcpu = (decimal)moveUsdPerVcpu });

        Assert.Equal(suggested, plan.Suggestions.Any(suggestion => suggestion.Kind is SuggestionKind.Arbitrage));
    }

    [Fact]
    public void Decide_ManySuggestions_RanksByWhatIsLeftAndNamesAlternatives()
    {
        var hourly = Enumerable.Range(0, 24).Select(hour => hour is >= 2 and < 6 ? 0.21m : 0.7m);
        var pool = Pool(East, 1_000, 0.096m, [.. hourly], new PoolTarget(West, 0.086m, AddedMs: 5));
        var plan = Decide(Empty with { Tiers = [Tiers], Storage = [Cold], Pools = [pool] });

        Assert.Equal([SuggestionKind.RightSizeTier, SuggestionKind.Arbitrage, SuggestionKind.ScheduledScaling], plan.Suggestions.Select(suggestion => suggestion.Kind));
        Assert.Equal(plan.Suggestions[1].Excludes, plan.Suggestions[2].Excludes);
        Assert.Equal(2_000.0 / 7_200 * 30, plan.Suggestions[1].Payback!.Value.TotalDays, 6);
    }

    private static StorageHolding Cold => new(Shop, "logs", East, StorageTier.Hot, 80_000_000_000_000, ReadsPerDay: 0, BytesPerRead: 0, TimeSpan.FromDays(400));
}
