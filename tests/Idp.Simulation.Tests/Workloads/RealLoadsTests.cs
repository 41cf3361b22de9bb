using Idp.Simulation.Baselines;
using Idp.Simulation.Bounds;
using Idp.Simulation.ClosedLoop;
using Idp.Simulation.Workloads;

namespace Idp.Simulation.Tests.Workloads;

/// <summary>Workloads made of the demand files and of the real trace.</summary>
public sealed class RealLoadsTests
{
    public static TheoryData<string> Names => [.. DemandLoads.All.Concat(TraceLoads.All).Select(family => family.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Make_SameSeed_SameDemandAndAnotherForAnother(string name)
    {
        var (first, second, other) = (Make(name, 1), Make(name, 1), Make(name, 2));

        Assert.Equal(Counts(first), Counts(second));
        Assert.NotEqual(Counts(first), Counts(other));
        Assert.InRange(first.WarmUpHours, 1, first.Hours - 1);
    }

    [Fact]
    public void DemandLoads_All_AreTheTwelveFilesWithAMedianHourOfThreeHundredOperations()
    {
        Assert.Equal(12, DemandLoads.All.Length);
        var steady = DemandLoads.All.Single(family => family.Name == "demand IBMTrace083").Make(1);

        foreach (var load in steady.Objects)
        {
            var hours = Enumerable.Range(0, load.Demand.Hours).Select(hour => Sum(load.Demand.Reads(hour)) + Sum(load.Demand.Writes(hour))).Order().ToArray();
            Assert.InRange(hours[hours.Length / 2], 270, 330);
        }
    }

    [Theory]
    [InlineData("trace by user")]
    [InlineData("trace by folder")]
    public void TraceLoads_BusyForm_HasThirtyTimesTheSameAccessesAndNineReadsAWrite(string name)
    {
        var (plain, busy) = (Make(name, 3), Make($"{name} × 30", 3));

        Assert.Equal(plain.Objects.Select(load => load.Id), busy.Objects.Select(load => load.Id));
        Assert.Equal(Counts(plain).Select(count => 30 * count), Counts(busy));
        Assert.All(plain.Objects, load => Assert.All(
            Enumerable.Range(0, load.Demand.Hours), hour => Assert.Equal(9 * Sum(load.Demand.Writes(hour)), Sum(load.Demand.Reads(hour)))));
        Assert.True(Counts(plain).Sum() > 0);
    }

    [Theory]
    [InlineData("demand IBMTrace083")]
    [InlineData("trace by user")]
    [InlineData("trace by folder × 30")]
    public void Run_EveryBaseline_CostsAtLeastTheClairvoyantBound(string name)
    {
        var workload = Make(name, 1);
        var bound = ClairvoyantBound.CostOf(workload).TotalUsd;

        Assert.All(Baseline.All.Where(baseline => !baseline.NeedsEveryRegion), baseline => Assert.True(
            ClosedLoopRun.Run(workload, baseline.Variants[0].Make(workload.WarmUpHours)).Cost.TotalUsd >= bound * (1 - 1e-9), baseline.Name));
    }

    private static Workload Make(string name, int seed) => DemandLoads.All.Concat(TraceLoads.All).Single(family => family.Name == name).Make(seed);

    private static double[] Counts(Workload workload) =>
    [
        .. workload.Objects.SelectMany(load => Enumerable.Range(0, load.Demand.Hours).SelectMany(hour => (double[])[.. load.Demand.Reads(hour), .. load.Demand.Writes(hour)])),
    ];

    private static double Sum(ReadOnlySpan<double> counts)
    {
        var sum = 0.0;
        foreach (var count in counts)
        {
            sum += count;
        }

        return sum;
    }
}
