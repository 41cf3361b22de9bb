using Google.Protobuf.WellKnownTypes;
using Idp.DevServer.Engine.Matching;
using Idp.DevServer.Engine.Runs;
using Idp.DevServer.Engine.State;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;

namespace Idp.DevServer.Engine.Machines;

/// <summary>One step of a run: takes its state and the time, and gathers new events, facts and effects.</summary>
/// <remarks>Nothing outside the run sees it before the engine has committed it; a step that throws is undone as a whole.</remarks>
internal sealed class Transition(Run run, DateTimeOffset now, EngineLimits limits)
{
    private long _copiedBytes;

    public Run Run { get; } = run;

    public RunState State => Run.State;

    public DateTimeOffset Now { get; } = now;

    public EngineLimits Limits { get; } = limits;

    public List<HistoryEvent> Events { get; } = [];

    public List<Fact> Facts { get; } = [];

    /// <summary>Tasks that matching gets after the commit.</summary>
    public List<MatchTask> Dispatches { get; } = [];

    /// <summary>Done in memory once the step as a whole has succeeded, before it is on disk.</summary>
    public List<Action> Applied { get; } = [];

    /// <summary>Done after <see cref="Applied"/>: what the end of the run does to what is left of it in memory.</summary>
    public List<Action> Closing { get; } = [];

    /// <summary>Done after the commit.</summary>
    public List<Action> Committed { get; } = [];

    /// <summary>Deliveries to other runs that this step asks for.</summary>
    public List<OutboxItem> Deliveries { get; } = [];

    /// <summary>Something changed that must be on disk, with or without an event.</summary>
    public bool MustPersist { get; private set; }

    /// <summary>Something changed in memory only: a speculative workflow task.</summary>
    public bool IsTouched { get; private set; }

    public bool IsVisibilityChanged { get; set; }

    public bool IsChanged => MustPersist || IsTouched;

    /// <summary>Of the history up to this step, and of what it has taken over from another run.</summary>
    public long HistoryBytes => State.HistoryBytes + _copiedBytes;

    public void Persist() => MustPersist = true;

    public void Touch() => IsTouched = true;

    public HistoryEvent Add(EventType type, DateTimeOffset? time = null)
    {
        if (State.Task.IsSpeculative && EventBuffering.Buffers(type))
        {
            // The run is no longer as the speculative task's worker sees it: the task becomes part of history first.
            WorkflowTasks.MakeOrdinary(this);
        }

        var added = new HistoryEvent { EventType = type, EventTime = Timestamp.FromDateTimeOffset(time ?? Now) };
        MustPersist = true;
        if (State.Task.IsStarted && EventBuffering.Buffers(type))
        {
            State.Buffered.Add(added);
        }
        else
        {
            Append(added);
        }

        return added;
    }

    /// <summary>Takes over an event of another run as it is.</summary>
    public void Copy(HistoryEvent copied)
    {
        Events.Add(copied);
        _copiedBytes += copied.CalculateSize();
        State.NextEventId = copied.EventId + 1;
        MustPersist = true;
    }

    /// <summary>Numbers the events that waited for the workflow task to end.</summary>
    public void FlushBuffered()
    {
        if (State.Buffered.Count == 0)
        {
            return;
        }

        var buffered = State.Buffered;
        State.Buffered = [];
        if (!State.IsRunning)
        {
            return;
        }

        foreach (var waiting in EventBuffering.InOrder(buffered))
        {
            Append(waiting);
        }

        EventBuffering.Wire(State, Events);
    }

    public void Deliver(OutboxKind kind, string ns, string workflowId, string runId, long eventId = 0, string requestId = "", ParentClosePolicy policy = ParentClosePolicy.Unspecified, HistoryEvent? told = null)
    {
        var item = new OutboxItem(State.NextOutboxId++, kind, ns, workflowId, runId, eventId, requestId, policy, told);
        State.Outbox.Add(item);
        Deliveries.Add(item);
        MustPersist = true;
    }

    private void Append(HistoryEvent added)
    {
        added.EventId = State.NextEventId++;
        Events.Add(added);
    }
}
