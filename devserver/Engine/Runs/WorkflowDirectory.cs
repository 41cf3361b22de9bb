using System.Collections.Concurrent;
using Idp.DevServer.Engine.State;

namespace Idp.DevServer.Engine.Runs;

/// <summary>Every workflow id in use, with its runs; closed ones leave memory after a while.</summary>
internal sealed class WorkflowDirectory(RunTable table)
{
    // Closed runs are read again soon after their end: results, descriptions, histories.
    private const int KeptClosed = 2_000;

    private readonly ConcurrentDictionary<(string Namespace, string WorkflowId), WorkflowActor> _actors = new();
    private readonly ConcurrentQueue<WorkflowActor> _closed = new();
    private int _closedCount;

    /// <summary>Locks a workflow id; the caller unlocks it with <see cref="Leave"/>.</summary>
    public WorkflowActor Enter(string ns, string workflowId)
    {
        while (true)
        {
            var actor = _actors.GetOrAdd((ns, workflowId), static key => new WorkflowActor(key.Namespace, key.WorkflowId));
            actor.Gate.Enter();
            if (!actor.IsRetired)
            {
                return actor;
            }

            actor.Gate.Exit();
        }
    }

    public void Leave(WorkflowActor actor)
    {
        if (actor.Runs.Count == 0)
        {
            Retire(actor);
        }

        actor.Gate.Exit();
    }

    public Run? Current(WorkflowActor actor)
    {
        if (!actor.IsCurrentKnown)
        {
            if (table.FindCurrent(actor.Namespace, actor.WorkflowId) is { } found)
            {
                actor.CurrentRunId = Load(actor, found.Row, found.State).State.RunId;
            }

            actor.IsCurrentKnown = true;
        }

        return actor.CurrentRunId is { } runId ? Find(actor, runId) : null;
    }

    public Run? Find(WorkflowActor actor, string runId)
    {
        if (actor.Runs.TryGetValue(runId, out var run))
        {
            return run;
        }

        return table.Find(new RunKey(actor.Namespace, actor.WorkflowId, runId)) is { } found ? Load(actor, found.Row, found.State) : null;
    }

    public Run Begin(WorkflowActor actor, RunState state)
    {
        var row = table.NextRow();
        var run = new Run(row, state, new RunHistory(table, row, 1), new RunFacts(table, row, isNew: true));
        actor.Runs[state.RunId] = run;
        return run;
    }

    public Run Load(WorkflowActor actor, long row, byte[] state)
    {
        var read = RunStateJson.Read(state);
        if (actor.Runs.TryGetValue(read.RunId, out var known))
        {
            return known;
        }

        var run = new Run(row, read, new RunHistory(table, row, read.NextEventId), new RunFacts(table, row, isNew: false)) { Snapshot = state };
        actor.Runs[read.RunId] = run;
        if (!read.IsRunning)
        {
            NoteClosed(actor);
        }

        return run;
    }

    /// <summary>A run of this id has closed: the id may leave memory when others have closed after it.</summary>
    public void NoteClosed(WorkflowActor actor)
    {
        _closed.Enqueue(actor);
        if (Interlocked.Increment(ref _closedCount) <= KeptClosed || !_closed.TryDequeue(out var oldest))
        {
            return;
        }

        Interlocked.Decrement(ref _closedCount);
        if (!oldest.Gate.TryEnter())
        {
            _closed.Enqueue(oldest);
            Interlocked.Increment(ref _closedCount);
            return;
        }

        try
        {
            if (oldest.Committed.IsCompleted && oldest.Runs.Values.All(r => !r.State.IsRunning && r.State.Outbox.Count == 0))
            {
                Retire(oldest);
            }
        }
        finally
        {
            oldest.Gate.Exit();
        }
    }

    private void Retire(WorkflowActor actor)
    {
        actor.IsRetired = true;
        _actors.TryRemove(new((actor.Namespace, actor.WorkflowId), actor));
    }
}
