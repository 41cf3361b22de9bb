using System.Numerics;
using System.Runtime.InteropServices;

namespace Idp.Core.Tests.Movement.Model;

/// <summary>The states seen so far, in the order they were found, each with the one it was reached from.</summary>
internal sealed class StateSet
{
    private const int PageBits = 14;
    private const int PageMask = (1 << PageBits) - 1;

    private readonly List<ModelState[]> _pages = [];
    private readonly List<int> _parents = [];
    private int[] _slots = new int[1 << 16];

    public int Count => _parents.Count;

    public ref readonly ModelState this[int index] => ref _pages[index >> PageBits][index & PageMask];

    public int ParentOf(int index) => _parents[index];

    public bool TryAdd(in ModelState state, int parent)
    {
        if (Count * 2 > _slots.Length)
        {
            Grow();
        }

        var slot = Find(state);
        if (_slots[slot] != 0)
        {
            return false;
        }

        if ((Count & PageMask) == 0)
        {
            _pages.Add(new ModelState[1 << PageBits]);
        }

        _pages[^1][Count & PageMask] = state;
        _parents.Add(parent);
        _slots[slot] = Count;
        return true;
    }

    public static bool AreEqual(in ModelState left, in ModelState right) => Words(left).SequenceEqual(Words(right));

    private static ReadOnlySpan<ulong> Words(in ModelState state) =>
        MemoryMarshal.Cast<ModelState, ulong>(MemoryMarshal.CreateReadOnlySpan(in state, 1));

    private static ulong Hash(in ModelState state)
    {
        var hash = 0UL;
        foreach (var word in Words(state))
        {
            hash = BitOperations.RotateLeft((hash ^ word) * 0x9E3779B97F4A7C15, 29);
        }

        return hash ^ (hash >> 32);
    }

    /// <summary>The slot that holds the state's number plus one, or the empty slot where it belongs.</summary>
    private int Find(in ModelState state)
    {
        var mask = _slots.Length - 1;
        var slot = (int)Hash(state) & mask;
        while (_slots[slot] is var number && number != 0 && !AreEqual(this[number - 1], state))
        {
            slot = (slot + 1) & mask;
        }

        return slot;
    }

    private void Grow()
    {
        _slots = new int[_slots.Length * 2];
        var mask = _slots.Length - 1;
        for (var i = 0; i < Count; i++)
        {
            var slot = (int)Hash(this[i]) & mask;
            while (_slots[slot] != 0)
            {
                slot = (slot + 1) & mask;
            }

            _slots[slot] = i + 1;
        }
    }
}
