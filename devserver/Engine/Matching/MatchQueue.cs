using System.Diagnostics;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.TaskQueue.V1;

namespace Idp.DevServer.Engine.Matching;

/// <summary>Tasks and waiting polls of one queue; whichever comes first waits for the other.</summary>
/// <remarks>Tasks go out by priority, then in the order of their arrival, to the poll that has waited longest.</remarks>
internal sealed class MatchQueue(TimeProvider clock, MatchingOptions options)
{
    // The genuine server's; no task ever waits for it here.
    private const double SystemLimit = 4_000;

    private static readonly TimeSpan PollerMemory = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan StickyMemory = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly PriorityQueue<MatchTask, (int Priority, long Order)> _tasks = new();
    private readonly LinkedList<TaskCompletionSource<MatchTask?>> _polls = [];
    private readonly Dictionary<string, PollerRecord> _pollers = [];
    private readonly long _createdAt = Stopwatch.GetTimestamp();
    private readonly SortedDictionary<int, TaskLevel> _levels = [];
    private readonly TokenBucket _advice = new(options.DecisionsPerSecond);
    private TokenBucket? _limit;
    private double? _workerLimit;
    private double? _setLimit;
    private ITimer? _wait;
    private long _order;
    private long _lastPoll = -1;
    private long? _closedAt;

    public int Backlog
    {
        get
        {
            lock (_gate)
            {
                return _tasks.Count;
            }
        }
    }

    /// <summary>A worker polls it, or did a moment ago: a task put here will be taken.</summary>
    public bool HasWorker
    {
        get
        {
            lock (_gate)
            {
                if (_polls.Count > 0 || _closedAt is not null)
                {
                    return _polls.Count > 0;
                }

                // A queue that is new here may well have its worker; it has not polled because it is busy, or we have just started.
                return Stopwatch.GetElapsedTime(_lastPoll >= 0 ? _lastPoll : _createdAt) < StickyMemory;
            }
        }
    }

    public IReadOnlyList<PollerRecord> Pollers
    {
        get
        {
            lock (_gate)
            {
                var oldest = clock.GetUtcNow() - PollerMemory;
                return [.. _pollers.Values.Where(p => p.LastAccess >= oldest).OrderByDescending(p => p.LastAccess)];
            }
        }
    }

    /// <summary>What waits, by priority; the ordinary priority is always there.</summary>
    public IReadOnlyList<LevelStats> Stats
    {
        get
        {
            lock (_gate)
            {
                var waiting = _tasks.UnorderedItems.ToLookup(item => item.Priority.Priority, item => item.Element.AddedAt);
                return
                [
                    .. _levels.Keys.Append(MatchTask.DefaultPriority).Distinct().Order().Select(priority => new LevelStats(
                        priority,
                        waiting[priority].Count(),
                        waiting[priority].Any() ? Stopwatch.GetElapsedTime(waiting[priority].Min()) : TimeSpan.Zero,
                        _levels.GetValueOrDefault(priority)?.Adds.PerSecond ?? 0,
                        _levels.GetValueOrDefault(priority)?.Dispatches.PerSecond ?? 0)),
                ];
            }
        }
    }

    /// <summary>What an operator has set goes before what a worker asks for.</summary>
    public RateLimit Limit
    {
        get
        {
            lock (_gate)
            {
                return _setLimit is { } set ? new RateLimit(set, RateLimitSource.Api)
                    : _workerLimit is { } asked ? new RateLimit(asked, RateLimitSource.Worker)
                    : new RateLimit(SystemLimit, RateLimitSource.System);
            }
        }
    }

    public void Add(MatchTask task)
    {
        lock (_gate)
        {
            task.AddedAt = Stopwatch.GetTimestamp();
            LevelOf(task).Adds.Count();
            _tasks.Enqueue(task, (task.Priority, _order++));
            Match();
        }
    }

