using System.Collections.Immutable;
using Idp.Simulation.Loop;
using Idp.Simulation.Shadows;
using Idp.Simulation.Traces;

namespace Idp.Simulation.Tests;

public sealed class LoopSimulationTests
{
    private static readonly ImmutableArray<Access> Trace = [.. new TraceReader(SampleData.RoundTrips().Regions).Read(SampleData.OpenTrace())];

    [Fact]
    public void Run_DefaultWindowByUser_ReachesMostOfTheHindsightGain()
    {
        var (shadows, loop) = Replay(TraceWindow.Default, PlacementKey.User);

        Assert.Equal(54.3, shadows.Static.Latency.Scored.MeanMs, 1);
        Assert.InRange(loop.Latency.Scored.MeanMs, 0, 16);
        Assert.InRange(loop.Latency.ShareOf(shadows.Static.Latency, shadows.Hindsight.Latency), 0.75, 1);
        Assert.InRange(loop.Moves, 20, loop.Objects);
    }

    [Theory]
    [InlineData(2016, 7)]
    [InlineData(2017, 10)]
    [InlineData(2018, 4)]
    [InlineData(2019, 1)]
    [InlineData(2020, 10)]
    public void Run_SampledWindowsByUser_ReachHalf(int year, int month)
    {
        var (shadows, loop) = Replay(TraceWindow.Months(year, month, 3), PlacementKey.User);

        Assert.InRange(loop.Latency.ShareOf(shadows.Static.Latency, shadows.Hindsight.Latency), 0.5, 1);
    }

    [Theory]
    [InlineData(2014, 7)]
    [InlineData(2017, 10)]
    [InlineData(2020, 1)] // One burst of 16,000 accesses from one region to 1,700 folders.
    [InlineData(2021, 4)]
    [InlineData(2023, 1)]
    public void Run_SampledWindowsByObject_AreHardlyWorseThanStaying(int year, int month)
    {
        var (shadows, loop) = Replay(TraceWindow.Months(year, month, 3), PlacementKey.Object);

        Assert.InRange(loop.Latency.ShareOf(shadows.Static.Latency, shadows.Hindsight.Latency), -0.10, 1);
    }

    [Fact]
    public void Run_Twice_GivesTheSame()
    {
        var window = TraceWindow.Months(2021, 4, 1);

        Assert.Equal(Replay(window, PlacementKey.User).Loop.Latency.All, Replay(window, PlacementKey.User).Loop.Latency.All);
    }

    private static (ShadowSet Shadows, LoopReport Loop) Replay(TraceWindow window, PlacementKey key)
    {
        var options = LoopOptions.ForDemo(window.Length);
        var accesses = window.Of(Trace);
        var shadows = new ShadowCalculator(SampleData.RoundTrips(), options.ReadsPerWrite).Compute(window, accesses, key);
        var loop = new LoopSimulation(options, SampleData.RoundTrips(), SampleData.Regions());
        return (shadows, loop.Run(window, accesses, key, shadows.Static.Sites[0]));
    }
}
