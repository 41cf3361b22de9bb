namespace Idp.DevServer.Time;

/// <summary>Runs as fast as the wall clock, and can jump ahead; its timers fire by its own time.</summary>
internal sealed class SkippingClock : TimeProvider, IDisposable
{
    // The wall clock's timers do not wait longer than this at once.
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    private readonly Lock _gate = new();
    private readonly SortedSet<SkippingTimer> _timers = new(SkippingTimer.ByDueTime);
    private readonly TimeProvider _wall;
    private readonly ITimer _alarm;
    private long _skippedTicks;
    private long _sequence;

    public SkippingClock(TimeProvider wall)
    {
        _wall = wall;
        _alarm = wall.CreateTimer(_ => FireDue(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => _wall.GetUtcNow().AddTicks(Interlocked.Read(ref _skippedTicks));

    public override long GetTimestamp() => _wall.GetElapsedTime(0, _wall.GetTimestamp()).Ticks + Interlocked.Read(ref _skippedTicks);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new SkippingTimer(this, callback, state, Interlocked.Increment(ref _sequence));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Jumps to a later time and fires, in order, the timers due by then; an earlier time changes nothing.</summary>
    public void AdvanceTo(DateTimeOffset time)
    {
        lock (_gate)
        {
            var ahead = (time - GetUtcNow()).Ticks;
            if (ahead > 0)
            {
                Interlocked.Add(ref _skippedTicks, ahead);
            }
        }

        FireDue();
    }

    public void Dispose() => _alarm.Dispose();

    internal bool Schedule(SkippingTimer timer, TimeSpan dueTime, TimeSpan period)
    {
        lock (_gate)
        {
            return Schedule(timer, dueTime >= TimeSpan.Zero ? GetUtcNow() + dueTime : null, period);
        }
    }

    internal bool Schedule(SkippingTimer timer, DateTimeOffset? due, TimeSpan period)
    {
        lock (_gate)
        {
            if (timer.IsDisposed)
            {
                return false;
            }

            _timers.Remove(timer);
            timer.Period = period > TimeSpan.Zero ? period : Timeout.InfiniteTimeSpan;
            if (due is { } time)
            {
                timer.Due = time;
                _timers.Add(timer);
            }

            SetAlarm();
            return true;
        }
    }

    internal void Remove(SkippingTimer timer)
    {
        lock (_gate)
        {
            timer.IsDisposed = true;
            _timers.Remove(timer);
        }
    }

    private void FireDue()
    {
        lock (_gate)
        {
            var now = GetUtcNow();
            while (_timers.Min is { } timer && timer.Due <= now)
            {
                _timers.Remove(timer);
                if (timer.Period > TimeSpan.Zero)
                {
                    // After a jump of weeks, one tick and not a million.
                    timer.Due = now + timer.Period;
                    _timers.Add(timer);
                }

                ThreadPool.UnsafeQueueUserWorkItem(static due => due.Fire(), timer, preferLocal: false);
            }

            SetAlarm();
        }
    }

    private void SetAlarm()
    {
        if (_timers.Min is { } first)
        {
            var wait = first.Due - GetUtcNow();

            // Rounded up: the wall clock's timers cut off below a millisecond and would come too early.
            _alarm.Change(
                wait <= TimeSpan.Zero ? TimeSpan.Zero : wait > LongestWait ? LongestWait : wait + TimeSpan.FromMilliseconds(1),
                Timeout.InfiniteTimeSpan);
        }
        else
        {
            _alarm.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }
}
