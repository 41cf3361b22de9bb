using System.Text.Json;
using Idp.Core.Forecasting;
using Idp.Core.Planning;
using Idp.Simulation.Bounds;
using Idp.Simulation.ClosedLoop;
using Idp.Simulation.Workloads;

namespace Idp.Simulation.Tests.ClosedLoop;

public sealed class PlanePolicyTests
{
    [Fact]
    public void Run_SameSeed_SameReportByteForByte() => Assert.Equal(
        JsonSerializer.SerializeToUtf8Bytes(Run(FirstObject("random-switch", 7))),
        JsonSerializer.SerializeToUtf8Bytes(Run(FirstObject("random-switch", 7))));

    [Fact]
    public void Run_DemandChangedFromAnHourOn_DecidesTheSameUntilThen()
    {
        const int changed = 200;
        var workload = FirstObject("follow-the-sun", 5);
        var other = workload with { Objects = [workload.Objects[0] with { Demand = SilentFrom(workload.Objects[0].Demand, changed) }] };

        var (before, after) = (Run(workload).Paths[0], Run(other).Paths[0]);

        Assert.Equal(before[..(changed + 1)], after[..(changed + 1)]);
        Assert.NotEqual(before, after);
    }

    [Fact]
    public void Run_OfficesAroundTheWorld_StaysWithinATenthOfTheClairvoyantBound()
    {
        var workload = FirstObject("follow-the-sun", 10_000); // A seed of those that are set aside for tuning.

        Assert.InRange(Run(workload).Cost.TotalUsd / ClairvoyantBound.CostOf(workload).TotalUsd, 1, 1.1);
    }

    private static ClosedLoopReport Run(Workload workload) =>
        ClosedLoopRun.Run(workload, new PlanePolicy(new ForecastOptions(), new PlannerOptions()));

    private static Workload FirstObject(string family, int seed)
    {
        var workload = SyntheticLoads.All.Single(entry => entry.Name == family).Make(seed);
        return workload with { Objects = [workload.Objects[0]] };
    }

    private static DemandWindow SilentFrom(DemandWindow demand, int fromHour)
    {
        double[] Cut(Func<int, double[]> counts) =>
            [.. Enumerable.Range(0, demand.Hours).SelectMany(hour => hour < fromHour ? counts(hour) : new double[demand.Regions])];
        return new DemandWindow(demand.Regions, Cut(hour => demand.Reads(hour).ToArray()), Cut(hour => demand.Writes(hour).ToArray()));
    }
}
