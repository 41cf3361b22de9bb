namespace Idp.Core.Tests.Movement.Model;

/// <summary>The copy in rounds: a snapshot is stored first, then loose chunks land in transactions of their own, then the checkpoint advances.</summary>
internal sealed class RoundSteps(Scene scene)
{
    private readonly World _world = scene.World;
    private readonly RowBook _rows = scene.Rows;
    private readonly Successors _successors = scene.Successors;

    /// <summary>Reads one source snapshot; or takes over what another round has left loose.</summary>
    public void Read(in ModelState state, int i, int attempt)
    {
        var (source, target, _) = _world.Attempts[attempt - 1];
        var store = state.Stores[target];
        if (_world.Rounds == 0 || state.Processes[i].Nonce != 0
            || !_rows.Allows(RowStep.MayImport, store.Row, attempt))
        {
            return;
        }

        if (store.IsLoose)
        {
            TakeOver(state, attempt);
            return;
        }

        if (store.Checkpoint == 3 || store.Version + 2 > 2 * _world.Rounds)
        {
            return;
        }

        var changed = store.Checkpoint & Scene.KeysOf(state, scene.NewChanges(state, source, store.Drained));
        var rest = 3 & ~store.Checkpoint;
        for (var keys = 1; keys <= 3; keys++)
        {
            // Ranges are copied in order: the first key alone, or all that are left.
            if (keys != rest && !(keys == 1 && rest == 3))
            {
                continue;
            }

            var next = state;
            next.Processes[i] = new Process
            {
                Kind = ProcessKind.RoundRead,
                Attempt = (byte)attempt,
                Reading = (byte)(changed | keys << 2),
                Values = state.Stores[source].Values,
                Drained = store.Drained,
                Checkpoint = store.Compared,
                Snapshot = scene.Snapshot(state, source),
            };
            _successors.Add(next, $"p{i} reads a round for {attempt} at {Scene.Name(source)}: chunks {Scene.Keys(keys)}, changes {Scene.Keys(changed)}");
        }
    }

    public void Land(in ModelState state, int i)
    {
        var process = state.Processes[i];
        var target = _world.Attempts[process.Attempt - 1].To;
        var isWelcome = _rows.Allows(RowStep.MayImport, state.Stores[target].Row, process.Attempt);
        if (process.Kind is ProcessKind.RoundRead)
        {
            Store(state, i, isWelcome);
            return;
        }

        for (var key = 0; key < 2; key++)
        {
            BeginChunk(state, i, key, isWelcome);
            LandChunk(state, i, key);
        }

        End(state, i, isWelcome);
    }

    /// <summary>Stores the snapshot, with the changes of what was copied before it; from here on chunks lie loose.</summary>
    private void Store(in ModelState state, int i, bool isWelcome)
    {
        var process = state.Processes[i];
        var target = _world.Attempts[process.Attempt - 1].To;
        if (!isWelcome || scene.IsShared(state, target)
            || state.Stores[target].Compared != process.Checkpoint || state.Stores[target].Drained.Bits != process.Drained.Bits)
        {
            return;
        }

        var next = state;
        ref var store = ref next.Stores[target];
        for (var key = 0; key < 2; key++)
        {
            if ((process.ChangedKeys >> key & 1) != 0)
            {
                store.Values[key] = process.Values[key];
            }
        }

        store.Drained[0] = scene.Has(Slips.ChunkBeforeItsSnapshot) ? scene.Snapshot(state, _world.Attempts[process.Attempt - 1].From) : process.Snapshot;
        store.SetLoose(true);
        next.Processes[i].Kind = ProcessKind.Round;
        next.Processes[i].Reading = (byte)(process.Chunk | process.Chunk << 4);
        next.Processes[i].Checkpoint = store.Compared;
        next.Processes[i].Drained = default;
        _successors.Add(next, $"p{i} stores its round's snapshot of {process.Attempt} at {Scene.Name(target)}");
    }

    /// <summary>Opens a chunk's transaction: it checks ownership and version, and keeps both rows <c>FOR SHARE</c>.</summary>
    private void BeginChunk(in ModelState state, int i, int key, bool isWelcome)
    {
        var process = state.Processes[i];
        var (source, target, _) = _world.Attempts[process.Attempt - 1];
        if ((process.Left >> key & 1) == 0 || !isWelcome
            || !(state.Stores[target].Compared == process.Checkpoint || scene.Has(Slips.ChunksIgnoreVersion)))
        {
            return;
        }

        var next = state;
        next.Processes[i].Reading = (byte)((process.Reading & ~(1 << key)) | 4 << key);
        if (scene.Has(Slips.ChunkAfterItsSnapshot))
        {
            next.Processes[i].Values[key] = state.Stores[source].Values[key];
        }

        _successors.Add(next, $"p{i} begins chunk k{key} of {process.Attempt} at {Scene.Name(target)}");
    }

    /// <summary>COPY only adds rows: where a row has the key already, the chunk fails.</summary>
    private void LandChunk(in ModelState state, int i, int key)
    {
        var process = state.Processes[i];
        var target = _world.Attempts[process.Attempt - 1].To;
        if ((process.Begun >> key & 1) == 0)
        {
            return;
        }

        var next = state;
        next.Processes[i].Reading = (byte)(process.Reading & ~(4 << key));
        if (process.Values[key] == 0 || state.Stores[target].Values[key] == 0)
        {
            next.Stores[target].Values[key] = (byte)(process.Values[key] | state.Stores[target].Values[key]);
            _successors.Add(next, $"p{i} lands chunk k{key} of {process.Attempt} at {Scene.Name(target)}");
        }

        if (scene.Has(Slips.CheckpointDespiteFailure))
        {
            next.Stores[target] = state.Stores[target];
            _successors.Add(next, $"p{i} loses chunk k{key} of {process.Attempt}");
        }
    }

    private void End(in ModelState state, int i, bool isWelcome)
    {
        var process = state.Processes[i];
        var target = _world.Attempts[process.Attempt - 1].To;
        if (!isWelcome || process.Left != 0 || process.Begun != 0 || scene.IsShared(state, target)
            || state.Stores[target].Compared != process.Checkpoint)
        {
            return;
        }

        var next = state;
        ref var store = ref next.Stores[target];
        store.Progress |= (byte)process.RoundKeys;
        store.SetLoose(false);
        if (scene.IsCopied(store, target))
        {
            next.Copied |= (byte)(1 << process.Attempt);
        }

        next.Processes[i] = default;
        _successors.Add(next, $"p{i} ends its round of {process.Attempt} at {Scene.Name(target)}");
    }

    /// <summary>Compare-and-set of the version, which waits for chunks in flight; rows beyond the checkpoint go with it.</summary>
    private void TakeOver(in ModelState state, int attempt)
    {
        var target = _world.Attempts[attempt - 1].To;
        if (scene.IsShared(state, target) && !scene.Has(Slips.TakeOverWithoutWaiting))
        {
            return;
        }

        var next = state;
        ref var store = ref next.Stores[target];
        for (var key = 0; key < 2; key++)
        {
            if ((store.Checkpoint >> key & 1) == 0 && !scene.Has(Slips.TakeOverKeepsRows))
            {
                store.Values[key] = 0;
            }
        }

        store.SetLoose(false);
        _successors.Add(next, $"somebody takes {attempt} over at {Scene.Name(target)}");
    }
}
