using Idp.Core.Movement;

namespace Idp.Core.Tests.Movement.Model;

/// <summary>Steps of one transaction, which anybody who knows enough may fire at any time, also late and again.</summary>
internal sealed class AttemptSteps
{
    private delegate void Step(in ModelState state, int attempt);

    private readonly Scene _scene;
    private readonly World _world;
    private readonly RowBook _rows;
    private readonly Successors _successors;
    private readonly Step[] _steps;

    public AttemptSteps(Scene scene)
    {
        (_scene, _world, _rows, _successors) = (scene, scene.World, scene.Rows, scene.Successors);
        var grace = new GraceSteps(scene);
        _steps =
        [
            StartSource, StartTarget, Open, Resolve, Unsubscribe, UndoTarget, Close,
            grace.EndGrace, grace.DropReverse, grace.Delete, grace.DropTombstone,
        ];
    }

    public void Add(in ModelState state)
    {
        for (var attempt = 1; attempt <= _world.AttemptCount; attempt++)
        {
            foreach (var step in _steps)
            {
                step(state, attempt);
            }
        }

        for (var store = 0; store < _world.StoreCount; store++)
        {
            Thaw(state, store);
        }
    }

    private void StartSource(in ModelState state, int attempt)
    {
        var source = _world.Attempts[attempt - 1].From;
        var row = _rows.Take(RowStep.StartSource, state.Stores[source].Row, attempt);
        if (row == RowBook.Refused || !(_scene.IsLockFree(state, source) || _scene.Has(Slips.SubscribeWithoutLock)))
        {
            return;
        }

        var next = state;
        next.Stores[source].Row = (ushort)row;
        next.StartedAtSource |= (byte)(1 << attempt);
        _successors.Add(next, $"start{attempt} at source {Scene.Name(source)}");
    }

    private void StartTarget(in ModelState state, int attempt)
    {
        var (source, target, undoOf) = _world.Attempts[attempt - 1];
        var isEarly = _scene.Has(Slips.TargetFirst) && _scene.Row(state, source).State is OwnershipState.Owned;
        var before = state.Stores[target].Row;
        var row = _rows.Take(RowStep.StartTarget, before, attempt);
        if (row == RowBook.Refused || !(isEarly || Knows(state.StartedAtSource, attempt)) || _scene.IsShared(state, target))
        {
            return;
        }

        var next = state;
        ref var store = ref next.Stores[target];
        store.Row = (ushort)row;
        if (undoOf != 0)
        {
            store.Progress |= 3;
            next.Copied |= (byte)(1 << attempt);
        }
        else if (row != before || _scene.Has(Slips.WipeOnRepeat))
        {
            // The same transaction empties the copy. A repeated start must not: chunks may have landed.
            _scene.Wipe(ref store, keepsRows: _scene.Has(Slips.NoWipe), keepsProgress: row == before);
        }

        _successors.Add(next, $"start{attempt} at target {Scene.Name(target)}");
    }

    /// <summary>By anybody who has read the outcome, and so the source's forward.</summary>
    private void Open(in ModelState state, int attempt)
    {
        var target = _world.Attempts[attempt - 1].To;
        var before = state.Stores[target].Row;
        var row = _rows.Take(RowStep.Open, before, attempt);
        if (row == RowBook.Refused || _scene.IsShared(state, target)
            || !(Knows(state.OutcomeMoved, attempt) || (_scene.Has(Slips.OpenAnyCommitted) && state.OutcomeMoved != 0)))
        {
            return;
        }

        var next = state;
        next.Opened |= (byte)(1 << attempt);
        if (row != before)
        {
            ref var store = ref next.Stores[target];
            store.Row = (ushort)row;
            store.Drained = default;
            store.Progress = 0;
        }

        _successors.Add(next, $"open{attempt} at {Scene.Name(target)}");
    }

