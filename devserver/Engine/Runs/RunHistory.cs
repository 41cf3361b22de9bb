using Temporalio.Api.History.V1;

namespace Idp.DevServer.Engine.Runs;

/// <summary>A run's events: the latest in memory, the older ones in the file.</summary>
internal sealed class RunHistory(RunTable table, long row, long nextEventId)
{
    // Enough for a sticky worker and for most whole runs; what a long history costs in memory stays bounded.
    private const int MostInMemory = 1_024;

    private readonly List<HistoryEvent> _latest = [];
    private long _first = nextEventId;

    /// <summary>More is in memory than is worth it.</summary>
    public bool IsLong => _latest.Count > 2 * MostInMemory;

    public HistoryEvent this[long eventId] => Read(eventId, 1)[0];

    /// <summary>Where the earliest of the last <paramref name="batches"/> batches before an event begins; all of them must be on disk.</summary>
    public long BatchStart(long before, int batches) => table.ReadBatchStarts(row, before, batches) is { Count: > 0 } starts ? starts[^1] : 1;

    public void Append(IEnumerable<HistoryEvent> events) => _latest.AddRange(events);

    /// <summary>Reads up to <paramref name="count"/> events in order, beginning with <paramref name="from"/>.</summary>
    public IReadOnlyList<HistoryEvent> Read(long from, int count)
    {
        if (from >= _first)
        {
            var skip = (int)(from - _first);
            return skip >= _latest.Count ? [] : _latest.GetRange(skip, Math.Min(count, _latest.Count - skip));
        }

        var older = table.ReadEvents(row, from, Math.Min(_first, from + count));
        var left = count - older.Count;
        if (left > 0)
        {
            older.AddRange(_latest.Take(left));
        }

        return older;
    }

    /// <summary>Lets go of old events; all of them must be on disk.</summary>
    public void Trim()
    {
        var surplus = _latest.Count - MostInMemory;
        _latest.RemoveRange(0, surplus);
        _first += surplus;
    }
}
