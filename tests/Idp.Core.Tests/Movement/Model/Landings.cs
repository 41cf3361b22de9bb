namespace Idp.Core.Tests.Movement.Model;

/// <summary>What a process has read becomes a transaction: at once, arbitrarily late, or refused.</summary>
internal sealed class Landings(Scene scene)
{
    private readonly World _world = scene.World;
    private readonly RowBook _rows = scene.Rows;
    private readonly Successors _successors = scene.Successors;
    private readonly RoundSteps _rounds = new(scene);
    private readonly UpkeepSteps _upkeep = new(scene);

    public void Add(in ModelState state, int i)
    {
        switch (state.Processes[i].Kind)
        {
            case ProcessKind.Batch:
                LandBatch(state, i);
                break;
            case ProcessKind.RoundRead or ProcessKind.Round:
                _rounds.Land(state, i);
                break;
            case ProcessKind.Verification:
                _upkeep.LandVerification(state, i);
                break;
            case ProcessKind.Pruning:
                _upkeep.LandPruning(state, i);
                break;
            case ProcessKind.ReverseBatch:
                LandReverseBatch(state, i);
                break;
            case ProcessKind.CommitRequest when scene.Has(Slips.LogReadWithLocks):
                BeginCommitStatement(state, i);
                break;
            default:
                Commit(state, i);
                break;
        }
    }

    /// <summary>One target transaction: the row's check, compare-and-set of progress, then chunk and changes together.</summary>
    private void LandBatch(in ModelState state, int i)
    {
        var process = state.Processes[i];
        var (source, target, _) = _world.Attempts[process.Attempt - 1];
        var range = scene.ProgressRange(process.Range);
        if (!(_rows.Allows(RowStep.MayImport, state.Stores[target].Row, process.Attempt) || scene.Has(Slips.BatchesUnchecked))
            || !(IsProgressAsRead(state.Stores[target], process, range) || scene.Has(Slips.NoCompareAndSet))
            || scene.IsShared(state, target))
        {
            return;
        }

        var next = state;
        ref var store = ref next.Stores[target];
        var changed = scene.Has(Slips.ChunkSkipsChanges) && process.Chunk != 0 ? 0 : process.ChangedKeys & store.Checkpoint;
        for (var key = 0; key < 2; key++)
        {
            // A chunk only adds rows; a change also removes them.
            if ((changed >> key & 1) != 0 || ((process.Chunk >> key & 1) != 0 && process.Values[key] != 0))
            {
                store.Values[key] = process.Values[key];
            }
        }

        store.Progress |= (byte)process.Chunk;
        if (!_world.CopiesApart || process.Chunk == 0)
        {
            store.Drained[range] = process.Snapshot;
        }

        if (scene.IsCopied(store, target))
        {
            next.Copied |= (byte)(1 << process.Attempt);
        }

        if (scene.Has(Slips.AcknowledgeByKey))
        {
            Acknowledge(ref next, source, process.ChangedKeys);
        }

        next.Processes[i] = process.Nonce == 0 ? default : new Process { Attempt = process.Attempt, Nonce = process.Nonce };
        _successors.Add(next, $"p{i} lands its batch of {process.Attempt} at {Scene.Name(target)}");
    }

    private bool IsProgressAsRead(in Store store, in Process process, int range) =>
        store.Drained[range] == process.Drained[range]
        && (_world.Rounds > 0 || ((store.Checkpoint ^ process.Checkpoint) & _world.KeysOf(process.Range)) == 0)
        && (_world.Rounds == 0 || store.Compared == process.Checkpoint);

    /// <summary>A seeded fault.</summary>
    private static void Acknowledge(ref ModelState state, int source, int keys)
    {
        ref var log = ref state.Stores[source].Log;
        for (var write = 0; write < state.WriteCount; write++)
        {
            if ((log[0] >> write & 1) != 0 && (keys >> state.KeyOf(write) & 1) != 0)
            {
                log[1] &= (byte)~(1 << write);
            }
        }
    }

    private void LandReverseBatch(in ModelState state, int i)
    {
        var process = state.Processes[i];
        var source = _world.Attempts[process.Attempt - 1].From;
        if (!(_rows.Allows(RowStep.MayFollow, state.Stores[source].Row, process.Attempt) || scene.Has(Slips.ReverseBatchesUnchecked))
            || !(state.Stores[source].Drained.Bits == process.Drained.Bits || scene.Has(Slips.NoCompareAndSet)))
        {
            return;
        }

        var next = state;
        ref var store = ref next.Stores[source];
        for (var key = 0; key < 2; key++)
        {
            if ((process.ChangedKeys >> key & 1) != 0)
            {
                store.Values[key] = process.Values[key];
            }
        }

        for (var range = 0; range < _world.Ranges; range++)
        {
            store.Drained[range] = process.Snapshot;
        }

        next.Processes[i] = default;
        _successors.Add(next, $"p{i} lands its batch back of {process.Attempt} at {Scene.Name(source)}");
    }

    /// <summary>A seeded fault: the only statement takes its snapshot, then waits for the locks.</summary>
    private void BeginCommitStatement(in ModelState state, int i)
    {
        var next = state;
        next.Processes[i].Kind = ProcessKind.CommitStatement;
        next.Processes[i].Snapshot = state.Stores[_world.Attempts[state.Processes[i].Attempt - 1].From].Log[0];
        _successors.Add(next, $"p{i} takes the commit's snapshot");
    }

    /// <summary>Step 6, the commit point: lock, row, and the log as a later statement sees it.</summary>
    private void Commit(in ModelState state, int i)
    {
        var process = state.Processes[i];
        var (source, target, _) = _world.Attempts[process.Attempt - 1];
        var visible = process.Kind is ProcessKind.CommitStatement ? process.Snapshot : 15;
        var isDrained = scene.NewChanges(state, source, process.Drained, visible: visible) == 0;
        var row = _rows.Take(RowStep.Commit, state.Stores[source].Row, process.Attempt, process.Nonce, isDrained);
        if (row == RowBook.Refused || !(scene.IsLockFree(state, source) || scene.Has(Slips.CommitWithoutLock)))
        {
            return;
        }

        var next = state;
        ref var store = ref next.Stores[source];
        store.Row = (ushort)row;
        store.Drained = default;
        store.Progress = 0;
        next.OutcomeMoved |= (byte)(1 << process.Attempt);
        next.Processes[i] = default;
        _successors.Add(
            next,
            $"p{i} COMMITS {process.Attempt}: {Scene.Name(source)} to {Scene.Name(target)}",
            Scene.Knows(state.OutcomeVoided, process.Attempt) ? "a commit after Resolve answered 'voided'" : null);
    }
}
