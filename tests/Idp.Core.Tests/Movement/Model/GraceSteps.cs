using Idp.Core.Movement;


namespace Idp.Core.Tests.Movement.Model;

/// <summary>The end of a grace period: anybody may fire its steps once the move is open, in MOVEMENT.md's order.</summary>
internal sealed class GraceSteps(Scene scene)
{
    private readonly World _world = scene.World;
    private readonly RowBook _rows = scene.Rows;
    private readonly Successors _successors = scene.Successors;

    public void EndGrace(in ModelState state, int attempt)
    {
        var source = _world.Attempts[attempt - 1].From;
        var row = _rows.Take(RowStep.EndGrace, state.Stores[source].Row, attempt);
        if (row == RowBook.Refused || !MayEnd(state, attempt))
        {
            return;
        }

        var next = state;
        next.Stores[source].Row = (ushort)row;
        scene.Prune(ref next.Stores[source], state.Stores[source].Row);
        next.GraceEnded |= (byte)(1 << attempt);
        _successors.Add(next, $"end grace{attempt} at {Scene.Name(source)}");
    }

    public void DropReverse(in ModelState state, int attempt)
    {
        var owner = _world.Attempts[attempt - 1].To;
        var isTime = Scene.Knows(state.GraceEnded, attempt) || scene.Has(Slips.ReverseDroppedFirst);
        if (!isTime || !MayEnd(state, attempt) || !scene.IsLockFree(state, owner))
        {
            return;
        }

        var next = state;
        next.Stores[owner].Row = (ushort)_rows.Take(RowStep.DropReverse, state.Stores[owner].Row, attempt);
        scene.Prune(ref next.Stores[owner], state.Stores[owner].Row);
        _successors.Add(next, $"drop the reverse stream of {attempt} at {Scene.Name(owner)}");
    }

    public void Delete(in ModelState state, int attempt)
    {
        var source = _world.Attempts[attempt - 1].From;
        if (!_world.Cleans || !Scene.Knows(state.GraceEnded, attempt) || !MayEnd(state, attempt)
            || !_rows.Allows(RowStep.MayDelete, state.Stores[source].Row, attempt))
        {
            return;
        }

        for (var key = 0; key < 2; key++)
        {
            if (state.Stores[source].Values[key] != 0)
            {
                var next = state;
                next.Stores[source].Values[key] = 0;
                scene.MarkEmptied(ref next.Stores[source]);
                _successors.Add(next, $"delete{attempt} k{key} at {Scene.Name(source)}");
            }
        }
    }

    /// <summary>A seeded fault.</summary>
    public void DropTombstone(in ModelState state, int attempt)
    {
        var source = _world.Attempts[attempt - 1].From;
        var row = state.Stores[source].Row;
        if (scene.Has(Slips.TombstoneDropped) && Scene.Knows(state.GraceEnded, attempt)
            && _rows.Allows(RowStep.MayDelete, row, attempt) && state.Stores[source].Values.Bits == 0)
        {
            var next = state;
            next.Stores[source].Row = _rows.Number(new Ownership { AttemptEpoch = _rows[row].AttemptEpoch });
            _successors.Add(next, $"delete{attempt} drops the tombstone at {Scene.Name(source)}");
        }
    }

    private bool MayEnd(in ModelState state, int attempt) => Scene.Knows(state.Opened, attempt)
        || (scene.Has(Slips.GraceEndsBeforeOpen) && Scene.Knows(state.OutcomeMoved, attempt));
}
