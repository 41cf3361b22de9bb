using System.Collections.Immutable;
using System.Diagnostics;
using Idp.Chaos.Clients;
using Idp.Chaos.Faults;
using Idp.Chaos.Ledger;
using Idp.Cli.Development;
using Npgsql;

namespace Idp.Chaos.Report;

/// <summary>Counts everything that a run did.</summary>
internal sealed class Tally
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, long[]> _operations = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _errors = new(StringComparer.Ordinal);
    private readonly Dictionary<(ChaosFault Kind, string Phase), int> _faults = [];
    private readonly Dictionary<string, int> _missed = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _moves = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _guards = new(StringComparer.Ordinal);
    private long _transactions;
    private long _checkedTransactions;
    private long _checkedOperations;
    private double _maxPauseMs;
    private double _maxPauseUnderFaultMs;

    /// <summary>Whether nothing was broken during a span.</summary>
    public FaultClock Faults { get; } = new();

    public long Transactions => Interlocked.Read(ref _transactions);

    public long CheckedTransactions => Interlocked.Read(ref _checkedTransactions);

    public long CheckedOperations => Interlocked.Read(ref _checkedOperations);

    public double MaxPauseMs => _maxPauseMs;

    public double MaxPauseUnderFaultMs => _maxPauseUnderFaultMs;

    public int FaultCount
    {
        get
        {
            lock (_lock)
            {
                return _faults.Values.Sum();
            }
        }
    }

    /// <summary>The write that took longest while nothing was broken.</summary>
    public string SlowestWrite { get; private set; } = string.Empty;

    public void Add(Style style, string where, LedgerEntry entry, long end)
    {
        Interlocked.Increment(ref _transactions);
        lock (_lock)
        {
            foreach (var step in entry.Steps)
            {
                Count(step.Kind.ToString(), entry.Outcome);
            }

            if (style is not Style.Batch)
            {
                Count(style.ToString(), entry.Outcome);
            }

            if (entry.IsSession)
            {
                Count("SessionRead", entry.Outcome);
            }

            if (style is Style.Batch && entry.Outcome is Outcome.Ok && entry.Steps.Any(step => step.IsWrite))
            {
                var ms = Stopwatch.GetElapsedTime(entry.Start, end).TotalMilliseconds;
                if (Faults.WasQuiet(entry.Start))
                {
                    (_maxPauseMs, SlowestWrite) = ms > _maxPauseMs ? (ms, $"{where}: {entry}") : (_maxPauseMs, SlowestWrite);
                }
                else
                {
                    _maxPauseUnderFaultMs = Math.Max(_maxPauseUnderFaultMs, ms);
                }
            }
        }
    }

    public void AddChecked(History history)
    {
        Interlocked.Add(ref _checkedTransactions, history.Entries.Length);
        Interlocked.Add(ref _checkedOperations, history.Entries.Sum(entry => (long)entry.Steps.Length));
    }

    public void AddError(Exception failure)
    {
        var cause = failure;
        while (cause is not PostgresException && cause.InnerException is { } inner)
        {
            cause = inner;
        }

        Add(_errors, cause is PostgresException store ? $"{failure.GetType().Name} {store.SqlState}" : $"{failure.GetType().Name}/{cause.GetType().Name}");
    }

    public void AddFault(ChaosFault kind, string phase)
    {
        lock (_lock)
        {
            _faults[(kind, phase)] = _faults.GetValueOrDefault((kind, phase)) + 1;
        }
    }

    /// <summary>A planned fault whose moment did not come, or that could not be made.</summary>
    public void AddMissed(string what)
    {
        lock (_lock)
        {
            _missed[what] = _missed.GetValueOrDefault(what) + 1;
        }
    }

    public void AddMove(string what)
    {
        lock (_lock)
        {
            _moves[what] = _moves.GetValueOrDefault(what) + 1;
        }
    }

    /// <summary>Somebody tried what must be refused, or looked for what must not be.</summary>
    public void AddGuard(string what) => Add(_guards, what);

    public int Moves(string what)
    {
        lock (_lock)
        {
            return _moves.GetValueOrDefault(what);
        }
    }

    public ImmutableSortedDictionary<string, ImmutableSortedDictionary<string, long>> Operations()
    {
        lock (_lock)
        {
            return _operations.ToImmutableSortedDictionary(
                pair => pair.Key,
                pair => Enum.GetValues<Outcome>().ToImmutableSortedDictionary(outcome => outcome.ToString().ToLowerInvariant(), outcome => pair.Value[(int)outcome]));
        }
    }

    public ImmutableSortedDictionary<string, ImmutableSortedDictionary<string, int>> FaultsByKindAndPhase()
    {
        lock (_lock)
        {
            return _faults.GroupBy(pair => pair.Key.Kind).ToImmutableSortedDictionary(
                kind => kind.Key.ToString(), kind => kind.ToImmutableSortedDictionary(pair => pair.Key.Phase, pair => pair.Value));
        }
    }

    public ImmutableSortedDictionary<string, long> Errors() => Copy(_errors);

    public ImmutableSortedDictionary<string, long> Guards() => Copy(_guards);

    public ImmutableSortedDictionary<string, int> Missed() => Copy(_missed);

    public ImmutableSortedDictionary<string, int> Moves() => Copy(_moves);

    private void Count(string kind, Outcome outcome)
    {
        if (!_operations.TryGetValue(kind, out var counts))
        {
            _operations[kind] = counts = new long[3];
        }

        counts[(int)outcome]++;
    }

    private void Add(Dictionary<string, long> counts, string what)
    {
        lock (_lock)
        {
            counts[what] = counts.GetValueOrDefault(what) + 1;
        }
    }

    private ImmutableSortedDictionary<string, T> Copy<T>(Dictionary<string, T> counts)
    {
        lock (_lock)
        {
            return counts.ToImmutableSortedDictionary(StringComparer.Ordinal);
        }
    }
}
