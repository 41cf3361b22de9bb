using System.Collections.Immutable;
using Idp.Core.Planning;
using Idp.Simulation.Baselines;
using Idp.Simulation.ClosedLoop;
using Idp.Simulation.Tests.ClosedLoop;
using Idp.Simulation.Worlds;
using static Idp.Simulation.Tests.ClosedLoop.TinyLoad;

namespace Idp.Simulation.Tests.Baselines;

public sealed class BaselineTests
{
    [Fact]
    public void AkkioLike_DemandMovesAway_FollowsWhenItOutweighsThePastAndNotMoreOftenThanEverySixHours()
    {
        // Every hour the other side of the world, but for the last day.
        var path = Path(60, (hour, region) => hour < 36 ? (region == (hour % 2 == 0 ? Virginia : Tokyo) ? 100 : 0) : region == Tokyo ? 100 : 0, new AkkioLike(halfLifeHours: 1, replicas: 1));
        int[] moves = [.. Enumerable.Range(1, 59).Where(hour => path[hour] != path[hour - 1])];

        Assert.NotEmpty(moves);
        Assert.All(moves.Zip(moves.Skip(1)), pair => Assert.True(pair.Second - pair.First >= 6));
        Assert.Equal(Layout.Single(Tokyo), path[^1]);
    }

    [Fact]
    public void AkkioLike_ThreeReplicas_TakesTheRegionsThatAskMost()
    {
        var path = Path(10, (_, region) => new[] { 10, 40, 30, 20 }[region], new AkkioLike(halfLifeHours: 24, replicas: 3));

        Assert.Equal(new Layout(Ireland, SiteSet.Of(Ireland, Frankfurt, Tokyo)), path[^1]);
    }

    [Fact]
    public void VolleyLike_CallersInVirginiaAndIreland_SettlesNearTheHeavierOne()
    {
        Assert.Equal(Layout.Single(Ireland), Path(30, (_, region) => new[] { 30, 70, 0, 0 }[region], new VolleyLike(24, 168))[^1]);
        Assert.Equal(Layout.Single(Virginia), Path(30, (_, region) => new[] { 70, 30, 0, 0 }[region], new VolleyLike(24, 168))[^1]);
    }

    [Fact]
    public void SpanStoreLike_TargetOfTwentyFiveMs_NeedsACopyInEveryRegionThatAsks()
    {
        var path = Path(10, (_, region) => region is Virginia or Tokyo ? 100 : 0, new SpanStoreLike(readMs: 25, writeMs: 1_000));

        Assert.Equal(SiteSet.Of(Virginia, Tokyo), path[^1].Sites);
    }

    [Fact]
    public void SpanStoreLike_LooseTarget_TakesTheCheapestSite()
    {
        var path = Path(10, (_, region) => region is Virginia or Tokyo ? 100 : 0, new SpanStoreLike(readMs: 1_000, writeMs: 1_000));

        Assert.Equal(1, path[^1].Sites.Count);
        Assert.NotEqual(Tokyo, path[^1].Primary); // Its storage and its egress cost more than anywhere else.
    }

    [Fact]
    public void BreakEvenTtl_OneReadFromTokyo_HasACopyUntilTheTimeIsUp()
    {
        // Break-even of Virginia's egress and Tokyo's storage: 0.02 ÷ 0.096 of 720 hours is 150.
        var path = Path(170, (hour, region) => region == Virginia || (region == Tokyo && hour == 2) ? 1 : 0, new BreakEvenTtl(factor: 1, writeLocal: false));

        Assert.Equal([SiteSet.Of(Virginia), SiteSet.Of(Virginia, Tokyo)], [path[2].Sites, path[3].Sites]);
        Assert.Equal(153, Enumerable.Range(3, 160).Last(hour => path[hour].Sites.Contains(Tokyo)));
    }

    [Fact]
    public void BreakEvenTtl_WriteLocal_HandsThePrimaryToTheWriter()
    {
        var workload = TinyLoad.Of(6, (_, region) => region is Virginia or Tokyo ? 10 : 0, (hour, region) => region == (hour < 3 ? Virginia : Tokyo) ? 5 : 0);

        var path = ClosedLoopRun.Run(workload, new BreakEvenTtl(factor: 1, writeLocal: true)).Paths[0];

        Assert.Equal([Virginia, Virginia, Virginia, Virginia, Tokyo, Tokyo], path.Select(layout => layout.Primary));
    }

    [Fact]
    public void StaticFit_AfterThePast_ChoosesItsBestAndStays()
    {
        var path = Path(20, (hour, region) => region == Virginia ? (hour == 0 ? 50 : 1) : region == Tokyo && hour < 10 ? 40 : 0, new StaticFit(fitHours: 5, maxSites: 1));

        Assert.All(path[..5], layout => Assert.Equal(Layout.Single(Virginia), layout));
        Assert.All(path[5..], layout => Assert.Equal(Layout.Single(Tokyo), layout));
    }

    [Fact]
    public void FullReplication_WorldWithoutCap_IsEverywhereAndNeverRefused()
    {
        var report = ClosedLoopRun.Run(TinyLoad.Of(3, (_, _) => 1, world: TinyLoad.FourRegions with { MaxSites = 4 }), new FullReplication());

        Assert.Equal(SiteSet.FirstOf(4), report.Paths[0][^1].Sites);
        Assert.Equal(0, report.Changes.Breaches);
    }

    [Fact]
    public void All_EveryVariant_KeepsTheConstraintsWhenOnlyEuropeIsAllowed()
    {
        var europe = SiteSet.Of(Ireland, Frankfurt);
        var workload = TinyLoad.Of(60, (hour, region) => (hour + region) % 5 * 20, (hour, region) => (hour * region) % 3);
        workload = workload with { Objects = [workload.Objects[0] with { Feasible = europe }] };

        Assert.All(Baseline.All.SelectMany(baseline => baseline.Variants), variant =>
            Assert.Equal(0, ClosedLoopRun.Run(workload, variant.Make(24)).Changes.Breaches));
    }

    [Theory]
    [InlineData(0.0, -6.3)]
    [InlineData(0.5, 1.2)]
    [InlineData(1.0, 8.7)]
    public void Interpolate_AlongTheEquator_IsLinear(double share, double expectedLongitude)
    {
        var at = Sphere.Interpolate(Sphere.Of(new RegionFacts(0, 0, -6.3)), Sphere.Of(new RegionFacts(0, 0, 8.7)), share);

        Assert.Equal(expectedLongitude, double.RadiansToDegrees(Math.Atan2(at.Y, at.X)), 6);
    }

    private static ImmutableArray<Layout> Path(int hours, Func<int, int, double> reads, IPlacementPolicy policy) =>
        ClosedLoopRun.Run(TinyLoad.Of(hours, reads), policy).Paths[0];
}
