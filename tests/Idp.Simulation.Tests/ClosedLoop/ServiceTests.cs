using Idp.Core.Planning;
using Idp.Simulation.Baselines;
using Idp.Simulation.ClosedLoop;
using Idp.Simulation.Worlds;
using static Idp.Simulation.Tests.ClosedLoop.TinyLoad;

namespace Idp.Simulation.Tests.ClosedLoop;

/// <summary>The arithmetic of the world, by hand.</summary>
public sealed class ServiceTests
{
    [Fact]
    public void Run_OneRegionAtHome_CostsWaitAndStorage()
    {
        var report = Run(TinyLoad.Of(10, (_, region) => region == Virginia ? 90 : 0, (_, region) => region == Virginia ? 10 : 0));

        Assert.Equal(10 * 100 * 6 * 1e-6, report.Cost.LatencyUsd, 12); // 6 ms at home, one millionth of a dollar a millisecond.
        Assert.Equal(10 * 0.08 / 720, report.Cost.StorageUsd, 12);
        Assert.Equal(0, report.Cost.EgressUsd + report.Cost.ChangeUsd);
        Assert.InRange(report.P99Ms, 5.96, 6.04);
    }

    [Fact]
    public void Run_CopyToTokyo_PaysForItAndShipsWrites()
    {
        var workload = TinyLoad.Of(2, (_, region) => region == Tokyo ? 90 : 0, (_, region) => region == Virginia ? 10 : 0);
        var layout = new Layout(Virginia, SiteSet.Of(Virginia, Tokyo));
        workload = workload with { Objects = [workload.Objects[0] with { Demand = Window(2, (hour, region) => region == (hour == 0 ? Virginia : Tokyo) ? 90 : 0, (_, region) => region == Virginia ? 10 : 0) }] };

        var report = ClosedLoopRun.Run(workload, new Fixed(layout));

        Assert.Equal(0.02 + FourRegions.Costs.CopyOverheadUsd, report.Cost.ChangeUsd, 12);
        Assert.Equal(2 * 10 * ((1_024 / 1e9 * 0.02) + 0.000_005), report.Cost.EgressUsd, 12);
        Assert.Equal(((90 * 6) + (90 * 3) + (20 * 6)) * 1e-6, report.Cost.LatencyUsd, 12);
        Assert.Equal((1, 0), (report.Changes.Copies, report.Changes.HandOvers));
    }

    [Fact]
    public void Run_HalfOfTheCapacity_WaitsOneServiceTime()
    {
        var world = FourRegions with { CapacityPerHour = [200, 200, 200, 200], ServiceMs = 4 };

        Assert.Equal(6 + 4, Run(TinyLoad.Of(5, (_, region) => region == Virginia ? 100 : 0, world: world)).MeanMs, 9);
    }

    [Fact]
    public void Run_TwiceTheCapacity_TurnsHalfAwayAndLosesTheirRevenue()
    {
        var world = FourRegions with { CapacityPerHour = [50, 50, 50, 50] };

        var report = Run(TinyLoad.Of(1, (_, region) => region == Virginia ? 100 : 0, world: world));

        Assert.Equal(50, report.TurnedAway, 9);
        Assert.Equal((50 * 0.01) + (50 * (6 + (2 * 0.98 / 0.02)) * 1e-6), report.Cost.LatencyUsd, 9);
    }

    [Fact]
    public void Run_EveryChangeFails_PaysAndStays()
    {
        var world = FourRegions with { Faults = new Faults { ChangeFailure = 1 } };

        var report = ClosedLoopRun.Run(TinyLoad.Of(3, (_, region) => region == Virginia ? 100 : 0, world: world), new Fixed(Layout.Single(Tokyo)));

        Assert.All(report.Paths[0], layout => Assert.Equal(Layout.Single(Virginia), layout));
        Assert.Equal(3, report.Changes.Failed);
        Assert.Equal(3 * (0.02 + FourRegions.Costs.CopyOverheadUsd + FourRegions.Costs.HandOverUsd), report.Cost.ChangeUsd, 12);
    }

    [Fact]
    public void Run_ForbiddenLayout_IsRefusedAndCounted()
    {
        var workload = TinyLoad.Of(3, (_, region) => region == Virginia ? 100 : 0);
        workload = workload with { Objects = [workload.Objects[0] with { Feasible = SiteSet.Of(Virginia, Ireland) }] };

        var report = ClosedLoopRun.Run(workload, new Fixed(Layout.Single(Tokyo)));

        Assert.Equal(3, report.Changes.Breaches);
        Assert.All(report.Paths[0], layout => Assert.Equal(Layout.Single(Virginia), layout));
    }

    [Fact]
    public void Run_BackAndForth_CountsReversalsAndTheBusiestDay()
    {
        Layout[] plan = [Layout.Single(Virginia), Layout.Single(Tokyo), Layout.Single(Virginia), Layout.Single(Virginia), .. Enumerable.Repeat(Layout.Single(Virginia), 30), Layout.Single(Tokyo)];

        var changes = ClosedLoopRun.Run(TinyLoad.Of(plan.Length, (_, region) => region == Virginia ? 1 : 0), new Planned(plan)).Changes;

        // To Tokyo, back (a copy and a hand-over undone), and a day later to Tokyo again.
        Assert.Equal(new ChangeCounts(Copies: 3, HandOvers: 3, Failed: 0, Reversals: 2, MostCopiesInADay: 2, MostHandOversInADay: 2, Breaches: 0), changes);
    }

    private static ClosedLoopReport Run(Simulation.Workloads.Workload workload) => ClosedLoopRun.Run(workload, new NeverMove());

    private sealed class Fixed(Layout layout) : IPlacementPolicy
    {
        public void Decide(PolicyView view, Span<Layout> layouts) => layouts.Fill(layout);
    }

    private sealed class Planned(Layout[] plan) : IPlacementPolicy
    {
        public void Decide(PolicyView view, Span<Layout> layouts) => layouts.Fill(plan[view.Hour]);
    }
}
