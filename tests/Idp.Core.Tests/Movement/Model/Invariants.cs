using Idp.Core.Movement;

namespace Idp.Core.Tests.Movement.Model;

/// <summary>What must hold in every state, and what more must hold where nothing can happen any more.</summary>
internal sealed class Invariants(Scene scene)
{
    private readonly World _world = scene.World;

    public string? Check(in ModelState state)
    {
        for (var item = 0; item < _world.Objects; item++)
        {
            if (Check(state, item) is { } violation)
            {
                return violation;
            }
        }

        return null;
    }

    private string? Check(in ModelState state, int item)
    {
        var owner = -1;
        for (var store = 0; store < _world.StoreCount; store++)
        {
            var row = scene.Row(state, store).State;
            if (_world.ObjectOf(store) != item)
            {
                continue;
            }

            if (row is OwnershipState.Owned or OwnershipState.Frozen)
            {
                if (owner >= 0)
                {
                    return "two stores accept writes";
                }

                owner = store;
            }
            else if (row is OwnershipState.Fenced or OwnershipState.Absent && state.Stores[store].Values.Bits != 0)
            {
                return "rows left in a store that holds nothing";
            }
        }

        if (state.IsBorn == 0)
        {
            return owner < 0 ? null : "an owner before the birth";
        }

        owner = owner < 0 ? Heir(state, item) : owner;
        return owner < 0 ? "the object is lost: no owner, and no target to open"
            : !HoldsAcknowledged(state, owner) ? "the owner's rows differ from the acknowledged writes"
            : null;
    }

    /// <summary>Nothing but a crash is possible, and nobody holds anything back.</summary>
    public string? CheckLast(in ModelState state)
    {
        if (state.IsBorn == 0)
        {
            return "at the end: the object can never be born";
        }

        var owners = 0;
        for (var store = 0; store < _world.StoreCount; store++)
        {
            ref readonly var row = ref scene.Row(state, store);
            owners += row.State is OwnershipState.Owned ? 1 : 0;
            if (row.State is OwnershipState.Moved && row.StreamFrom == 0 && _world.Cleans && state.Stores[store].Values.Bits != 0)
            {
                return "at the end: rows left after clean-up";
            }

            for (var attempt = 1; attempt <= _world.AttemptCount; attempt++)
            {
                if (Scene.Knows(state.OutcomeVoided, attempt) && IsLeft(row, store, attempt))
                {
                    return "at the end: a voided attempt is left";
                }
            }
        }

        return owners == _world.Objects ? null : "at the end: not exactly one owner";
    }

    private bool IsLeft(in Ownership row, int store, int attempt)
    {
        var (source, _, undoOf) = _world.Attempts[attempt - 1];
        ref readonly var named = ref scene.Rows.Attempt(attempt);
        return row.MoveEpoch == named.Epoch || (undoOf == 0 && store == source && row.Subscribers.Contains(named.Stream));
    }

    /// <summary>Between commit and opening, the only owner to be.</summary>
    private int Heir(in ModelState state, int item)
    {
        for (var attempt = 1; attempt <= _world.AttemptCount; attempt++)
        {
            var (source, target, _) = _world.Attempts[attempt - 1];
            ref readonly var row = ref scene.Row(state, source);
            if (_world.ObjectOf(source) == item
                && Scene.Knows(state.OutcomeMoved, attempt)
                && row.State is OwnershipState.Moved
                && row.ForwardEpoch == scene.Rows.Attempt(attempt).Epoch
                && scene.Rows.Allows(RowStep.MayImport, state.Stores[target].Row, attempt))
            {
                return target;
            }
        }

        return -1;
    }

    private bool HoldsAcknowledged(in ModelState state, int owner)
    {
        var keys = _world.KeysAt(owner);
        var values = state.Stores[owner].Values;
        return ((keys & 1) == 0 || values[0] == state.Acknowledged[0]) && ((keys & 2) == 0 || values[1] == state.Acknowledged[1]);
    }
}
