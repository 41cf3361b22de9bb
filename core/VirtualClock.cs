using System.Globalization;

namespace Idp.Core;

/// <summary>A clock that began at another time and runs faster: months of a trace pass in minutes.</summary>
/// <remarks>Only the time of day is virtual. Timers and elapsed times stay real, so latencies and delays mean what they say.</remarks>
/// <param name="realStart">The real moment at which the virtual clock showed <paramref name="virtualStart"/>.</param>
/// <param name="scale">Virtual seconds in a real one, above 0.</param>
public sealed class VirtualClock(DateTimeOffset realStart, DateTimeOffset virtualStart, double scale, TimeProvider real) : TimeProvider
{
    /// <summary>Virtual seconds in a real one.</summary>
    public double Scale => scale;

    public override DateTimeOffset GetUtcNow() => virtualStart + ((real.GetUtcNow() - realStart) * scale);

    public override long GetTimestamp() => real.GetTimestamp();

    public override long TimestampFrequency => real.TimestampFrequency;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        real.CreateTimer(callback, state, dueTime, period);

    /// <summary>The moment at which the virtual clock will show <paramref name="moment"/>, from now; zero when it has passed.</summary>
    public TimeSpan Until(DateTimeOffset moment)
    {
        var left = (moment - GetUtcNow()) / scale;
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    /// <summary>For another process: its clock then shows the same time.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{realStart:O}|{virtualStart:O}|{scale:R}");

    /// <exception cref="FormatException"><paramref name="text"/> was not written by <see cref="ToString"/>.</exception>
    public static VirtualClock Parse(string text, TimeProvider real)
    {
        var parts = text.Split('|');
        return parts.Length == 3
            && DateTimeOffset.TryParse(parts[0], CultureInfo.InvariantCulture, out var realStart)
            && DateTimeOffset.TryParse(parts[1], CultureInfo.InvariantCulture, out var virtualStart)
            && double.TryParse(parts[2], NumberStyles.Float, CultureInfo.InvariantCulture, out var scale)
            && scale > 0
            ? new VirtualClock(realStart, virtualStart, scale, real)
            : throw new FormatException($"'{text}' is not a clock; expected real start|virtual start|scale.");
    }
}
