using System.Collections.Concurrent;
using System.Globalization;
using Idp.Core;

namespace Idp.Cli.Demo;

/// <summary>The demo's own book of acknowledged writes, kept outside the product's code and outside its databases.</summary>
/// <remarks>
/// Each row has one writer at a time, which numbers its writes. A line is written before a write is sent ("i") and after it was
/// acknowledged ("a"); so after a crash every row must hold a version from the last acknowledged up to the last intended one.
/// </remarks>
public sealed class Ledger : IDisposable
{
    private const string FileName = "ledger.txt";

    private readonly ConcurrentDictionary<(string Key, int Item), RowLedger> _rows = new();
    private readonly StreamWriter _journal;
    private readonly Lock _writing = new();
    private long _acknowledged;

    private Ledger(StreamWriter journal) => _journal = journal;

    /// <summary>Writes that a store has acknowledged.</summary>
    public long Acknowledged => Interlocked.Read(ref _acknowledged);

    public IEnumerable<KeyValuePair<(string Key, int Item), RowLedger>> Rows => _rows;

    /// <param name="goOn">Keep what an earlier run wrote down.</param>
    public static Ledger Open(string folder, bool goOn)
    {
        var path = Path.Combine(folder, FileName);
        string[] earlier = goOn && File.Exists(path) ? File.ReadAllLines(path) : [];
        var ledger = new Ledger(new StreamWriter(path, append: goOn) { AutoFlush = true });
        foreach (var line in earlier)
        {
            // A line cut short by a crash is the last one, and speaks of a write whose fate is open anyway.
            if (line.Split(' ') is ["i" or "a", var item, var version, var key] cells
                && int.TryParse(item, CultureInfo.InvariantCulture, out var number)
                && long.TryParse(version, CultureInfo.InvariantCulture, out var written))
            {
                ledger.Note(cells[0] == "a", (key, number), written);
            }
        }

        return ledger;
    }

    /// <summary>Makes one write: numbered, written down, sent, and written down again once acknowledged.</summary>
    /// <param name="write">Sends the version it is given; returns once the store has acknowledged.</param>
    public async Task WriteAsync(string key, int item, Func<long, Task> write, CancellationToken cancellationToken)
    {
        var row = _rows.GetOrAdd((key, item), _ => new RowLedger());
        await row.Turn.WaitAsync(cancellationToken);
        try
        {
            var version = row.Intended + 1;
            Write(false, (key, item), version);
            await write(version);
            Write(true, (key, item), version);
        }
        finally
        {
            row.Turn.Release();
        }
    }

    /// <summary>The last version of a row that was acknowledged; any later read must see it or a newer one.</summary>
    public long AcknowledgedVersion(string key, int item) =>
        _rows.TryGetValue((key, item), out var row) ? row.LastAcknowledged : 0;

    public void Dispose()
    {
        _journal.Dispose();
        foreach (var row in _rows.Values)
        {
            row.Turn.Dispose();
        }
    }

    private void Write(bool isAcknowledged, (string Key, int Item) row, long version)
    {
        lock (_writing)
        {
            _journal.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{(isAcknowledged ? 'a' : 'i')} {row.Item} {version} {row.Key}"));
            Note(isAcknowledged, row, version);
        }
    }

    private void Note(bool isAcknowledged, (string Key, int Item) id, long version)
    {
        var row = _rows.GetOrAdd(id, _ => new RowLedger());
        row.Intended = Math.Max(row.Intended, version);
        if (isAcknowledged)
        {
            row.Acknowledge(version);
            Interlocked.Increment(ref _acknowledged);
        }
    }
}

/// <summary>What was written to one row.</summary>
public sealed class RowLedger
{
    private readonly HashSet<long> _acknowledged = [];

    internal SemaphoreSlim Turn { get; } = new(1);

    /// <summary>The last version sent.</summary>
    public long Intended { get; internal set; }

    /// <summary>The last version acknowledged; 0 when none was.</summary>
    public long LastAcknowledged { get; private set; }

    /// <summary>Every version acknowledged.</summary>
    public IReadOnlyCollection<long> Acknowledged => _acknowledged;

    internal void Acknowledge(long version)
    {
        _acknowledged.Add(version);
        LastAcknowledged = Math.Max(LastAcknowledged, version);
    }
}
