using System.Runtime.InteropServices;

namespace Idp.Embedded;

/// <summary>One thread that calls each direction of each connection when its oldest bytes have arrived.</summary>
/// <remarks>
/// Timers of the runtime are 1 ms late or more. Here the thread waits on its monitor for whole milliseconds and
/// lets the kernel's own clock count the rest: about 0.1 ms late, and no spinning.
/// </remarks>
internal sealed partial class LinkClock : IDisposable
{
    // Below this the monitor is too coarse. A wait this short cannot be cut short by something due even earlier.
    private static readonly TimeSpan Fine = TimeSpan.FromMilliseconds(1.2);

    // What is due this soon goes now: fewer wake-ups for an error nobody can measure.
    private static readonly TimeSpan Slack = TimeSpan.FromMilliseconds(0.05);

    private readonly TimeProvider _time;
    private readonly long _fineTicks;
    private readonly long _slackTicks;
    private readonly PriorityQueue<LinkDirection, long> _due = new();
    private readonly Lock _guard = new();
    private readonly SemaphoreSlim _earlier = new(0);
    private readonly Thread _thread;
    private long _wakeAt = long.MaxValue;
    private volatile bool _disposed;

    public LinkClock(TimeProvider time)
    {
        _time = time;
        _fineTicks = (long)(Fine.TotalSeconds * time.TimestampFrequency);
        _slackTicks = (long)(Slack.TotalSeconds * time.TimestampFrequency);
        _thread = new Thread(Run) { IsBackground = true, Name = "link clock", Priority = ThreadPriority.AboveNormal };
        _thread.Start();
    }

    public long Now => _time.GetTimestamp();

    /// <summary>True when waiting until <paramref name="due"/> is not worth a wake-up.</summary>
    public bool IsDue(long due) => due <= Now + _slackTicks;

    public void Schedule(LinkDirection direction, long due)
    {
        bool wake;
        lock (_guard)
        {
            _due.Enqueue(direction, due);
            wake = due < _wakeAt;
            if (wake)
            {
                _wakeAt = due;
            }
        }

        if (wake)
        {
            _earlier.Release();
        }
    }

    public void Dispose()
    {
        _disposed = true;
        _earlier.Release();
        _thread.Join();
        _earlier.Dispose();
    }

    private void Run()
    {
        while (!_disposed)
        {
            var next = DeliverDue();
            var wait = next - Now;
            if (next == long.MaxValue)
            {
                _earlier.Wait();
            }
            else if (wait > _fineTicks)
            {
                var milliseconds = (int)Math.Min(int.MaxValue, (wait - (_fineTicks / 3)) * 1_000 / _time.TimestampFrequency);
                _earlier.Wait(milliseconds);
            }
            else if (wait > _slackTicks)
            {
                var rest = new TimeSpec { Nanoseconds = (nint)(wait * 1_000_000_000 / _time.TimestampFrequency) };
                _ = NanoSleep(in rest, IntPtr.Zero);
            }
        }
    }

    /// <returns>When the next direction is due.</returns>
    private long DeliverDue()
    {
        while (true)
        {
            LinkDirection? direction;
            lock (_guard)
            {
                // Awake: nobody needs to wake us before the last look below.
                _wakeAt = long.MinValue;
                if (!_due.TryPeek(out direction, out var due))
                {
                    return _wakeAt = long.MaxValue;
                }

                if (!IsDue(due))
                {
                    return _wakeAt = due;
                }

                _due.Dequeue();
            }

            direction.DeliverDue();
        }
    }

    [LibraryImport("libc", EntryPoint = "nanosleep")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int NanoSleep(in TimeSpec time, IntPtr remaining);

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
