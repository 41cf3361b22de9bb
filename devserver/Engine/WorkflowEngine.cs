using Google.Protobuf;
using Idp.DevServer.Engine.Machines;
using Idp.DevServer.Engine.Matching;
using Idp.DevServer.Engine.Runs;
using Idp.DevServer.Engine.State;
using Idp.DevServer.Grpc;
using Idp.DevServer.Namespaces;
using Idp.DevServer.Persistence;
using Idp.DevServer.Time;

namespace Idp.DevServer.Engine;

/// <summary>Takes every step: decides under the workflow id's lock, commits, and only then lets anyone see what follows.</summary>
internal sealed class WorkflowEngine : IActivityGauge, IDisposable
{
    // The genuine server's task ids begin here; only their order means something.
    private const long FirstTaskId = 1_048_576;

    private readonly Store _store;
    private readonly RunTable _table;
    private readonly RunWriter _writer = new();
    private readonly WorkflowDirectory _directory;
    private readonly DeadlineQueue _deadlines;
    private readonly INamespaces _namespaces;
    private readonly IVisibilitySink[] _visibility;
    private readonly OutboxDelivery _outbox;
    private readonly TimeProvider _clock;
    private long _taskId = FirstTaskId;
    private long _busy;
    private long _uncommitted;

    public WorkflowEngine(
        Store store, TimeProvider clock, INamespaces namespaces, TaskQueues queues, IEnumerable<IVisibilitySink> visibility, EngineLimits limits)
    {
        Limits = limits;
        _store = store;
        _clock = clock;
        _namespaces = namespaces;
        _visibility = [.. visibility];
        _table = new RunTable(store);
        _directory = new WorkflowDirectory(_table);
        _deadlines = new DeadlineQueue(clock, FireDeadline);
        _outbox = new OutboxDelivery(this, namespaces);
        Queues = queues;
    }

    public event Action? Changed;

    event Action IActivityGauge.Changed
    {
        add => Changed += value;
        remove => Changed -= value;
    }

    public TaskQueues Queues { get; }

    public EngineLimits Limits { get; }

    public TimeProvider Clock => _clock;

    public bool IsBusy => Interlocked.Read(ref _busy) > 0 || Interlocked.Read(ref _uncommitted) > 0;

    public DateTimeOffset? NextDeadline => _deadlines.Next;

    /// <summary>Takes a step of one workflow id.</summary>
    /// <returns>What the step returned, once all that it rests on is on disk.</returns>
    public async Task<T> DoAsync<T>(string ns, string workflowId, Func<WorkflowStep, T> act)
    {
        var entry = _namespaces.Require(ns);
        T result = default!;
        HistoryLimitException? passed = null;
        Task committed;
        var actor = _directory.Enter(entry.Name, workflowId);
        try
        {
            result = Decide(new WorkflowStep(_directory, actor, entry, _clock.GetUtcNow(), Limits), act);
            committed = actor.Committed;
        }
        catch (HistoryLimitException limit)
        {
            passed = limit;
            _ = Decide(new WorkflowStep(_directory, actor, entry, _clock.GetUtcNow(), Limits), step => End(step, limit));
            committed = actor.Committed;
        }
        finally
        {
            _directory.Leave(actor);
        }

        if (!committed.IsCompletedSuccessfully)
        {
            await committed;
        }

        return passed is null ? result : throw RpcFailure.InvalidArgument(passed.Message);
    }

    public Task DoAsync(string ns, string workflowId, Action<WorkflowStep> act) => DoAsync(ns, workflowId, step =>
    {
        act(step);
        return true;
    });

    /// <summary>Brings back what was open when the last process ended.</summary>
    public void Recover()
    {
        foreach (var (row, state) in _table.ReadActive())
        {
            var key = RunStateJson.Read(state).Key;
            var actor = _directory.Enter(key.Namespace, key.WorkflowId);
            try
            {
                var run = _directory.Load(actor, row, state);
                Account(run);
                foreach (var task in Recovery.Tasks(run.State))
                {
                    Queues.Add(task);
                }

                _outbox.Deliver(key, run.State.Outbox);
            }
            finally
            {
                _directory.Leave(actor);
            }
        }
    }

    /// <summary>Removes closed runs whose retention has passed.</summary>
    public async Task RemoveExpiredAsync()
    {
        foreach (var (_, key) in _table.ReadExpired(_clock.GetUtcNow(), limit: 1_000))
        {
            await DeleteAsync(key);
        }
    }

    /// <summary>Removes a closed run with everything that is known of it.</summary>
    public async Task DeleteAsync(RunKey key)
    {
        Task done;
        var actor = _directory.Enter(key.Namespace, key.WorkflowId);
        try
        {
            if (_directory.Find(actor, key.RunId) is not { State.IsRunning: false } run)
            {
                return;
            }

            actor.Runs.Remove(key.RunId);
            if (actor.CurrentRunId == key.RunId)
            {
                actor.CurrentRunId = null;
            }

            done = _store.WriteAsync(connection =>
            {
                RunWriter.Delete(connection, run.Row);
                foreach (var sink in _visibility)
                {
                    sink.Delete(connection, key.Namespace, string.Empty, key.WorkflowId, key.RunId);
                }
            });
            actor.Committed = Task.WhenAll(actor.Committed, done);
        }
        finally
        {
            _directory.Leave(actor);
        }

        await done;
    }

