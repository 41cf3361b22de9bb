using System.Text.Json;
using Idp.Simulation.Stability;

namespace Idp.Simulation.Tests.Stability;

/// <summary>A sample of what <c>idp-bench stability</c> runs a thousand times.</summary>
public sealed class StabilityTests
{
    private const int SampleSeeds = 8;

    public static TheoryData<StabilityScenario> Scenarios => [.. Enum.GetValues<StabilityScenario>()];

    public static TheoryData<string> GuardNames => [.. StabilityGuards.OneOff.Select(guards => guards.Name)];

    [Theory]
    [MemberData(nameof(Scenarios))]
    public void Run_GuardsAsShipped_HoldsEveryGate(StabilityScenario scenario) =>
        Assert.Empty(Run(scenario, Enumerable.Range(1, SampleSeeds), StabilityGuards.All).FailedGates());

    [Theory]
    [MemberData(nameof(GuardNames))]
    public void Run_OneGuardOff_FailsAGateThatHoldsWithIt(string name)
    {
        var guards = StabilityGuards.OneOff.Single(entry => entry.Name == name);

        Assert.NotEmpty(Run(guards.Scenario, guards.Seeds, guards).FailedGates());
        Assert.Empty(Run(guards.Scenario, guards.Seeds, StabilityGuards.All).FailedGates());
    }

    [Fact]
    public void Run_SameSeeds_SameReportByteForByte() => Assert.Equal(
        JsonSerializer.SerializeToUtf8Bytes(Run(StabilityScenario.FailingMoves, [3, 4], StabilityGuards.All)),
        JsonSerializer.SerializeToUtf8Bytes(Run(StabilityScenario.FailingMoves, [3, 4], StabilityGuards.All)));

    [Fact]
    public void FailedGates_EachLimitPassed_NamesEachGate()
    {
        var bad = new StabilitySummary(StabilityScenario.Step, 1, 0.5, 1.1, 5, 7, 0.21, 1, 1);

        Assert.Equal(6, bad.FailedGates().Length);
        Assert.Empty(new StabilitySummary(StabilityScenario.Step, 1, 0.5, 1, 4, 6, 0.2, 0, 0).FailedGates());
        Assert.Empty((bad with { Scenario = StabilityScenario.Diurnal, MostCopiesInADay = 4, MostHandOversInADay = 6, ReversalShare = 0, ChangesWhileBlind = 0, Breaches = 0 }).FailedGates());
    }

    private static StabilitySummary Run(StabilityScenario scenario, IEnumerable<int> seeds, StabilityGuards guards) =>
        StabilitySummary.Run(scenario, seeds, guards, TestContext.Current.CancellationToken);
}