    /// <summary>Reads the outcome; if there is none, voids the attempt. A second Resolve reads, and changes nothing.</summary>
    private void Resolve(in ModelState state, int attempt)
    {
        var source = _world.Attempts[attempt - 1].From;
        if (!_world.MayVoid(attempt) || Knows(state.OutcomeVoided, attempt)
            || !(_scene.IsLockFree(state, source) || _scene.Has(Slips.VoidWithoutLock)))
        {
            return;
        }

        var hasMoved = Knows(state.OutcomeMoved, attempt);
        ref readonly var row = ref _scene.Row(state, source);
        var looksMoved = _scene.Has(Slips.OutcomeFromRow)
            ? row.State is OwnershipState.Moved && row.ForwardEpoch == _rows.Attempt(attempt).Epoch
            : hasMoved;
        if (looksMoved)
        {
            return;
        }

        var next = state;
        next.OutcomeVoided |= (byte)(1 << attempt);
        next.Stores[source].Row = (ushort)_rows.Take(RowStep.Void, state.Stores[source].Row, attempt);
        _successors.Add(
            next,
            $"resolve{attempt} voids at {Scene.Name(source)}",
            hasMoved ? "Resolve answers 'voided' for a committed move" : null);
    }

    private void Unsubscribe(in ModelState state, int attempt)
    {
        var source = _world.Attempts[attempt - 1].From;
        if (!IsBeingUndone(state, attempt) || !_scene.IsLockFree(state, source))
        {
            return;
        }

        var next = state;
        next.Stores[source].Row = (ushort)_rows.Take(RowStep.Unsubscribe, state.Stores[source].Row, attempt);
        _scene.Prune(ref next.Stores[source], state.Stores[source].Row);
        next.Unsubscribed |= (byte)(1 << attempt);
        _successors.Add(next, $"unsubscribe{attempt} at {Scene.Name(source)}");
    }

    private void UndoTarget(in ModelState state, int attempt)
    {
        var (_, target, undoOf) = _world.Attempts[attempt - 1];
        var isInferred = _scene.Has(Slips.InferredOutcome) && !Knows(state.Opened, attempt);
        var isShared = _scene.Has(Slips.BatchSharesOutcome) && state.OutcomeVoided != 0 && !Knows(state.Opened | state.Closed, attempt);
        if (!(IsBeingUndone(state, attempt) || isInferred || isShared) || _scene.IsShared(state, target))
        {
            return;
        }

        var next = state;
        next.TargetUndone |= (byte)(1 << attempt);
        ref var store = ref next.Stores[target];
        var isImporting = _rows.Allows(RowStep.MayImport, store.Row, attempt);
        store.Row = (ushort)_rows.Take(RowStep.UndoTarget, store.Row, attempt);
        if (isImporting && undoOf == 0)
        {
            _scene.Wipe(ref store);
            if (_scene.Has(Slips.CancelWipesBatch))
            {
                next.Stores[target ^ 2].Values = default;
            }
        }
        else if (isImporting && _scene.Has(Slips.AbortedUndoWipes))
        {
            store.Values = default;
        }

        _successors.Add(next, $"undo{attempt} at target {Scene.Name(target)}");
    }

    private void Close(in ModelState state, int attempt)
    {
        if (Knows(state.TargetUndone & state.Unsubscribed, attempt) && !Knows(state.Closed, attempt))
        {
            var next = state;
            next.Closed |= (byte)(1 << attempt);
            _successors.Add(next, $"the reconciler closes {attempt}");
        }
    }

    private void Thaw(in ModelState state, int store)
    {
        var row = _rows.Take(RowStep.Thaw, state.Stores[store].Row);
        if (row == RowBook.Refused
            || (state.ThawCount == _world.Thaws && state.FreezeCount < _world.Freezes)
            || !(_scene.IsLockFree(state, store) || _scene.Has(Slips.ThawWithoutLock)))
        {
            return;
        }

        var next = state;
        next.Stores[store].Row = (ushort)row;
        next.ThawCount = (byte)Math.Min(state.ThawCount + 1, _world.Thaws);
        _successors.Add(next, $"thaw at {Scene.Name(store)}");
    }

    private static bool IsBeingUndone(in ModelState state, int attempt) =>
        Knows(state.OutcomeVoided, attempt) && !Knows(state.Closed, attempt);

    private static bool Knows(int attempts, int attempt) => Scene.Knows(attempts, attempt);
}
