using Idp.Core.Controllers.Foresight;
using Idp.Simulation.ClosedLoop;
using Idp.Simulation.Workloads;

namespace Idp.Simulation.Tests.ClosedLoop;

/// <summary>The loop as it runs, arbiter included: a sample of what <c>idp bench live-loop</c> measures.</summary>
public sealed class LiveLoopTests
{
    private const int TuningSeed = 101;

    [Theory]
    [InlineData("follow-the-sun", 0.98)]
    [InlineData("user-migration", 0.5)]
    [InlineData("square-wave", 0.6)]
    [InlineData("static", 1.0)]
    public void Run_LedAheadOfDemand_CostsLessThanFollowingIt(string name, double atMost)
    {
        var workload = OneSite(name);

        var follow = Run(workload, new ForesightOptions { IsEnabled = false });
        var ahead = Run(workload, new ForesightOptions());

        Assert.InRange(ahead.Cost.TotalUsd / follow.Cost.TotalUsd, 0, atMost);
        Assert.Equal(0, ahead.Changes.Breaches);
        Assert.InRange(ahead.Changes.MostCopiesInADay, 0, 4);
    }

    [Fact]
    public void Run_ObjectsOfAFewAccesses_AreLeftToPlacement()
    {
        var workload = OneSite("trace by user");

        Assert.Equal(Run(workload, new ForesightOptions { IsEnabled = false }).Cost, Run(workload, new ForesightOptions()).Cost);
    }

    [Fact]
    public void Run_Twice_IsTheSameBitByBit()
    {
        var workload = OneSite("flash-crowd");

        var (first, second) = (Run(workload, new ForesightOptions()), Run(workload, new ForesightOptions()));

        Assert.Equal(first.Cost, second.Cost);
        Assert.All(first.Paths.Zip(second.Paths), pair => Assert.Equal(pair.First, pair.Second));
    }

    private static ClosedLoopReport Run(Workload workload, ForesightOptions options) => ClosedLoopRun.Run(workload, new LiveLoop(options));

    private static Workload OneSite(string name)
    {
        var workload = SyntheticLoads.All.Concat(TraceLoads.All).Single(family => family.Name == name).Make(TuningSeed);
        return workload with { World = workload.World with { MaxSites = 1 } };
    }
}
