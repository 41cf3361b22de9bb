using Idp.DevServer.Engine.State;

namespace Idp.DevServer.Engine.Runs;

/// <summary>One run in memory: its state, its history, and what lives no longer than the process.</summary>
internal sealed class Run(long row, RunState state, RunHistory history, RunFacts facts)
{
    public long Row { get; } = row;

    public RunState State { get; private set; } = state;

    public RunHistory History { get; } = history;

    public RunFacts Facts { get; } = facts;

    public UpdateRegistry Updates { get; } = new();

    /// <summary>Queries that wait for the next workflow task to carry them.</summary>
    public QueryRegistry Queries { get; } = new();

    /// <summary>Fires after every commit of this run.</summary>
    public Pulse Changes { get; } = new();

    public DeadlineEntry Deadline { get; } = new();

    /// <summary>How many things of this run are happening now, as last reported to the gauge.</summary>
    public int Busy { get; set; }

    /// <summary>The state as it was after the last step that succeeded.</summary>
    public byte[] Snapshot { get; set; } = [];

    public void Undo() => State = RunStateJson.Read(Snapshot);
}
