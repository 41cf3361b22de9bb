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

    public Task<IReadOnlyDictionary<string, double>> RunAsync(CancellationToken cancellationToken)
    {
        var windows = Windows();
        var figures = new Dictionary<string, double>();
        foreach (var key in (PlacementKey[])[PlacementKey.User, PlacementKey.Object])
        {
            Result[] results =
            [
                .. windows.AsParallel().AsOrdered().WithCancellation(cancellationToken)
                    .Select(entry => Replay(entry.Window, entry.Accesses, key)),
            ];
            AddShares(figures, $"rolling{key}", results);
            AddShares(figures, $"quarters{key}", [.. results.Where(result => result.Window.From.Month % Months == 1)]);
            AddDefault(figures, $"default{key}", results.Single(result => result.Window == TraceWindow.Default));
        }

        return Task.FromResult<IReadOnlyDictionary<string, double>>(figures);
    }

    private (TraceWindow Window, ImmutableArray<Access> Accesses)[] Windows()
    {
        using var csv = SampleData.OpenTrace();
        var trace = new TraceReader(_roundTrips.Regions).Read(csv).ToImmutableArray();
        var first = TraceWindow.Months(trace[0].At.Year, trace[0].At.Month, Months);
        var windows = new List<(TraceWindow, ImmutableArray<Access>)>();
        for (var from = first.From; from.AddMonths(Months) <= trace[^1].At; from = from.AddMonths(1))
        {
            var window = TraceWindow.Months(from.Year, from.Month, Months);
            if (window.Of(trace) is { Length: >= MinAccesses } accesses)
            {
                windows.Add((window, accesses));
            }
        }

        return [.. windows];
    }

    private Result Replay(TraceWindow window, ImmutableArray<Access> accesses, PlacementKey key)
    {
        var options = LoopOptions.ForDemo();
        var shadows = new ShadowCalculator(_roundTrips, options.ReadsPerWrite).Compute(window, accesses, key);
        var loop = new LoopSimulation(options, _roundTrips, _regions).Run(window, accesses, key, shadows.Static.Sites[0]);
        return new Result(window, shadows, loop, loop.Latency.ShareOf(shadows.Static.Latency, shadows.Hindsight.Latency));
    }

    private static void AddShares(Dictionary<string, double> figures, string prefix, IReadOnlyList<Result> results)
    {
        figures[prefix + "Windows"] = results.Count;
        figures[prefix + "ShareMean"] = results.Average(result => result.Share);
        figures[prefix + "ShareAtLeastHalf"] = results.Count(result => result.Share >= 0.5) / (double)results.Count;
        figures[prefix + "WorstShare"] = results.Min(result => result.Share);
        figures[prefix + "WindowsBelowMinus10Percent"] = results.Count(result => result.Share < -0.10);
        figures[prefix + "WorstLossMs"] = results.Max(result => result.Loop.Latency.Scored.MeanMs - result.Shadows.Static.Latency.Scored.MeanMs);
    }

    private static void AddDefault(Dictionary<string, double> figures, string prefix, Result result)
    {
        figures[prefix + "Share"] = result.Share;
        figures[prefix + "StaticMs"] = result.Shadows.Static.Latency.Scored.MeanMs;
        figures[prefix + "PolicyMs"] = result.Loop.Latency.Scored.MeanMs;
        figures[prefix + "HindsightMs"] = result.Shadows.Hindsight.Latency.Scored.MeanMs;
        figures[prefix + "TwoSitesMs"] = result.Shadows.TwoSites.Latency.Scored.MeanMs;
        figures[prefix + "ThreeSitesMs"] = result.Shadows.ThreeSites.Latency.Scored.MeanMs;
        figures[prefix + "StaticP99Ms"] = result.Shadows.Static.Latency.Scored.P99Ms;
        figures[prefix + "PolicyP99Ms"] = result.Loop.Latency.Scored.P99Ms;
        figures[prefix + "Objects"] = result.Loop.Objects;
        figures[prefix + "Moves"] = result.Loop.Moves;
    }

    private sealed record Result(TraceWindow Window, ShadowSet Shadows, LoopReport Loop, double Share);
}
