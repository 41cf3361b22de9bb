using Idp.Core.Movement;

namespace Idp.Core.Tests.Movement.Model;

/// <summary>Applications: they enter, and end later, in another order than they began.</summary>
internal sealed class ClientSteps(Scene scene)
{
    private readonly World _world = scene.World;
    private readonly Successors _successors = scene.Successors;

    public void Add(in ModelState state)
    {
        for (var i = 0; i < _world.Clients; i++)
        {
            if (i > 0 && state.Clients[0].Code == state.Clients[1].Code)
            {
                continue;
            }

            switch (state.Clients[i].Kind)
            {
                case ClientKind.Idle:
                    Birth(state, i);
                    EnterToWrite(state, i);
                    EnterToRead(state, i);
                    break;
                case ClientKind.Writing:
                    Commit(state, i);
                    RollBack(state, i);
                    break;
                case ClientKind.Reading:
                    EndRead(state, i);
                    break;
                default:
                    WriteElsewhere(state, i);
                    break;
            }
        }
    }

    /// <summary>Only the birth region, A, creates an unknown object.</summary>
    private void Birth(in ModelState state, int client)
    {
        if (_world.IsBorn)
        {
            return;
        }

        var row = scene.Rows.Take(RowStep.Birth, state.Stores[0].Row);
        if (row == RowBook.Refused)
        {
            return;
        }

        var next = state;
        next.Stores[0].Row = (ushort)row;
        next.IsBorn = 1;
        _successors.Add(next, $"c{client} births the object at A");
    }

    private void EnterToWrite(in ModelState state, int client)
    {
        for (var store = 0; store < _world.StoreCount; store++)
        {
            if (state.WriteCount == _world.Writes || !MayEnter(state, store))
            {
                continue;
            }

            var isLogged = scene.Row(state, store).Subscribers.Length > 0;
            for (var key = 0; key < 2; key++)
            {
                if ((_world.KeysAt(store) >> key & 1) == 0 || IsRowLocked(state, store, key))
                {
                    continue;
                }

                for (var kind = 0; kind < (_world.Deletes ? 2 : 1); kind++)
                {
                    var next = state;
                    var write = next.WriteCount++;
                    next.WriteKeys |= (byte)(key << write);
                    next.Clients[client] = Client.Write(store, key, write, deletes: kind == 1, isLogged);
                    _successors.Add(
                        next,
                        $"c{client} enters {Scene.Name(store)} and sets k{key} to {next.Clients[client].Value}, {(isLogged ? "logged" : "not logged")}");
                }
            }
        }
    }

    private void EnterToRead(in ModelState state, int client)
    {
        for (var store = 0; store < _world.StoreCount; store++)
        {
            if (_world.Reads && scene.Row(state, store).State is OwnershipState.Owned)
            {
                var next = state;
                next.Clients[client] = Client.Read(store);
                _successors.Add(next, $"c{client} enters {Scene.Name(store)} to read");
            }
        }
    }

    private void Commit(in ModelState state, int client)
    {
        var writing = state.Clients[client];
        var next = state;
        ref var store = ref next.Stores[writing.Store];
        store.Values[writing.Key] = writing.Value;
        next.Acknowledged[writing.Key] = writing.Value;
        store.Log[0] |= (byte)(1 << writing.WriteIndex);
        if (writing.IsLogged && !scene.Has(Slips.DualWrite))
        {
            store.Log[1] |= (byte)(1 << writing.WriteIndex);
        }

        next.Clients[client] = scene.Has(Slips.DualWrite) ? writing with { Kind = ClientKind.WritingTwice } : default;
        _successors.Add(next, $"c{client} commits write {writing.WriteIndex + 1} at {Scene.Name(writing.Store)}");
    }

    private void RollBack(in ModelState state, int client)
    {
        if (_world.RollsBack)
        {
            var next = state;
            next.Clients[client] = default;
            _successors.Add(next, $"c{client} rolls write {state.Clients[client].WriteIndex + 1} back");
        }
    }

    private void EndRead(in ModelState state, int client)
    {
        var store = state.Stores[state.Clients[client].Store];
        var isPast = scene.Has(Slips.UnfencedRead) ? store.IsEmptied : store.Values.Bits != state.Acknowledged.Bits;
        var next = state;
        next.Clients[client] = default;
        _successors.Add(
            next,
            $"c{client} has read at {Scene.Name(state.Clients[client].Store)}",
            isPast ? "a read sees an emptied or stale copy" : null);
    }

    private void WriteElsewhere(in ModelState state, int client)
    {
        var next = state;
        next.Clients[client] = default;
        _successors.Add(next, $"c{client} loses its second write");
        if (scene.Row(state, 1).State is OwnershipState.Importing or OwnershipState.Owned)
        {
            next.Stores[1].Values[state.Clients[client].Key] = state.Clients[client].Value;
            _successors.Add(next, $"c{client} writes to B as well");
        }
    }

    private bool MayEnter(in ModelState state, int store) => scene.Row(state, store).State is var row
        && (row is OwnershipState.Owned || (row is OwnershipState.Moved && scene.Has(Slips.UnfencedClient)));

    private bool IsRowLocked(in ModelState state, int store, int key)
    {
        for (var i = 0; i < _world.Clients; i++)
        {
            var other = state.Clients[i];
            if (other.Kind is ClientKind.Writing && other.Store == store && other.Key == key)
            {
                return true;
            }
        }

        return false;
    }
}
