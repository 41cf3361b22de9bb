using System.Collections.Immutable;
using System.Diagnostics;
using Idp.Chaos.Ledger;

namespace Idp.Chaos.Clients;

/// <summary>One object as the ledger knows it: the generation that clients work on, and what earlier ones may have left behind.</summary>
internal sealed class ChaosObject(string key, Isolation level)
{
    private readonly Lock _lock = new();

    public string Key => key;

    public Isolation Level => level;

    /// <summary>Null until it was opened.</summary>
    public Segment? Current { get; set; }

    /// <summary>Generations with a lost answer: their rows may come after they were deleted.</summary>
    public HashSet<int> UnknownGenerations { get; } = [];

    public void NoteUnknown(int generation)
    {
        lock (_lock)
        {
            UnknownGenerations.Add(generation);
        }
    }
}

/// <summary>The rows of one object in one generation, and everything done to them.</summary>
internal sealed class Segment(ChaosObject owner, int generation)
{
    private readonly Lock _lock = new();
    private readonly List<LedgerEntry> _entries = [];
    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _running;
    private bool _isClosed;

    public ChaosObject Owner => owner;

    public int Generation => generation;

    public long OpenedAt { get; } = Stopwatch.GetTimestamp();

    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _entries.Count;
            }
        }
    }

    /// <returns>False when it is closed: its final read must come after every transaction.</returns>
    public bool TryBegin()
    {
        lock (_lock)
        {
            _running += _isClosed ? 0 : 1;
            return !_isClosed;
        }
    }

    public void End(LedgerEntry? entry)
    {
        lock (_lock)
        {
            if (entry is not null)
            {
                _entries.Add(entry);
            }

            if (--_running == 0 && _isClosed)
            {
                _idle.TrySetResult();
            }
        }

        if (entry?.Outcome is Outcome.Unknown)
        {
            owner.NoteUnknown(generation);
        }
    }

    /// <summary>Lets nobody begin any more; ends when everybody has ended.</summary>
    public Task CloseAsync()
    {
        lock (_lock)
        {
            _isClosed = true;
            if (_running == 0)
            {
                _idle.TrySetResult();
            }
        }

        return _idle.Task;
    }

    /// <summary>Once closed.</summary>
    public ImmutableArray<LedgerEntry> Entries => [.. _entries];
}
