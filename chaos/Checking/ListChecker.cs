using System.Collections.Immutable;
using Idp.Chaos.Ledger;

namespace Idp.Chaos.Checking;

/// <summary>Appends to lists, in the spirit of Elle: the longest read tells the order of all writes, and with it who depends on whom.</summary>
/// <remarks>Near linear in the size of the history: each read is compared with the order once, each cycle search visits each edge once.</remarks>
internal sealed class ListChecker
{
    private readonly History _history;
    private readonly LedgerEntry[] _entries;
    private readonly Dictionary<long, (int Entry, int Key, bool IsLast)> _writers = [];
    private readonly Dictionary<int, long[]> _orders = [];
    private readonly Dictionary<long, int> _places = [];
    private readonly List<Anomaly> _found = [];

    private ListChecker(History history)
    {
        _history = history;
        _entries = [.. history.All];
    }

    public static ImmutableArray<Anomaly> Check(History history)
    {
        var checker = new ListChecker(history);
        checker.ReadWriters();
        checker.FindOrders();
        checker.CheckReads();
        checker.CheckAcknowledged();
        checker.CheckRealTime();
        checker.CheckSessions();
        checker.CheckCycles();
        return [.. checker._found];
    }

    private void ReadWriters()
    {
        for (var index = 0; index < _entries.Length; index++)
        {
            var lastOfKey = new Dictionary<int, long>();
            foreach (var step in _entries[index].Steps)
            {
                if (step.Kind is StepKind.Append)
                {
                    _writers[step.Value] = (index, step.Key, IsLast: false);
                    lastOfKey[step.Key] = step.Value;
                }
            }

            foreach (var value in lastOfKey.Values)
            {
                _writers[value] = _writers[value] with { IsLast = true };
            }
        }
    }

    // The longest read of each list. Its own duplicates are found by CheckReads.
    private void FindOrders()
    {
        foreach (var (_, _, step) in Reads())
        {
            if (!_orders.TryGetValue(step.Key, out var longest) || step.Seen!.Length > longest.Length)
            {
                _orders[step.Key] = step.Seen!;
            }
        }

        foreach (var order in _orders.Values)
        {
            for (var place = 0; place < order.Length; place++)
            {
                _places.TryAdd(order[place], place);
            }
        }
    }

    private void CheckReads()
    {
        foreach (var (key, order) in _orders)
        {
            var seen = new HashSet<long>();
            foreach (var value in order)
            {
                if (!seen.Add(value))
                {
                    Report("doubled-write", $"{value} stands twice in list {key}: …{string.Join(' ', order.TakeLast(12))}; {WriterOf(value)}");
                }
                else if (!_writers.TryGetValue(value, out var writer))
                {
                    Report("invented-write", $"list {key} holds {value}, which nobody wrote");
                }
                else if (writer.Key != key)
                {
                    Report("misplaced-write", $"list {key} holds {value}, which was written to list {writer.Key}");
                }
                else if (_entries[writer.Entry].Outcome is Outcome.Failed)
                {
                    Report("G1a", $"list {key} holds {value} of a failed transaction: {_entries[writer.Entry]}");
                }
            }
        }

        foreach (var (entry, at, step) in Reads())
        {
            CheckRead(_entries[entry], entry, at, step);
        }
    }

    private void CheckRead(LedgerEntry entry, int index, int at, Step step)
    {
        var order = _orders[step.Key];
        var seen = step.Seen!;
        if (!seen.AsSpan().SequenceEqual(order.AsSpan(0, seen.Length)))
        {
            var place = Enumerable.Range(0, seen.Length).First(position => seen[position] != order[position]);
            Report(
                "incompatible-order",
                $"two reads of list {step.Key} agree on {place} values only: {Excerpt(seen, place)} | {Excerpt(order, place)}; {entry}");
            return;
        }

        if (seen.Length > 0 && _writers.TryGetValue(seen[^1], out var last) && !last.IsLast && last.Entry != index)
        {
            Report("G1b", $"a read saw the middle of a transaction: {entry} | {_entries[last.Entry]}");
        }

        // What the transaction itself appended before it read stands at the end.
        var own = entry.Steps.Take(at).LastOrDefault(earlier => earlier.Kind is StepKind.Append && earlier.Key == step.Key);
        if (own.Value != 0 && (seen.Length == 0 || seen[^1] != own.Value))
        {
            Report("internal", $"a transaction did not see its own append: {entry}");
        }
    }

    private void CheckAcknowledged()
    {
        if (_history.Final is null)
        {
            return;
        }

        foreach (var (value, writer) in _writers)
        {
            if (_entries[writer.Entry].Outcome is Outcome.Ok && !_places.ContainsKey(value))
            {
                Report("lost-write", $"acknowledged, and in no list: {value} of {_entries[writer.Entry]}; list {writer.Key} ends …{Excerpt(_orders.GetValueOrDefault(writer.Key) ?? [], int.MaxValue)}");
            }
        }
    }

