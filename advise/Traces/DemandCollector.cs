using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Idp.Advise.Traces;

/// <summary>Adds up accesses, in any order, to hourly demand. Memory grows with objects × regions × hours in use, not with rows.</summary>
internal sealed class DemandCollector(TraceSettings settings, string source)
{
    private const int MaxCells = 50_000_000; // About two gigabytes.
    private const int HourSeconds = 3_600;

    private readonly List<string> _names = [];
    private readonly Dictionary<string, int> _objects = new(StringComparer.Ordinal);
    private readonly Dictionary<long, (double Reads, double Writes)> _cells = [];
    private long _answers;
    private double _answerBytes;

    /// <param name="name">1 to 200 characters.</param>
    /// <exception cref="TraceException">There are too many objects.</exception>
    public void Add(ReadOnlySpan<char> name, int region, long unixSeconds, double reads, double writes)
    {
        var key = ((long)IndexOf(name) << 32) | ((unixSeconds / HourSeconds) << 8) | (long)region;
        ref var cell = ref CollectionsMarshal.GetValueRefOrAddDefault(_cells, key, out var known);
        cell = (cell.Reads + reads, cell.Writes + writes);
        if (!known && _cells.Count > MaxCells)
        {
            throw new TraceException($"{source}: more than {MaxCells:N0} hours in use, all objects and regions together; take fewer days or a coarser --key.");
        }
    }

    public void AddAnswer(double bytes)
    {
        _answers++;
        _answerBytes += bytes;
    }

    /// <value>Mean bytes of an answer; null when no row had any.</value>
    public double? AnswerBytes => _answers > 0 && _answerBytes > 0 ? _answerBytes / _answers : null;

    /// <summary>The last days of what was added.</summary>
    /// <param name="summary">Of the reading; its rows outside the window are filled in here.</param>
    /// <exception cref="TraceException">Nothing was added.</exception>
    public DemandLog Build(TraceSummary summary)
    {
        if (_cells.Count == 0)
        {
            throw new TraceException($"{source}: no usable row{(summary.BadExamples.IsEmpty ? string.Empty : $"; the first: {summary.BadExamples[0]}")}.");
        }

        var end = settings.Until is { } until ? until.ToUnixTimeSeconds() / HourSeconds : long.MaxValue;
        var last = _cells.Keys.Select(HourOf).Where(hour => hour < end).DefaultIfEmpty(-1).Max();
        if (last < 0)
        {
            throw new TraceException($"{source}: no access before {settings.Until:yyyy-MM-dd}; the first is of {DateTimeOffset.FromUnixTimeSeconds(_cells.Keys.Min(HourOf) * HourSeconds):yyyy-MM-dd}.");
        }

        var first = Math.Max(_cells.Keys.Min(HourOf), last - (last % 24) - ((settings.Days - 1) * 24L));
        first -= first % 24;
        var byObject = new List<DemandCell>?[_names.Count];
        var outside = 0.0;
        foreach (var (key, (reads, writes)) in _cells)
        {
            if (HourOf(key) < first || HourOf(key) > last)
            {
                outside += reads + writes;
                continue;
            }

            (byObject[key >> 32] ??= []).Add(new DemandCell((int)(HourOf(key) - first), (int)(key & 0xff), reads, writes));
        }

        ImmutableArray<LoggedObject> objects =
        [
            .. byObject.Index()
                .Where(entry => entry.Item is not null)
                .Select(entry => new LoggedObject(_names[entry.Index], [.. entry.Item!.OrderBy(cell => cell.Hour).ThenBy(cell => cell.Region)]))
                .OrderByDescending(entry => entry.Operations)
                .ThenBy(entry => entry.Name, StringComparer.Ordinal),
        ];
        return new DemandLog(
            DateTimeOffset.FromUnixTimeSeconds(first * HourSeconds),
            (int)(last - first) + 1,
            settings.Regions,
            objects,
            summary with { OutsideRows = (long)Math.Round(outside), AnswerBytes = AnswerBytes });
    }

    private static long HourOf(long key) => (key >> 8) & 0xff_ffff;

    private int IndexOf(ReadOnlySpan<char> name)
    {
        var lookup = _objects.GetAlternateLookup<ReadOnlySpan<char>>();
        if (lookup.TryGetValue(name, out var index))
        {
            return index;
        }

        if (_names.Count >= settings.MaxObjects)
        {
            throw new TraceException($"{source}: more than {settings.MaxObjects:N0} different objects; name the column that says whose data it is with --key.");
        }

        var text = name.ToString();
        _names.Add(text);
        _objects[text] = _names.Count - 1;
        return _names.Count - 1;
    }
}
