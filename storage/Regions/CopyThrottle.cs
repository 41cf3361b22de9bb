using System.Globalization;

namespace Idp.Storage.Regions;

/// <summary>How fast all movers of this process together may read one source; falls when the source or its replicas suffer.</summary>
/// <remarks>
/// The way of congestion control: a step down in proportion, a slow way up. What a source can bear is not known beforehand and
/// changes by the hour (Vitess asks its metrics too, instead of trusting a fixed rate).
/// </remarks>
public sealed class CopyThrottle(TimeProvider clock)
{
    private const double Decrease = 0.7;
    private const double Increase = 1.1;
    private const double MinBytesPerSecond = 64 << 10;
    private const int ProbesRemembered = 3;

    // A baseline that only sinks would call a source slow for ever once it has grown slower by itself.
    private const double BaselineDriftPerProbe = 1.001;

    /// <summary>Workers that copy side by side from one source, over all movers; each holds a connection in either store.</summary>
    private const int MaxWorkers = 8;

    // What was left unused while a round began may be caught up; what was left unused by an idle mover may not.
    private static readonly TimeSpan LongestCredit = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan LongestGap = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly Queue<double> _latencies = new();
    private int _workers;
    private DateTimeOffset _next;
    private double? _cap;
    private double _fullRate;
    private double? _baselineMs;
    private long _takenSinceProbe;
    private DateTimeOffset? _probedAt;
    private DateTimeOffset _notedAt;

    /// <summary>Why copies are slower than they may be; null when they are not.</summary>
    internal string? HeldBackBy { get; private set; }

    /// <summary>Bytes per second allowed at present; null without a limit.</summary>
    internal double? RateOf(MoverOptions options)
    {
        lock (_gate)
        {
            double? limit = options.MaxBytesPerSecond > 0 ? options.MaxBytesPerSecond : null;
            return _cap is { } cap ? Math.Min(cap, limit ?? cap) : limit;
        }
    }

    /// <summary>Reserves what is free of a number of workers, at least none.</summary>
    internal int Reserve(int wanted)
    {
        lock (_gate)
        {
            var granted = Math.Min(wanted, MaxWorkers - _workers);
            _workers += granted;
            return granted;
        }
    }

    internal void Release(int granted)
    {
        lock (_gate)
        {
            _workers -= granted;
        }
    }

    /// <summary>Waits until so many bytes may be read.</summary>
    internal async ValueTask TakeAsync(long bytes, MoverOptions options, CancellationToken cancellationToken)
    {
        var rate = RateOf(options);
        TimeSpan wait;
        lock (_gate)
        {
            _takenSinceProbe += bytes;
            if (rate is not { } bytesPerSecond)
            {
                return;
            }

            var now = clock.GetUtcNow();
            if (_next < now - LongestCredit)
            {
                _next = now;
            }

            _next += TimeSpan.FromSeconds(bytes / bytesPerSecond);
            wait = _next - now;
        }

        if (wait > TimeSpan.Zero)
        {
            await Task.Delay(wait, clock, cancellationToken);
        }
    }

    /// <summary>Whether it is time to ask the source how it is; whoever hears yes must ask.</summary>
    internal bool IsProbeDue(TimeSpan period)
    {
        lock (_gate)
        {
            var now = clock.GetUtcNow();
            if (_probedAt is { } last && now - last < period)
            {
                return false;
            }

            _probedAt = now;
            return true;
        }
    }

    /// <summary>Takes in how the source answered.</summary>
    /// <param name="latency">Of a query that costs next to nothing.</param>
    /// <param name="replicaLag">The worst of its replicas; null when none is visible.</param>
    internal void Note(TimeSpan latency, TimeSpan? replicaLag, MoverOptions options)
    {
        lock (_gate)
        {
            var now = clock.GetUtcNow();
            _latencies.Enqueue(latency.TotalMilliseconds);
            while (_latencies.Count > ProbesRemembered)
            {
                _latencies.Dequeue();
            }

            // The median: one slow answer is no trend.
            var typicalMs = _latencies.Order().ElementAt(_latencies.Count / 2);
            _baselineMs = Math.Min((_baselineMs ?? double.MaxValue) * BaselineDriftPerProbe, latency.TotalMilliseconds);
            var measured = _takenSinceProbe / Math.Max((now - _notedAt).TotalSeconds, 0.001);
            var isFresh = now - _notedAt < LongestGap;
            (_takenSinceProbe, _notedAt) = (0, now);
            if (!isFresh)
            {
                return; // Nothing was copied for a while, so nothing can be said about what copying does.
            }

            var reason = replicaLag > options.MaxReplicaLag
                ? string.Create(CultureInfo.InvariantCulture, $"a replica of the source lags {replicaLag.Value.TotalSeconds:F1} s, limit {options.MaxReplicaLag.TotalSeconds:F1} s")
                : _latencies.Count == ProbesRemembered && typicalMs > _baselineMs + options.MaxLatencyRise.TotalMilliseconds
                    ? string.Create(CultureInfo.InvariantCulture, $"the source answers in {typicalMs:F1} ms, {_baselineMs:F1} ms when quiet, limit {options.MaxLatencyRise.TotalMilliseconds:F0} ms more")
                    : null;
            if (reason is not null)
            {
                _fullRate = _cap is null ? measured : _fullRate;
                _cap = Math.Max(MinBytesPerSecond, Math.Min(_cap ?? measured, Math.Max(measured, MinBytesPerSecond)) * Decrease);
                HeldBackBy = reason;
            }
            else if (_cap is { } cap)
            {
                _cap = cap * Increase > _fullRate ? null : cap * Increase;
                HeldBackBy = _cap is null ? null : HeldBackBy;
            }
        }
    }
}
