using System.Diagnostics;

namespace Idp.DevServer.Engine.Matching;

/// <summary>Holds tasks back so that no more than a given number a second go out.</summary>
internal sealed class TokenBucket(double perSecond)
{
    private readonly double _most = Math.Max(1, Math.Ceiling(perSecond));
    private double _tokens = Math.Max(1, Math.Ceiling(perSecond));
    private long _filledAt = Stopwatch.GetTimestamp();

    public double PerSecond { get; } = perSecond;

    /// <returns>Null when a task may go now; otherwise how long to wait.</returns>
    public TimeSpan? TryTake()
    {
        var now = Stopwatch.GetTimestamp();
        _tokens = Math.Min(_most, _tokens + (Stopwatch.GetElapsedTime(_filledAt, now).TotalSeconds * PerSecond));
        _filledAt = now;
        if (_tokens >= 1)
        {
            _tokens--;
            return null;
        }

        return PerSecond <= 0 ? TimeSpan.FromSeconds(1) : TimeSpan.FromSeconds((1 - _tokens) / PerSecond);
    }
}