    /// <summary>Waits for a task.</summary>
    /// <returns>Null when none came in time.</returns>
    public async Task<MatchTask?> PollAsync(
        string identity, WorkerVersionCapabilities? version, double? tasksPerSecond, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var poll = new TaskCompletionSource<MatchTask?>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            _lastPoll = Stopwatch.GetTimestamp();
            _closedAt = null;
            _pollers[identity] = new PollerRecord(identity, version, clock.GetUtcNow(), tasksPerSecond ?? 100_000);
            if (tasksPerSecond is { } rate)
            {
                _workerLimit = rate;
                Limited();
            }

            _polls.AddLast(poll);
            Match();
        }

        if (!poll.Task.IsCompleted)
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(timeout);
            await using var registration = limit.Token.UnsafeRegister(_ => GiveUp(poll), null);
            await poll.Task;
        }

        var task = await poll.Task;
        if (task is not null && cancellationToken.IsCancellationRequested)
        {
            // The worker has hung up: someone else's task now.
            Add(task);
            return null;
        }

        return task;
    }

    /// <summary>Takes back what no worker has taken, and ends the waiting polls.</summary>
    public IReadOnlyList<MatchTask> Close()
    {
        lock (_gate)
        {
            foreach (var poll in _polls)
            {
                poll.TrySetResult(null);
            }

            _polls.Clear();
            _pollers.Clear();
            _closedAt = Stopwatch.GetTimestamp();
            var left = new List<MatchTask>();
            while (_tasks.TryDequeue(out var task, out _))
            {
                left.Add(task);
            }

            return left;
        }
    }

    /// <param name="perSecond">Null leaves it to the workers.</param>
    public void SetLimit(double? perSecond)
    {
        lock (_gate)
        {
            _setLimit = perSecond;
            Limited();
            Match();
        }
    }

    /// <summary>Advises a worker how many polls would serve the queue.</summary>
    /// <param name="since">When the poll that has got a task began, as a <see cref="Stopwatch"/> counts.</param>
    /// <returns>One fewer for a poll that has waited long, one more where tasks wait or come faster than they go; nothing otherwise.</returns>
    public PollerScalingDecision? Advise(long since)
    {
        if (Stopwatch.GetElapsedTime(since) >= options.IdlePoll)
        {
            return new PollerScalingDecision { PollRequestDeltaSuggestion = -1 };
        }

        lock (_gate)
        {
            if (_advice.TryTake(1.0 / Math.Max(1, _pollers.Count)) is not null)
            {
                return null;
            }

            var (adds, dispatches) = (_levels.Values.Sum(level => level.Adds.PerSecond), _levels.Values.Sum(level => level.Dispatches.PerSecond));
            return _tasks.Count > options.MinBacklog || adds > dispatches * options.AddToDispatchRatio
                ? new PollerScalingDecision { PollRequestDeltaSuggestion = 1 }
                : null;
        }
    }

    private TaskLevel LevelOf(MatchTask task)
    {
        if (!_levels.TryGetValue(task.Priority, out var level))
        {
            _levels[task.Priority] = level = new TaskLevel();
        }

        return level;
    }

    private void Limited()
    {
        var rate = _setLimit ?? _workerLimit;
        if (rate is null)
        {
            _limit = null;
        }
        else if (_limit?.PerSecond != rate)
        {
            _limit = new TokenBucket(rate.Value);
        }
    }

    private void GiveUp(TaskCompletionSource<MatchTask?> poll)
    {
        lock (_gate)
        {
            _polls.Remove(poll);
            poll.TrySetResult(null);
        }
    }

    private void Match()
    {
        while (_tasks.Count > 0 && _polls.First is { } poll)
        {
            if (_limit?.TryTake() is { } delay)
            {
                _wait?.Dispose();
                _wait = TimeProvider.System.CreateTimer(_ => MatchLater(), null, delay, Timeout.InfiniteTimeSpan);
                return;
            }

            _polls.RemoveFirst();
            var task = _tasks.Dequeue();
            LevelOf(task).Dispatches.Count();
            poll.Value.TrySetResult(task);
        }
    }

    private void MatchLater()
    {
        lock (_gate)
        {
            Match();
        }
    }
}
