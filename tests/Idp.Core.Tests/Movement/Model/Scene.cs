using Idp.Core.Movement;

namespace Idp.Core.Tests.Movement.Model;

/// <summary>What all steps of one run share, and the questions they ask.</summary>
internal sealed class Scene(World world, RowBook rows, Slips slips, Successors successors)
{
    public World World => world;

    public RowBook Rows => rows;

    public Successors Successors => successors;

    public static string Name(int store) => store switch { 0 => "A", 1 => "B", 2 => "C", _ => "D" };

    public static string Keys(int keys) => keys switch { 0 => "none", 1 => "k0", 2 => "k1", _ => "k0, k1" };

    public static bool Knows(int attempts, int attempt) => (attempts >> attempt & 1) != 0;

    public bool Has(Slips slip) => (slips & slip) != 0;

    public ref readonly Ownership Row(in ModelState state, int store) => ref rows[state.Stores[store].Row];

    /// <summary>Whether the object's exclusive lock can be had: no transaction that entered is still open.</summary>
    public bool IsLockFree(in ModelState state, int store)
    {
        for (var i = 0; i < world.Clients; i++)
        {
            var client = state.Clients[i];
            var holds = client.Kind is ClientKind.Writing || (client.Kind is ClientKind.Reading && !Has(Slips.UnfencedRead));
            if (holds && client.Store == store)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether open chunks hold the store's ownership row and progress, so that neither may change.</summary>
    public bool IsShared(in ModelState state, int store)
    {
        for (var i = 0; i < world.Processes; i++)
        {
            var process = state.Processes[i];
            if (process.Kind is ProcessKind.Round && process.Begun != 0 && world.Attempts[process.Attempt - 1].To == store)
            {
                return true;
            }
        }

        return false;
    }

    public bool IsCopied(in Store store, int index) => (store.Checkpoint & world.KeysAt(index)) == world.KeysAt(index);

    /// <summary>In the transaction that ends a subscription: entries that nobody waits for go with it.</summary>
    public void Prune(ref Store store, int before)
    {
        if (store.Row != before && (rows[store.Row].Subscribers.IsEmpty || Has(Slips.PruneIgnoresOthers)))
        {
            store.Log[1] = 0;
        }
    }

    /// <summary>The logged writes of a store that are not visible in the snapshots which a subscriber stored for their ranges.</summary>
    public int NewChanges(in ModelState state, int store, Nibbles drained, int visible = 15)
    {
        var news = 0;
        var logged = state.Stores[store].Log[0] & state.Stores[store].Log[1] & visible;
        for (var write = 0; write < state.WriteCount; write++)
        {
            var isSeen = (drained[ProgressRange(world.RangeOf(state.KeyOf(write)))] >> write & 1) != 0 && !Has(Slips.AcknowledgeByKey);
            if ((logged >> write & 1) != 0 && !isSeen)
            {
                news |= 1 << write;
            }
        }

        return news;
    }

    public static int KeysOf(in ModelState state, int writes)
    {
        var keys = 0;
        for (var write = 0; write < state.WriteCount; write++)
        {
            if ((writes >> write & 1) != 0)
            {
                keys |= 1 << state.KeyOf(write);
            }
        }

        return keys;
    }

    /// <summary>Where a range keeps its snapshot.</summary>
    public int ProgressRange(int range) => Has(Slips.OneSnapshotForAllRanges) ? 0 : range;

    /// <summary>A snapshot: the set of writes it sees, whatever the order they began in.</summary>
    public byte Snapshot(in ModelState state, int store)
    {
        var committed = state.Stores[store].Log[0];
        if (!Has(Slips.CursorByHighestId))
        {
            return committed;
        }

        var highest = 0;
        while (committed >> highest != 0)
        {
            highest++;
        }

        return (byte)((1 << highest) - 1);
    }

    /// <summary>Empties a copy, in the transaction of the row's change.</summary>
    public void Wipe(ref Store store, bool keepsRows = false, bool keepsProgress = false)
    {
        if (!keepsRows)
        {
            store.Values = default;
        }

        if (!keepsProgress)
        {
            store.Drained = default;
            store.Progress = 0;
        }

        MarkEmptied(ref store);
    }

    /// <summary>Remembered only where a fault needs it.</summary>
    public void MarkEmptied(ref Store store)
    {
        if (Has(Slips.UnfencedRead))
        {
            store.Progress |= 128;
        }
    }
}
