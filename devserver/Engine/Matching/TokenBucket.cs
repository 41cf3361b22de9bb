using System.Diagnostics;

namespace Idp.DevServer.Engine.Matching;

/// <summary>Holds tasks back so that no more than a given number a second go out.</summary>
internal sealed class TokenBucket(double perSecond)
{
    private readonly double _most = Math.Max(1, Math.Ceiling(perSecond));
    private double _tokens = perSecond > 0 ? Math.Max(1, Math.Ceiling(perSecond)) : 0;
    private long _filledAt = Stopwatch.GetTimestamp();

    public double PerSecond { get; } = perSecond;

    /// <param name="cost">Of what goes; a task is 1.</param>
    /// <returns>Null when a task may go now; otherwise how long to wait.</returns>
    public TimeSpan? TryTake(double cost = 1)
    {
        var now = Stopwatch.GetTimestamp();
        _tokens = Math.Min(_most, _tokens + (Stopwatch.GetElapsedTime(_filledAt, now).TotalSeconds * PerSecond));
        _filledAt = now;
        if (_tokens >= cost)
        {
            _tokens -= cost;
            return null;
        }

        return PerSecond <= 0 ? TimeSpan.FromSeconds(1) : TimeSpan.FromSeconds((cost - _tokens) / PerSecond);
    }
}
