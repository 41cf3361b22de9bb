using System.Diagnostics;

namespace Idp.Core.Tests.Movement.Model;

/// <summary>Visits every state of a world, breadth first, so that a violation comes with a shortest trace.</summary>
internal sealed class Explorer(World world, RowSteps steps, Slips slips = Slips.None)
{
    // Several times what any world needs; more would mean that a bound of the world is broken.
    private const int MaxStates = 40_000_000;

    private const byte FirstValue = 7;

    private readonly StateSet _seen = new();

    public RowBook Rows { get; } = new(world, steps);

    /// <summary>Attempts that committed in some state: a world where nothing moves would promise nothing.</summary>
    public int Moved { get; private set; }

    /// <summary>Attempts that were voided in some state.</summary>
    public int Voided { get; private set; }

    public Verdict Run()
    {
        var started = Stopwatch.GetTimestamp();
        var model = new MoveModel(world, Rows, slips, new Successors());
        _seen.TryAdd(FirstState(), parent: -1);
        for (var i = 0; i < _seen.Count; i++)
        {
            if (Visit(model, i) is var (violation, last))
            {
                return new(_seen.Count, Stopwatch.GetElapsedTime(started), violation, Trace(i, last));
            }

            if (_seen.Count > MaxStates)
            {
                throw new InvalidOperationException($"World '{world.Name}' exceeds {MaxStates} states.");
            }
        }

        return new(_seen.Count, Stopwatch.GetElapsedTime(started), null, []);
    }

    private ModelState FirstState()
    {
        var state = new ModelState();
        for (var store = 0; store < world.StoreCount; store++)
        {
            state.Stores[store].Row = Rows.Absent;
        }

        if (world.IsBorn)
        {
            state.Stores[0].Row = (ushort)Rows.Take(RowStep.Birth, Rows.Absent);
            state.Stores[0].Values[0] = FirstValue;
            state.Acknowledged[0] = FirstValue;
            state.IsBorn = 1;
            if (world.Objects == 2)
            {
                state.Stores[2].Row = state.Stores[0].Row;
                state.Stores[2].Values[1] = FirstValue;
                state.Acknowledged[1] = FirstValue;
            }
        }

        return state;
    }

    private (string Violation, int Last)? Visit(MoveModel model, int index)
    {
        var state = _seen[index];
        Moved |= state.OutcomeMoved;
        Voided |= state.OutcomeVoided;
        var successors = model.Expand(state);
        var states = successors.States;
        for (var i = 0; i < states.Length; i++)
        {
            var next = states[i];
            if ((successors.ViolationOf(i) ?? model.Invariants.Check(next)) is { } violation)
            {
                return (violation, i);
            }

            next.Canonicalize();
            _seen.TryAdd(next, index);
        }

        var isLast = !successors.HasProgress
            && state.Processes[0].Kind is ProcessKind.Idle && state.Processes[1].Kind is ProcessKind.Idle;
        return isLast && model.Invariants.CheckLast(state) is { } stuck ? (stuck, -1) : null;
    }

    private List<string> Trace(int index, int last)
    {
        var model = new MoveModel(world, Rows, slips, new Successors { IsTracing = true });
        List<string> trace = [];
        if (last >= 0)
        {
            trace.Add(model.Expand(_seen[index]).Labels[last]);
        }

        for (var (child, parent) = (index, _seen.ParentOf(index)); parent >= 0; (child, parent) = (parent, _seen.ParentOf(parent)))
        {
            trace.Add(LabelOfStep(model, parent, child));
        }

        trace.Reverse();
        return trace;
    }

    private string LabelOfStep(MoveModel model, int parent, int child)
    {
        var successors = model.Expand(_seen[parent]);
        for (var i = 0; i < successors.States.Length; i++)
        {
            var next = successors.States[i];
            next.Canonicalize();
            if (StateSet.AreEqual(next, _seen[child]))
            {
                return successors.Labels[i];
            }
        }

        throw new InvalidOperationException("A recorded step cannot be repeated.");
    }
}