    // A write stands at its place, a read between the last value it saw and the next.
    private void CheckRealTime()
    {
        var byList = new Dictionary<int, List<(int Place, LedgerEntry Entry)>>();
        foreach (var (value, writer) in _writers)
        {
            if (_places.TryGetValue(value, out var place) && _entries[writer.Entry].Outcome is not Outcome.Failed)
            {
                Of(byList, writer.Key).Add(((2 * place) + 2, _entries[writer.Entry]));
            }
        }

        foreach (var (entry, _, step) in Reads())
        {
            if (!_entries[entry].IsSession && Agrees(step))
            {
                Of(byList, step.Key).Add(((2 * step.Seen!.Length) + 1, _entries[entry]));
            }
        }

        foreach (var (key, order) in byList)
        {
            if (RealTime.FindViolation(order) is { } violation)
            {
                Report("stale-read", $"list {key}: {violation.Early} does not come after what had ended before it began: {violation.Late}");
            }
        }
    }

    private void CheckSessions()
    {
        foreach (var session in _entries.Where(entry => entry.Outcome is Outcome.Ok).GroupBy(entry => entry.Client))
        {
            var known = new Dictionary<int, (int Length, LedgerEntry Entry)>();
            foreach (var entry in session.OrderBy(entry => entry.Start))
            {
                foreach (var step in entry.Steps)
                {
                    var length = step.Kind switch
                    {
                        StepKind.ReadList when step.Seen is not null && Agrees(step) => step.Seen.Length,
                        StepKind.Append when _places.TryGetValue(step.Value, out var place) => place + 1,
                        _ => 0,
                    };
                    var before = known.GetValueOrDefault(step.Key);
                    if (step.Kind is StepKind.ReadList && step.Seen is not null && length < before.Length)
                    {
                        Report("session-regression", $"a session read its past: {entry} after {before.Entry}");
                    }
                    else if (length > before.Length)
                    {
                        known[step.Key] = (length, entry);
                    }
                }
            }
        }
    }

    private void CheckCycles()
    {
        var graph = new DependencyGraph(_entries.Length);
        foreach (var order in _orders.Values)
        {
            for (var place = 1; place < order.Length; place++)
            {
                if (_writers.TryGetValue(order[place - 1], out var former) && _writers.TryGetValue(order[place], out var next))
                {
                    graph.Add(former.Entry, next.Entry, Dependency.WriteWrite);
                }
            }
        }

        foreach (var (entry, _, step) in Reads())
        {
            if (_entries[entry].IsSession || !Agrees(step))
            {
                continue;
            }

            var seen = step.Seen!;
            var order = _orders[step.Key];
            if (seen.Length > 0 && _writers.TryGetValue(seen[^1], out var writer))
            {
                graph.Add(writer.Entry, entry, Dependency.WriteRead);
            }

            if (seen.Length < order.Length && _writers.TryGetValue(order[seen.Length], out var next))
            {
                graph.Add(entry, next.Entry, Dependency.ReadWrite);
            }
        }

        foreach (var (name, cycle) in graph.FindForbidden(_history.Level))
        {
            Report(name, string.Join(" | ", cycle.Select(edge => $"{_entries[edge.From]} —{Text(edge.Kind)}→")));
        }
    }

    private IEnumerable<(int Entry, int At, Step Step)> Reads()
    {
        for (var index = 0; index < _entries.Length; index++)
        {
            if (_entries[index].Outcome is Outcome.Ok)
            {
                for (var at = 0; at < _entries[index].Steps.Length; at++)
                {
                    var step = _entries[index].Steps[at];
                    if (step.Kind is StepKind.ReadList && step.Seen is not null)
                    {
                        yield return (index, at, step);
                    }
                }
            }
        }
    }

    private bool Agrees(Step step) => step.Seen.AsSpan().SequenceEqual(_orders[step.Key].AsSpan(0, step.Seen!.Length));

    private string WriterOf(long value) => _writers.TryGetValue(value, out var writer) ? _entries[writer.Entry].ToString() : "nobody wrote it";

    private void Report(string kind, string detail) => _found.Add(new Anomaly(kind, _history.Where, detail));

    private static string Excerpt(long[] values, int place) =>
        string.Join(' ', values.Skip(Math.Max(0, Math.Min(place, values.Length) - 4)).Take(8));

    private static List<(int Place, LedgerEntry Entry)> Of(Dictionary<int, List<(int Place, LedgerEntry Entry)>> lists, int key) =>
        lists.TryGetValue(key, out var list) ? list : lists[key] = [];

    private static string Text(Dependency kind) => kind switch
    {
        Dependency.WriteWrite => "ww",
        Dependency.WriteRead => "wr",
        Dependency.ReadWrite => "rw",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "This dependency has no name."),
    };
}
