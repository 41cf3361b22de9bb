using Idp.DevServer.Engine.State;
using Idp.DevServer.Time;

namespace Idp.DevServer.Engine.Runs;

/// <summary>Every run's next deadline, nearest first, with one timer for all.</summary>
internal sealed class DeadlineQueue : IDisposable
{
    // Timers take no longer waits; a far deadline is waited for in steps.
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(40);

    private readonly Lock _gate = new();
    private readonly TimeProvider _clock;
    private readonly Action<RunKey> _due;
    private readonly ITimer _timer;
    private readonly SortedDictionary<(DateTimeOffset At, long Order), RunKey> _waiting = [];
    private long _order;
    private DateTimeOffset? _armed;

    public DeadlineQueue(TimeProvider clock, Action<RunKey> due)
    {
        _clock = clock;
        _due = due;
        _timer = clock.CreateTimer(_ => Fire(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public DateTimeOffset? Next
    {
        get
        {
            lock (_gate)
            {
                return _waiting.Count == 0 ? null : First();
            }
        }
    }

    public void Set(Run run, DateTimeOffset? at)
    {
        lock (_gate)
        {
            var entry = run.Deadline;
            if (entry.At == at)
            {
                return;
            }

            if (entry.At is { } before)
            {
                _waiting.Remove((before, entry.Order));
            }

            entry.At = at;
            if (at is { } next)
            {
                entry.Order = _order++;
                _waiting.Add((next, entry.Order), run.State.Key);
            }

            Arm();
        }
    }

    public void Dispose() => _timer.Dispose();

    private DateTimeOffset First()
    {
        foreach (var ((at, _), _) in _waiting)
        {
            return at;
        }

        throw new InvalidOperationException("There is no deadline.");
    }

    private void Arm()
    {
        if (_waiting.Count == 0)
        {
            return;
        }

        var next = First();
        if (_armed is { } armed && armed <= next)
        {
            return;
        }

        _armed = next;
        _timer.ChangeTo(next, _clock, LongestWait);
    }

    private void Fire()
    {
        var due = new List<RunKey>();
        lock (_gate)
        {
            _armed = null;
            var now = _clock.GetUtcNow();
            foreach (var ((at, _), key) in _waiting)
            {
                if (at > now)
                {
                    break;
                }

                due.Add(key);
            }
        }

        foreach (var key in due)
        {
            _due(key);
        }

        lock (_gate)
        {
            Arm();
        }
    }
}
