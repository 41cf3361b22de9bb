using System.Collections.Immutable;
using Idp.Core;
using Idp.Simulation.Shadows;
using Idp.Simulation.Traces;

namespace Idp.Simulation.Tests;

public sealed class ShadowCalculatorTests
{
    private const int Reads = 9;

    private static readonly TraceWindow Window = TraceWindow.Months(2026, 1, 1);
    private static readonly RoundTrips RoundTrips = SampleData.RoundTrips();
    private static readonly ImmutableArray<Access> Accesses = Tiny();

    private static readonly ShadowSet Shadows = new ShadowCalculator(RoundTrips, Reads).Compute(Window, Accesses, PlacementKey.User);

    [Fact]
    public void Compute_TinyTrace_MatchesBruteForce()
    {
        var regions = RoundTrips.Regions;
        var one = regions.Min(a => Mean(access => RoundTrips[access.Region, a]));
        var two = Pairs().Min(sites => SetMean(sites));
        var three = Pairs().SelectMany(pair => regions.Select(third => (RegionId[])[.. pair, third])).Min(sites => SetMean(sites));

        Assert.Equal(one, Shadows.Static.Latency.All.MeanMs, 9);
        Assert.Equal(two, Shadows.TwoSites.Latency.All.MeanMs, 9);
        Assert.Equal(three, Shadows.ThreeSites.Latency.All.MeanMs, 9);
    }

    [Fact]
    public void Compute_TinyTrace_HindsightMatchesEveryAssignmentOfUsersAndWeeks()
    {
        var groups = Accesses.GroupBy(access => (access.User, Week: (access.At - Window.From).Days / 7)).ToArray();
        var total = groups.Sum(group => RoundTrips.Regions.Min(region => group.Sum(access => RoundTrips[access.Region, region])));

        Assert.Equal(total / Accesses.Length, Shadows.Hindsight.Latency.All.MeanMs, 9);
    }

    [Fact]
    public void Compute_TinyTrace_ScoresTheLastTwoThirdsAndTheirQuantiles()
    {
        var scored = Accesses.Where(access => access.At >= Window.From + (Window.Length / 3))
            .Select(access => RoundTrips[access.Region, Shadows.Static.Sites[0]]).Order().ToArray();

        var summary = Shadows.Static.Latency.Scored;

        Assert.Equal(scored.Length * (1 + Reads), summary.Operations);
        Assert.Equal(scored[(int)Math.Ceiling(scored.Length * 0.9) - 1], summary.P90Ms);
        Assert.Equal(scored[(int)Math.Ceiling(scored.Length * 0.99) - 1], summary.P99Ms);
        Assert.Equal(summary.Operations, Shadows.Static.Latency.ScoredByRegion.Values.Sum(region => region.Operations));
    }

    private static double SetMean(RegionId[] sites) =>
        Mean(access => (RoundTrips[access.Region, sites[0]] + (Reads * sites.Min(site => RoundTrips[access.Region, site]))) / (1 + Reads));

    private static double Mean(Func<Access, double> ms) => Accesses.Average(ms);

    private static IEnumerable<RegionId[]> Pairs() =>
        RoundTrips.Regions.SelectMany(first => RoundTrips.Regions.Select(second => (RegionId[])[first, second]));

    private static ImmutableArray<Access> Tiny()
    {
        var random = new Random(7);
        return
        [
            .. Enumerable.Range(0, 60).Select(i => new Access(
                Window.From.AddHours(i * 12), RoundTrips.Regions[random.Next(5)], $"u{random.Next(3)}", "o", AccessKind.Update)),
        ];
    }
}
