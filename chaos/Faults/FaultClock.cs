using System.Diagnostics;

namespace Idp.Chaos.Faults;

/// <summary>Tells pauses of the product from pauses of a fault and of what follows it.</summary>
internal sealed class FaultClock
{
    // A killed worker is noticed after 8 s, and starts again.
    private static readonly TimeSpan Aftermath = TimeSpan.FromSeconds(12);

    private int _active;
    private long _quietFrom;

    public void Begin() => Interlocked.Increment(ref _active);

    public void End()
    {
        Interlocked.Exchange(ref _quietFrom, Stopwatch.GetTimestamp() + (long)(Aftermath.TotalSeconds * Stopwatch.Frequency));
        Interlocked.Decrement(ref _active);
    }

    /// <summary>Whether nothing was broken from a moment until now.</summary>
    public bool WasQuiet(long since) => Volatile.Read(ref _active) == 0 && since > Interlocked.Read(ref _quietFrom);
}
