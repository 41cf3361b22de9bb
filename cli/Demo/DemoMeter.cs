using Idp.Core;
using Idp.Core.Telemetry;
using Idp.Simulation.Traces;

namespace Idp.Cli.Demo;

/// <summary>Latency as the demo's clients saw it, beside what the static placement would have given the same operations.</summary>
public sealed class DemoMeter(TraceWindow window, RoundTrips roundTrips, RegionId fixedRegion)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<RegionId, (LatencySketch Now, LatencySketch Before)> _recent = [];
    private LatencySketch _scored = new();
    private LatencySketch _recentAll = new();
    private LatencySketch _recentAllBefore = new();
    private double _recentFixedMs;
    private double _recentFixedMsBefore;
    private long _operations;

    /// <summary>Operations that ended well.</summary>
    public long Operations => Interlocked.Read(ref _operations);

    /// <summary>Operations that failed for good.</summary>
    public long Errors { get; private set; }

    /// <summary>Reads that did not see a write acknowledged before they began.</summary>
    public long StaleReads { get; private set; }

    /// <summary>The last two thirds of the window.</summary>
    public (double MeanMs, double P99Ms, long Operations) Scored
    {
        get
        {
            lock (_lock)
            {
                return (_scored.MeanMs, _scored.QuantileMs(0.99), _scored.Count);
            }
        }
    }

    public void Add(RegionId caller, DateTimeOffset at, double ms)
    {
        lock (_lock)
        {
            _operations++;
            if (!_recent.TryGetValue(caller, out var sketches))
            {
                _recent[caller] = sketches = (new LatencySketch(), new LatencySketch());
            }

            sketches.Now.Add(ms);
            _recentAll.Add(ms);
            _recentFixedMs += roundTrips[caller, fixedRegion];
            if (at >= window.ScoredFrom)
            {
                _scored.Add(ms);
            }
        }
    }

    public void AddError()
    {
        lock (_lock)
        {
            Errors++;
        }
    }

    public void AddStaleRead()
    {
        lock (_lock)
        {
            StaleReads++;
        }
    }

    /// <summary>What callers waited lately, by region; lately is since the turn before the last.</summary>
    public IReadOnlyList<(RegionId Region, LatencySketch Latency)> Recent()
    {
        lock (_lock)
        {
            return [.. _recent.OrderBy(pair => pair.Key.Value, StringComparer.Ordinal).Select(pair => (pair.Key, Sum(pair.Value.Now, pair.Value.Before)))];
        }
    }

    /// <summary>What all callers waited lately, and what they would have waited with everything in one region.</summary>
    public (LatencySketch Latency, double FixedMeanMs) RecentAll()
    {
        lock (_lock)
        {
            var all = Sum(_recentAll, _recentAllBefore);
            return (all, all.Count == 0 ? 0 : (_recentFixedMs + _recentFixedMsBefore) / all.Count);
        }
    }

    /// <summary>Forgets what was measured before the last turn.</summary>
    public void Turn()
    {
        lock (_lock)
        {
            foreach (var region in _recent.Keys.ToArray())
            {
                _recent[region] = (new LatencySketch(), _recent[region].Now);
            }

            (_recentAll, _recentAllBefore) = (new LatencySketch(), _recentAll);
            (_recentFixedMs, _recentFixedMsBefore) = (0, _recentFixedMs);
        }
    }

    public MeterState Save()
    {
        lock (_lock)
        {
            return new MeterState(_operations, Errors, StaleReads, LatencySketch.FromBytes(_scored.ToBytes()));
        }
    }

    public void Restore(MeterState state)
    {
        lock (_lock)
        {
            (_operations, Errors, StaleReads, _scored) = (state.Operations, state.Errors, state.StaleReads, state.Scored);
        }
    }

    private static LatencySketch Sum(LatencySketch left, LatencySketch right)
    {
        var sum = new LatencySketch();
        sum.Merge(left);
        sum.Merge(right);
        return sum;
    }
}

/// <summary>What a meter has counted, to go on from.</summary>
public sealed record MeterState(long Operations, long Errors, long StaleReads, LatencySketch Scored);
