using System.Collections.Immutable;
using Idp.Core.Planning;
using Idp.Simulation.Baselines;
using Idp.Simulation.Bounds;
using Idp.Simulation.ClosedLoop;
using Idp.Simulation.Workloads;
using Idp.Simulation.Worlds;

namespace Idp.Simulation.Tests.ClosedLoop;

public sealed class ClosedLoopRunTests
{
    public static TheoryData<string> Families => [.. SyntheticLoads.All.Select(family => family.Name)];

    [Theory]
    [MemberData(nameof(Families))]
    public void Run_AnyPolicy_CostsAtLeastTheClairvoyantBound(string family)
    {
        for (var seed = 1; seed <= 2; seed++)
        {
            var workload = Make(family, seed);
            var bound = ClairvoyantBound.CostOf(workload).TotalUsd;

            Assert.All(Policies(workload), policy =>
                Assert.True(ClosedLoopRun.Run(workload, policy.Make()).Cost.TotalUsd >= bound * (1 - 1e-9), $"{policy.Name} on {family}, seed {seed}"));
            Assert.True(HindsightStatic.CostOf(workload, maxSites: 1).TotalUsd >= bound * (1 - 1e-9));
        }
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void Run_SameSeed_SameReport(string family)
    {
        var (first, second) = (Make(family, 3), Make(family, 3));

        Assert.All(Policies(first).Zip(Policies(second)), pair => AssertSame(ClosedLoopRun.Run(first, pair.First.Make()), ClosedLoopRun.Run(second, pair.Second.Make())));
    }

    [Fact]
    public void Run_DemandChangedFromAnHourOn_DecidesTheSameUntilThen()
    {
        const int changed = 200;
        var workload = Make("follow-the-sun", 5);
        var other = workload with { Objects = [.. workload.Objects.Select(load => load with { Demand = Permuted(load.Demand, changed) })] };

        Assert.All(Policies(workload).Zip(Policies(other)), pair =>
        {
            var (before, after) = (ClosedLoopRun.Run(workload, pair.First.Make()), ClosedLoopRun.Run(other, pair.Second.Make()));
            Assert.All(before.Paths.Zip(after.Paths), path => Assert.Equal(path.First[..(changed + 1)], path.Second[..(changed + 1)]));
        });
    }

    private static Workload Make(string family, int seed) => SyntheticLoads.All.Single(entry => entry.Name == family).Make(seed);

    private static ImmutableArray<(string Name, Func<IPlacementPolicy> Make)> Policies(Workload workload) =>
    [
        ("never move", () => new NeverMove()),
        ("static single", () => new StaticFit(workload.WarmUpHours, maxSites: 1)),
        ("static set", () => new StaticFit(workload.WarmUpHours, maxSites: 3)),
    ];

    private static void AssertSame(ClosedLoopReport first, ClosedLoopReport second)
    {
        Assert.Equal(first with { Paths = [] }, second with { Paths = [] });
        Assert.All(first.Paths.Zip(second.Paths), path => Assert.Equal(path.First, path.Second));
    }

    // From an hour on, the regions change places.
    private static DemandWindow Permuted(DemandWindow demand, int fromHour)
    {
        double[] Reorder(Func<int, int, double> count) =>
        [
            .. from hour in Enumerable.Range(0, demand.Hours)
               from region in Enumerable.Range(0, demand.Regions)
               select count(hour, hour < fromHour ? region : (region + 1) % demand.Regions),
        ];
        return new DemandWindow(demand.Regions, Reorder((hour, region) => demand.Reads(hour)[region]), Reorder((hour, region) => demand.Writes(hour)[region]));
    }
}
