namespace Idp.Core.Tests.Movement.Model;

/// <summary>Verification with repair, and pruning of the log while a move goes on.</summary>
internal sealed class UpkeepSteps(Scene scene)
{
    /// <summary>Not a row that any client ever wrote.</summary>
    private const byte Spoilt = 15;

    private readonly World _world = scene.World;
    private readonly RowBook _rows = scene.Rows;
    private readonly Successors _successors = scene.Successors;

    public void Read(in ModelState state, int i, int attempt)
    {
        var target = _world.Attempts[attempt - 1].To;
        if (!_rows.Allows(RowStep.MayImport, state.Stores[target].Row, attempt) || state.Processes[i].Nonce != 0)
        {
            return;
        }

        if (_world.Verifies)
        {
            Spoil(state, attempt);
            ReadVerification(state, i, attempt);
        }

        if (_world.Prunes)
        {
            ReadPruning(state, i, attempt);
        }
    }

    /// <summary>One target transaction: drains to the snapshot, compares every row with the source at that snapshot, repairs what differs.</summary>
    public void LandVerification(in ModelState state, int i)
    {
        var process = state.Processes[i];
        var target = _world.Attempts[process.Attempt - 1].To;
        var isAsRead = state.Stores[target].Drained.Bits == process.Drained.Bits && state.Stores[target].Compared == process.Checkpoint;
        if (!_rows.Allows(RowStep.MayImport, state.Stores[target].Row, process.Attempt)
            || !(isAsRead || scene.Has(Slips.RepairUncompared)))
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

        var isEqual = store.Values.Bits == process.Values.Bits;
        store.Values = process.Values;
        store.Drained[0] = process.Snapshot;
        next.Verified |= (byte)(isEqual ? 1 << process.Attempt : 0);
        next.Processes[i] = default;
        _successors.Add(next, $"p{i} {(isEqual ? "finds both copies equal" : "repairs")} for {process.Attempt} at {Scene.Name(target)}");
    }

    /// <summary>At the source: drops what its only subscriber has stored.</summary>
    public void LandPruning(in ModelState state, int i)
    {
        var process = state.Processes[i];
        var source = _world.Attempts[process.Attempt - 1].From;
        var subscribers = scene.Row(state, source).Subscribers;
        var isAlone = subscribers.Length == 1 && subscribers[0] == _rows.Attempt(process.Attempt).Stream;
        if (!isAlone && !scene.Has(Slips.PruneIgnoresOthers))
        {
            return;
        }

        var next = state;
        next.Stores[source].Log[1] &= (byte)~process.Snapshot;
        next.Processes[i] = default;
        _successors.Add(next, $"p{i} prunes the log of {Scene.Name(source)} for {process.Attempt}");
    }

    private void Spoil(in ModelState state, int attempt)
    {
        var target = _world.Attempts[attempt - 1].To;
        for (var key = 0; key < 2; key++)
        {
            if ((state.Verified & (1 | 1 << attempt)) == 0 && (state.Stores[target].Checkpoint >> key & 1) != 0)
            {
                var next = state;
                next.Verified |= 1;
                next.Stores[target].Values[key] = Spoilt;
                _successors.Add(next, $"k{key} is spoilt at {Scene.Name(target)}");
            }
        }
    }

    private void ReadVerification(in ModelState state, int i, int attempt)
    {
        var (source, target, _) = _world.Attempts[attempt - 1];
        if (!Scene.Knows(state.Copied, attempt) || Scene.Knows(state.Verified, attempt))
        {
            return;
        }

        var next = state;
        next.Processes[i] = new Process
        {
            Kind = ProcessKind.Verification,
            Attempt = (byte)attempt,
            Reading = (byte)Scene.KeysOf(state, scene.NewChanges(state, source, state.Stores[target].Drained)),
            Values = state.Stores[source].Values,
            Drained = state.Stores[target].Drained,
            Checkpoint = state.Stores[target].Compared,
            Snapshot = scene.Snapshot(state, source),
        };
        _successors.Add(next, $"p{i} reads both copies' checksums for {attempt}");
    }

    private void ReadPruning(in ModelState state, int i, int attempt)
    {
        var (source, target, _) = _world.Attempts[attempt - 1];
        var stored = state.Stores[target].Drained[0];
        var snapshot = scene.Has(Slips.PruneUnstored) ? scene.Snapshot(state, source) : stored;
        if (snapshot == 0)
        {
            return;
        }

        var next = state;
        next.Processes[i] = new Process { Kind = ProcessKind.Pruning, Attempt = (byte)attempt, Snapshot = snapshot };
        _successors.Add(next, $"p{i} reads how far {attempt} has drained");
    }
}
