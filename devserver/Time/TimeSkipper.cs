namespace Idp.DevServer.Time;

/// <summary>Jumps to the next deadline whenever skipping is unlocked and nothing but time can move anything.</summary>
internal sealed class TimeSkipper(SkippingClock clock)
{
    private readonly Lock _gate = new();
    private readonly SortedSet<(DateTimeOffset Due, long Number)> _sleepers = [];
    private IReadOnlyList<IActivityGauge> _gauges = [];
    private int _locks = 1;
    private long _sleeps;
    private int _looks;

    /// <summary>Starts to watch what is going on; the server then holds everything that can be busy.</summary>
    public void Watch(IReadOnlyList<IActivityGauge> gauges)
    {
        _gauges = gauges;
        foreach (var gauge in gauges)
        {
            gauge.Changed += Look;
        }

        Look();
    }

    public void Lock()
    {
        lock (_gate)
        {
            _locks++;
        }
    }

    /// <summary>Takes one lock away; without any left, as with the genuine test server, nothing changes.</summary>
    public void Unlock()
    {
        lock (_gate)
        {
            _locks = Math.Max(_locks - 1, 0);
        }

        Look();
    }

    /// <summary>Waits by this clock; when unlocked and idle the wait is skipped.</summary>
    public async Task SleepUntilAsync(DateTimeOffset time, CancellationToken cancellationToken)
    {
        if (time <= clock.GetUtcNow())
        {
            return;
        }

        var slept = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var alarm = clock.CreateTimer(_ => slept.TrySetResult(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        var sleeper = (time, Interlocked.Increment(ref _sleeps));
        lock (_gate)
        {
            _sleepers.Add(sleeper);
        }

        try
        {
            alarm.ChangeTo(time, clock, Timeout.InfiniteTimeSpan);
            Look();
            await slept.Task.WaitAsync(cancellationToken);
        }
        finally
        {
            lock (_gate)
            {
                _sleepers.Remove(sleeper);
            }

            Look();
        }
    }

    // Many changes at once need one look; a change during a look needs another.
    private void Look()
    {
        if (Interlocked.Increment(ref _looks) == 1)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static skipper => skipper.LookUntilSettled(), this, preferLocal: false);
        }
    }

    private void LookUntilSettled()
    {
        int seen;
        do
        {
            seen = Volatile.Read(ref _looks);
            if (Next() is { } deadline)
            {
                clock.AdvanceTo(deadline);
            }
        }
        while (Interlocked.CompareExchange(ref _looks, 0, seen) != seen);
    }

    private DateTimeOffset? Next()
    {
        lock (_gate)
        {
            if (_locks > 0)
            {
                return null;
            }

            // Deadlines first: what becomes busy after a deadline was read is seen, and stops the jump.
            var next = _gauges.Select(gauge => gauge.NextDeadline).Append(_sleepers.Count > 0 ? _sleepers.Min.Due : null).Min();
            return next > clock.GetUtcNow() && !_gauges.Any(gauge => gauge.IsBusy) ? next : null;
        }
    }
}
