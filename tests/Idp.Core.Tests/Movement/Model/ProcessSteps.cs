using Idp.Core.Movement;

namespace Idp.Core.Tests.Movement.Model;

/// <summary>Movers, live or zombie: what they read lands later, is refused, or is lost.</summary>
internal sealed class ProcessSteps(Scene scene)
{
    private readonly World _world = scene.World;
    private readonly RowBook _rows = scene.Rows;
    private readonly Successors _successors = scene.Successors;
    private readonly Landings _landings = new(scene);
    private readonly RoundSteps _rounds = new(scene);
    private readonly UpkeepSteps _upkeep = new(scene);

    public void Add(in ModelState state)
    {
        for (var i = 0; i < _world.Processes; i++)
        {
            var process = state.Processes[i];
            if (i > 0 && state.Processes[0].Code == process.Code)
            {
                continue;
            }

            Crash(state, i);
            if (process.Kind is not ProcessKind.Idle)
            {
                _landings.Add(state, i);
                continue;
            }

            for (var attempt = 1; attempt <= _world.AttemptCount; attempt++)
            {
                if (process.Nonce == 0 || process.Attempt == attempt)
                {
                    ReadBatch(state, i, attempt);
                    _rounds.Read(state, i, attempt);
                    _upkeep.Read(state, i, attempt);
                    Freeze(state, i, attempt);
                    AskCommit(state, i, attempt);
                    ReadReverseBatch(state, i, attempt);
                }
            }
        }
    }

    private void Crash(in ModelState state, int i)
    {
        if (state.Processes[i].Code != 0)
        {
            var next = state;
            next.Processes[i] = default;
            _successors.AddCrash(next, $"p{i} crashes");
        }
    }

    /// <summary>
    /// Steps 3 and 4: in one source snapshot, the next chunk and the changes of what was copied before;
    /// after the copy, the changes alone. In a world that copies apart, one or the other.
    /// </summary>
    private void ReadBatch(in ModelState state, int i, int attempt)
    {
        var (_, target, _) = _world.Attempts[attempt - 1];
        if (!_rows.Allows(RowStep.MayImport, state.Stores[target].Row, attempt) || state.Stores[target].IsLoose)
        {
            return;
        }

        for (var range = 0; range < _world.Ranges; range++)
        {
            var copied = state.Stores[target].Checkpoint;
            var chunk = _world.Rounds > 0 ? 0 : NextChunk(copied, _world.KeysOf(range) & _world.KeysAt(target));
            if (_world.CopiesApart)
            {
                ReadBatch(state, i, attempt, range, chunk, changed: 0);
                chunk = 0;
            }

            ReadBatch(state, i, attempt, range, chunk, ChangedKeys(state, attempt, range));
        }
    }

    private void ReadBatch(in ModelState state, int i, int attempt, int range, int chunk, int changed)
    {
        if ((chunk | changed) == 0)
        {
            return;
        }

        var (source, target, _) = _world.Attempts[attempt - 1];
        var next = state;
        next.Processes[i] = new Process
        {
            Kind = ProcessKind.Batch,
            Attempt = (byte)attempt,
            Nonce = state.Processes[i].Nonce,
            Reading = (byte)(changed | chunk << 2 | range << 4),
            Values = state.Stores[source].Values,
            Drained = state.Stores[target].Drained,
            Checkpoint = _world.Rounds > 0 ? state.Stores[target].Compared : (byte)state.Stores[target].Checkpoint,
            Snapshot = scene.Snapshot(state, source),
        };
        _successors.Add(next, $"p{i} reads for {attempt} at {Scene.Name(source)}: chunk {Scene.Keys(chunk)}, changes {Scene.Keys(changed)}");
    }

    /// <summary>Changes of keys not copied yet come with their chunk, unless chunks come apart and read no snapshot.</summary>
    private int ChangedKeys(in ModelState state, int attempt, int range)
    {
        var (source, target, _) = _world.Attempts[attempt - 1];
        var store = state.Stores[target];
        var keys = _world.KeysOf(range) & Scene.KeysOf(state, scene.NewChanges(state, source, store.Drained));
        return _world.CopiesApart && _world.Ranges == 1 ? keys : keys & store.Checkpoint;
    }

    private static int NextChunk(int copied, int keys)
    {
        for (var key = 0; key < 2; key++)
        {
            if ((keys >> key & 1) != 0 && (copied >> key & 1) == 0)
            {
                return 1 << key;
            }
        }

        return 0;
    }

    /// <summary>Step 6, once the copy was complete; somebody may know that for long.</summary>
    private void Freeze(in ModelState state, int i, int attempt)
    {
        var source = _world.Attempts[attempt - 1].From;
        var isVerified = !_world.Verifies || Scene.Knows(state.Verified, attempt) || scene.Has(Slips.SwitchUnverified);
        if (state.Processes[i].Nonce != 0 || !Scene.Knows(state.Copied, attempt) || !isVerified || state.FreezeCount == _world.Freezes
            || !(scene.IsLockFree(state, source) || scene.Has(Slips.FreezeWithoutLock)))
        {
            return;
        }

        var nonce = state.FreezeCount + 1;
        var row = _rows.Take(RowStep.Freeze, state.Stores[source].Row, attempt, nonce);
        if (row == RowBook.Refused)
        {
            return;
        }

        var next = state;
        next.FreezeCount = (byte)nonce;
        next.Stores[source].Row = (ushort)row;
        next.Processes[i] = new Process { Attempt = (byte)attempt, Nonce = (byte)nonce };
        _successors.Add(next, $"p{i} freezes {Scene.Name(source)} for {attempt} with nonce {nonce}");
    }

    /// <summary>Sends the commit, with the progress it read at the target; it may arrive much later.</summary>
    private void AskCommit(in ModelState state, int i, int attempt)
    {
        var (source, target, _) = _world.Attempts[attempt - 1];
        var nonce = state.Processes[i].Nonce;
        ref readonly var row = ref scene.Row(state, source);
        if (nonce == 0 || row.State is not OwnershipState.Frozen || row.FreezeNonce != nonce
            || row.MoveEpoch != _rows.Attempt(attempt).Epoch
            || !_rows.Allows(RowStep.MayImport, state.Stores[target].Row, attempt)
            || scene.NewChanges(state, source, state.Stores[target].Drained) != 0)
        {
            return;
        }

        var next = state;
        next.Processes[i].Kind = ProcessKind.CommitRequest;
        next.Processes[i].Drained = state.Stores[target].Drained;
        _successors.Add(next, $"p{i} asks to commit {attempt} with nonce {nonce}");
    }

    /// <summary>Step 7: the new owner's changes, for the old copy.</summary>
    private void ReadReverseBatch(in ModelState state, int i, int attempt)
    {
        var (source, target, _) = _world.Attempts[attempt - 1];
        var store = state.Stores[source];
        if (state.Processes[i].Nonce != 0 || !Scene.Knows(state.Opened, attempt)
            || !_rows.Allows(RowStep.MayFollow, store.Row, attempt)
            || scene.NewChanges(state, target, store.Drained) is var news && news == 0)
        {
            return;
        }

        var next = state;
        next.Processes[i] = new Process
        {
            Kind = ProcessKind.ReverseBatch,
            Attempt = (byte)attempt,
            Reading = (byte)Scene.KeysOf(state, news),
            Values = state.Stores[target].Values,
            Drained = store.Drained,
            Snapshot = scene.Snapshot(state, target),
        };
        _successors.Add(next, $"p{i} reads back for {attempt} at {Scene.Name(target)}: changes {Scene.Keys(next.Processes[i].ChangedKeys)}");
    }
}
