namespace Idp.Client;

/// <summary>Delays that double and are half chance, so that clients which failed together do not return together.</summary>
/// <param name="random">Locked on use: Random is not thread-safe.</param>
internal sealed class Jitter(Random random)
{
    /// <param name="failures">From 1.</param>
    public TimeSpan Delay(TimeSpan first, TimeSpan max, int failures)
    {
        var full = Math.Min(max.TotalMilliseconds, first.TotalMilliseconds * Math.Pow(2, failures - 1));
        lock (random)
        {
            return TimeSpan.FromMilliseconds(full * (0.5 + (random.NextDouble() / 2)));
        }
    }
}