    public void Dispose() => _deadlines.Dispose();

    private T Decide<T>(WorkflowStep step, Func<WorkflowStep, T> act)
    {
        try
        {
            var result = act(step);
            Commit(step);
            return result;
        }
        catch
        {
            foreach (var t in step.Transitions)
            {
                Undo(step.Actor, t);
            }

            throw;
        }
    }

    private static void Undo(WorkflowActor actor, Transition t)
    {
        if (t.Run.Snapshot.Length > 0)
        {
            t.Run.Undo();
            return;
        }

        actor.Runs.Remove(t.State.RunId);
        actor.CurrentRunId = null;
        actor.IsCurrentKnown = false;
        foreach (var (runId, run) in actor.Runs)
        {
            if (actor.CurrentRunId is null || run.Row > actor.Runs[actor.CurrentRunId].Row)
            {
                actor.CurrentRunId = runId;
                actor.IsCurrentKnown = true;
            }
        }
    }

    // A history that no worker could read again ends; what would have made it longer has not happened.
    private static bool End(WorkflowStep step, HistoryLimitException limit)
    {
        WorkflowClose.Terminate(step.OnOpen(limit.RunId), limit.Message, null, EngineLimits.HistoryService);
        return true;
    }

    private void Commit(WorkflowStep step)
    {
        var actor = step.Actor;
        var changed = step.Transitions.FindAll(t => t.IsChanged);
        changed.ForEach(HistoryLimitException.ThrowIfPassed);
        var images = new List<RunImage>(changed.Count);
        foreach (var t in changed)
        {
            if (Seal(t, step) is { } image)
            {
                images.Add(image);
            }
        }

        foreach (var t in step.Transitions)
        {
            t.Applied.ForEach(a => a());
            t.Closing.ForEach(a => a());
        }

        if (images.Count == 0)
        {
            // Nothing for the disk: what follows still waits for what was decided before.
            Release(changed, actor.Committed);
            return;
        }

        foreach (var t in changed)
        {
            if (!t.State.IsRunning)
            {
                _directory.NoteClosed(actor);
            }
        }

        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        actor.Committed = done.Task;
        Interlocked.Increment(ref _uncommitted);
        _store.Write(
            connection => Save(connection, images),
            () =>
            {
                done.SetResult();
                Release(changed);
                Interlocked.Decrement(ref _uncommitted);
                Changed?.Invoke();
            });
    }

    /// <summary>Ends a transition: nothing of it changes any more.</summary>
    /// <returns>What is written; null when it lives in memory only.</returns>
    private RunImage? Seal(Transition t, WorkflowStep step)
    {
        var state = t.State;
        if (t.MustPersist)
        {
            WorkflowTasks.MakeOrdinary(t);
            if (!state.Task.IsStarted)
            {
                t.FlushBuffered();
            }

            state.Transitions++;
            foreach (var added in t.Events)
            {
                added.TaskId = Interlocked.Increment(ref _taskId);
                state.HistoryBytes += added.CalculateSize();
            }

            if (t.Run.History.IsLong && step.Actor.Committed.IsCompleted)
            {
                t.Run.History.Trim();
            }

            t.Run.History.Append(t.Events);
            if (t.Facts.Count > 0)
            {
                t.Run.Facts.Add(t.Facts);
                state.AcceptedUpdates += t.Facts.Count(fact => fact.Kind is FactKind.UpdateAccepted);
            }
        }

        t.Run.Snapshot = RunStateJson.Write(state);
        Account(t.Run);
        if (!t.MustPersist)
        {
            return null;
        }

        return new RunImage(
            t.Run.Row,
            state.Key,
            t.Run.Snapshot,
            state.IsRunning || state.Outbox.Count > 0,
            state.CloseTime + step.Namespace.Retention,
            t.Events,
            t.Facts,
            t.IsVisibilityChanged ? RunDescriptions.Info(state) : null);
    }

    private void Save(Microsoft.Data.Sqlite.SqliteConnection connection, List<RunImage> images)
    {
        foreach (var image in images)
        {
            _writer.Save(connection, image);
            if (image.Visibility is { } info)
            {
                foreach (var sink in _visibility)
                {
                    sink.Upsert(connection, image.Key.Namespace, string.Empty, info);
                }
            }
        }
    }

    private void Release(List<Transition> transitions, Task committed)
    {
        if (committed.IsCompleted)
        {
            Release(transitions);
        }
        else
        {
            committed.ContinueWith(_ => Release(transitions), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    private void Release(List<Transition> transitions)
    {
        foreach (var t in transitions)
        {
            t.Dispatches.ForEach(Queues.Add);
            t.Committed.ForEach(a => a());
            t.Run.Changes.Fire();
            _outbox.Deliver(t.State.Key, t.Deliveries);
        }
    }

    private void Account(Run run)
    {
        _deadlines.Set(run, Deadlines.Next(run.State));
        var busy = Recovery.CountBusy(run.State);
        if (busy != run.Busy)
        {
            Interlocked.Add(ref _busy, busy - run.Busy);
            run.Busy = busy;
        }
    }

    private void FireDeadline(RunKey key) => _ = DoAsync(key.Namespace, key.WorkflowId, step =>
    {
        if (_directory.Find(step.Actor, key.RunId) is { } run)
        {
            var t = step.On(run);
            Deadlines.Fire(t, step);
            if (!t.IsChanged)
            {
                Account(run);
            }
        }
    });
}
