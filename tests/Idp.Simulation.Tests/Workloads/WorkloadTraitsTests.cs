using Idp.Simulation.Workloads;

namespace Idp.Simulation.Tests.Workloads;

public sealed class WorkloadTraitsTests
{
    [Theory]
    [InlineData("static", WorkloadKind.Static)]
    [InlineData("follow-the-sun", WorkloadKind.Seasonal)]
    [InlineData("diurnal", WorkloadKind.Seasonal)]
    [InlineData("weekly", WorkloadKind.Seasonal)]
    [InlineData("growth", WorkloadKind.Seasonal)]
    [InlineData("user-migration", WorkloadKind.Jump)]
    [InlineData("flash-crowd", WorkloadKind.Jump)]
    [InlineData("step", WorkloadKind.Jump)]
    [InlineData("square-wave", WorkloadKind.Adversarial)]
    public void Of_KnownLoad_IsMeasuredAsWhatItIs(string family, WorkloadKind expected) =>
        Assert.Equal(expected, WorkloadTraits.Of(SyntheticLoads.All.Single(entry => entry.Name == family).Make(7)).Kind);
}
