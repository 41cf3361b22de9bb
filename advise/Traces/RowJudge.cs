using System.Collections.Immutable;
using Idp.Core;

namespace Idp.Advise.Traces;

/// <summary>Counts rows, knows regions by all their names, and stops when too many rows are unusable.</summary>
internal sealed class RowJudge
{
    private const int MaxExamples = 5;
    private const int MaxUnknownRegions = 100;
    private const int EnoughRows = 10_000; // Before, a bad beginning says little of the rest.

    private readonly TraceSettings _settings;
    private readonly string _source;
    private readonly Dictionary<string, int> _regions;
    private readonly Dictionary<string, long> _unknown = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<string> _examples = [];
    private long _bad;

    public RowJudge(TraceSettings settings, string source)
    {
        _settings = settings;
        _source = source;
        _regions = settings.Regions.Index().ToDictionary(entry => entry.Item.Value, entry => entry.Index, StringComparer.OrdinalIgnoreCase);
        foreach (var (name, region) in settings.RegionNames)
        {
            _regions[name] = settings.Regions.IndexOf(region);
        }
    }

    public long Rows { get; private set; }

    private long Unusable => _bad + _unknown.Values.Sum();

    /// <summary>Counts one row.</summary>
    public void Begin() => Rows++;

    /// <returns>Index of the region; −1 when it is not known, which is counted.</returns>
    public int RegionOf(ReadOnlySpan<char> name)
    {
        if (_regions.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name, out var region))
        {
            return region;
        }

        var text = name.Length is > 0 and <= 100 ? name.ToString() : "(no name)";
        if (_unknown.Count >= MaxUnknownRegions && !_unknown.ContainsKey(text))
        {
            text = "(others)";
        }

        _unknown[text] = _unknown.GetValueOrDefault(text) + 1;
        StopIfHopeless();
        return -1;
    }

    /// <param name="place">For example <c>line 7, column 'op'</c>.</param>
    /// <exception cref="TraceException">Too many rows were bad.</exception>
    public void Bad(string place, ReadOnlySpan<char> value, string expected)
    {
        _bad++;
        if (_examples.Count < MaxExamples)
        {
            _examples.Add($"{place}: '{Shortened(value)}'; expected {expected}");
        }

        StopIfHopeless();
    }

    /// <exception cref="TraceException">Too many rows were unusable.</exception>
    public TraceSummary Summarize(string columns, bool hasOperations)
    {
        if (Unusable > _settings.MaxBadShare * Rows)
        {
            throw TooManyBad();
        }

        return new TraceSummary(
            _source, Rows, _bad, OutsideRows: 0,
            [.. _unknown.OrderByDescending(entry => entry.Value).ThenBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => new RegionRows(entry.Key, entry.Value))],
            [.. _examples], columns, AnswerBytes: null, hasOperations);
    }

    private static string Shortened(ReadOnlySpan<char> value) => value.Length > 60 ? $"{value[..60]}…" : value.ToString();

    private void StopIfHopeless()
    {
        if (Rows >= EnoughRows && Unusable > _settings.MaxBadShare * Rows)
        {
            throw TooManyBad();
        }
    }

    private TraceException TooManyBad()
    {
        var regions = _unknown.Count == 0 ? string.Empty
            : $" Regions without round trips: {string.Join(", ", _unknown.OrderByDescending(entry => entry.Value).Take(5).Select(entry => $"{entry.Key} ({entry.Value:N0} rows)"))};"
                + $" say which known region each is near to, for example --map-region {_unknown.MaxBy(entry => entry.Value).Key}={_settings.Regions[0]}, or name their round trips with --regions.";
        var bad = _examples.Count == 0 ? string.Empty : $" {string.Join(". ", _examples)}.";
        return new TraceException($"{_source}: {Unusable:N0} of {Rows:N0} rows cannot be used, limit {_settings.MaxBadShare:P0} (--max-bad).{bad}{regions}");
    }
}
