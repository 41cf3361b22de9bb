using Idp.Simulation.ClosedLoop;
using Idp.Simulation.Tests.ClosedLoop;
using Idp.Simulation.Baselines;
using Idp.Simulation.Worlds;
using Idp.Core.Planning;

namespace Idp.Simulation.Tests.Worlds;

public sealed class TelemetryTests
{
    private const int Hours = 400;

    [Fact]
    public void Decide_NoFaults_SeesEveryReadingOneHourLater()
    {
        var spy = Watch(Faults.None);

        Assert.Equal(
            from hour in Enumerable.Range(1, Hours - 1) from region in Enumerable.Range(0, 4) select (hour, new Reading(hour - 1, region)),
            spy.Seen);
        Assert.All(spy.Seen.Index(), entry => Assert.Equal(Count(entry.Item.Reading.Hour, entry.Item.Reading.Region), spy.Reads[entry.Index]));
    }

    [Fact]
    public void Decide_LateTelemetry_SeesAllOfItSomeOfItLate()
    {
        var spy = Watch(new Faults { LateShare = 0.3, LateHours = 5 });
        var late = spy.Seen.Count(seen => seen.At == seen.Reading.Hour + 6);

        Assert.Equal(spy.Seen.Count, late + spy.Seen.Count(seen => seen.At == seen.Reading.Hour + 1));
        Assert.InRange(late / (double)spy.Seen.Count, 0.25, 0.35);
        Assert.InRange(spy.Seen.Count, (Hours - 6) * 4, Hours * 4);
    }

    [Fact]
    public void Decide_Outages_NeverSeesWhatWasLost()
    {
        var spy = Watch(new Faults { OutagePerHour = 0.1, OutageHours = 4 });

        // Working for ten hours on average, silent for four.
        Assert.InRange(spy.Seen.Count / (4.0 * Hours), 0.63, 0.80);
        Assert.Equal(spy.Seen.Count, spy.Seen.Distinct().Count());
    }

    [Fact]
    public void Decide_Bias_SeesSomeDaysMultiplied()
    {
        var spy = Watch(new Faults { BiasShare = 0.5, BiasFactor = 3 });
        var factors = spy.Seen.Zip(spy.Reads, (seen, reads) => reads / Count(seen.Reading.Hour, seen.Reading.Region)).ToArray();

        Assert.All(factors, factor => Assert.True(factor is 1 or 3));
        Assert.InRange(factors.Count(factor => factor == 3) / (double)factors.Length, 0.3, 0.7);
    }

    private static double Count(int hour, int region) => 1 + ((hour * 7) + region) % 11;

    private static Spy Watch(Faults faults)
    {
        var spy = new Spy();
        ClosedLoopRun.Run(TinyLoad.Of(Hours, Count, world: TinyLoad.FourRegions with { Faults = faults }), spy);
        return spy;
    }

    private sealed class Spy : IPlacementPolicy
    {
        public List<(int At, Reading Reading)> Seen { get; } = [];

        public List<double> Reads { get; } = [];

        public void Decide(PolicyView view, Span<Layout> layouts)
        {
            foreach (var reading in view.Arrivals)
            {
                Seen.Add((view.Hour, reading));
                Reads.Add(view.Reads(0, reading));
            }
        }
    }
}
