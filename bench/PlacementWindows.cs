using System.Collections.Immutable;
using Idp.Core;
using Idp.Simulation;
using Idp.Simulation.Loop;
using Idp.Simulation.Shadows;
using Idp.Simulation.Traces;

namespace Idp.Bench;

/// <summary>Replays every three-month window of the sample trace against the loop and against hindsight.</summary>
internal sealed class PlacementWindows : IBench
{
    private const int MinAccesses = 500; // Fewer than about five a day say nothing of a loop.
    private const int Months = 3;

    private readonly RoundTrips _roundTrips = SampleData.RoundTrips();
    private readonly ImmutableArray<Region> _regions = SampleData.Regions();

    public string Name => "placement-windows";

    public string Description => "share of the hindsight gain that the loop reaches, in every three-month window of the sample trace";

    public Task<IReadOnlyList<KeyValuePair<string, double>>> RunAsync(CancellationToken cancellationToken)
    {
        var trace = new TraceReader(_roundTrips.Regions).Read(SampleData.OpenTrace()).ToImmutableArray();
        var first = TraceWindow.Months(trace[0].At.Year, trace[0].At.Month, Months);
        var windows = Enumerable.Range(0, 200)
            .Select(month => first.From.AddMonths(month))
            .TakeWhile(from => from.AddMonths(Months) <= trace[^1].At)
            .Select(from => TraceWindow.Months(from.Year, from.Month, Months))
            .Select(window => (Window: window, Accesses: window.Of(trace)))
            .Where(entry => entry.Accesses.Length >= MinAccesses)
            .ToArray();

        var figures = new List<KeyValuePair<string, double>>();
        foreach (var key in (PlacementKey[])[PlacementKey.User, PlacementKey.Object])
        {
            var results = new List<Result>();
            foreach (var (window, accesses) in windows)
            {
                cancellationToken.ThrowIfCancellationRequested();
                results.Add(Replay(window, accesses, key));
            }

            figures.AddRange(Figures(key, "Rolling", results));
            figures.AddRange(Figures(key, "Quarters", [.. results.Where(result => result.Window.From.Month % Months == 1)]));
            var show = results.Single(result => result.Window == TraceWindow.Default);
            figures.AddRange(
            [
                new($"default{key}Share", show.Share),
                new($"default{key}StaticMs", show.Shadows.Static.Latency.Scored.MeanMs),
                new($"default{key}PolicyMs", show.Loop.Latency.Scored.MeanMs),
                new($"default{key}HindsightMs", show.Shadows.Hindsight.Latency.Scored.MeanMs),
                new($"default{key}TwoSitesMs", show.Shadows.TwoSites.Latency.Scored.MeanMs),
                new($"default{key}ThreeSitesMs", show.Shadows.ThreeSites.Latency.Scored.MeanMs),
                new($"default{key}StaticP99Ms", show.Shadows.Static.Latency.Scored.P99Ms),
                new($"default{key}PolicyP99Ms", show.Loop.Latency.Scored.P99Ms),
                new($"default{key}Objects", show.Loop.Objects),
                new($"default{key}Moves", show.Loop.Moves),
            ]);
        }

        return Task.FromResult<IReadOnlyList<KeyValuePair<string, double>>>(figures);
    }

    private Result Replay(TraceWindow window, ImmutableArray<Access> accesses, PlacementKey key)
    {
        var options = new LoopOptions();
        var shadows = new ShadowCalculator(_roundTrips, options.ReadsPerWrite).Compute(window, accesses, key);
        var loop = new LoopSimulation(options, _roundTrips, _regions).Run(window, accesses, key, shadows.Static.Sites[0]);
        return new Result(window, shadows, loop, loop.Latency.ShareOf(shadows.Static.Latency, shadows.Hindsight.Latency));
    }

    private static IEnumerable<KeyValuePair<string, double>> Figures(PlacementKey key, string set, IReadOnlyList<Result> results) =>
    [
        new($"{key}{set}Windows", results.Count),
        new($"{key}{set}ShareMean", results.Average(result => result.Share)),
        new($"{key}{set}ShareAtLeastHalf", results.Count(result => result.Share >= 0.5) / (double)results.Count),
        new($"{key}{set}ShareWorst", results.Min(result => result.Share)),
        new($"{key}{set}Below10PercentLoss", results.Count(result => result.Share < -0.10)),
    ];

    private sealed record Result(TraceWindow Window, ShadowSet Shadows, LoopReport Loop, double Share);
}
