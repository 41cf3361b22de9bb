using System.Diagnostics;

namespace Idp.DevServer.Engine.Matching;

/// <summary>Counts what passed in the last half minute.</summary>
internal sealed class TaskRate
{
    private const int Slots = 6;
    private static readonly TimeSpan SlotTime = TimeSpan.FromSeconds(5);

    private readonly long[] _counts = new long[Slots];
    private readonly long _since = Stopwatch.GetTimestamp();
    private long _slot;

    /// <summary>Of the time since the first of them, or of the last half minute.</summary>
    public double PerSecond
    {
        get
        {
            Advance();
            var total = _counts.Sum();
            return total == 0 ? 0 : total / Math.Min(Stopwatch.GetElapsedTime(_since).TotalSeconds, Slots * SlotTime.TotalSeconds);
        }
    }

    public void Count()
    {
        Advance();
        _counts[_slot % Slots]++;
    }

    private void Advance()
    {
        var now = (long)(Stopwatch.GetElapsedTime(_since) / SlotTime);
        for (var passed = Math.Min(now - _slot, Slots); passed > 0; passed--)
        {
            _counts[(now - passed + 1) % Slots] = 0;
        }

        _slot = now;
    }
}
