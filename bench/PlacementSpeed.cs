using System.Collections.Immutable;
using System.Diagnostics;
using Idp.Core;
using Idp.Core.Controllers.Placement;
using Idp.Simulation;

namespace Idp.Bench;

/// <summary>Times one run of the placement controller over fleets that grow tenfold.</summary>
internal sealed class PlacementSpeed : IBench
{
    private const int Repetitions = 5;

    private readonly RoundTrips _roundTrips = SampleData.RoundTrips();
    private readonly ImmutableArray<Region> _regions = SampleData.Regions();

    public string Name => "placement-speed";

    public string Description => "objects decided per second, reasons and candidates included, for 1,000 to 100,000 objects in nine regions";

    public Task<IReadOnlyDictionary<string, double>> RunAsync(CancellationToken cancellationToken)
    {
        var figures = new Dictionary<string, double>();
        foreach (var count in (int[])[1_000, 10_000, 100_000])
        {
            cancellationToken.ThrowIfCancellationRequested();
            var snapshot = Snapshot(count);
            var controller = new PlacementController(new PlacementOptions());
            controller.Decide(snapshot); // Compiled and warm.
            var seconds = Enumerable.Range(0, Repetitions).Select(_ => Time(() => controller.Decide(snapshot))).Order().ToArray();
            figures[$"medianMsAt{count}"] = seconds[Repetitions / 2] * 1_000;
            figures[$"objectsPerSecondAt{count}"] = count / seconds[Repetitions / 2];
        }

        figures["microsecondsPerObjectGrowth1kTo100k"] = figures["objectsPerSecondAt1000"] / figures["objectsPerSecondAt100000"];
        return Task.FromResult<IReadOnlyDictionary<string, double>>(figures);
    }

    private static double Time(Action action)
    {
        var started = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private PlacementSnapshot Snapshot(int count)
    {
        var random = new Random(42);
        var dataset = DatasetId.Parse("users");
        return new PlacementSnapshot(
            DateTimeOffset.UnixEpoch,
            TelemetryAge: TimeSpan.Zero,
            TelemetryPeriod: TimeSpan.FromMinutes(1),
            _roundTrips,
            _regions,
            [.. Enumerable.Range(0, count).Select(number => new PlacementSubject(
                new ObjectId(dataset, $"u{number}"),
                _regions[random.Next(_regions.Length)].Id,
                SizeBytes: random.Next(1_000, 10_000_000),
                [.. _regions.Select(region => new RegionDemand(region.Id, random.NextDouble() * 90, random.NextDouble() * 10, random.Next(10)))],
                Excluded: [],
                IsChanging: false,
                Memory: null))]);
    }
}
