using System.Collections.Immutable;
using Idp.Core.Telemetry;

namespace Idp.Client;

/// <summary>Counts accesses by minute, object and serving region, in bounded memory.</summary>
internal sealed class TelemetryRecorder(TimeProvider clock, int maxRows, ClientInstruments instruments)
{
    private readonly Lock _lock = new();
    private Dictionary<RowKey, Row> _rows = [];
    private int _waitingRows;

    /// <summary>Accesses dropped so far.</summary>
    public long DroppedCount { get; private set; }

    public void Record(ObjectId id, RegionId servedBy, Operation operation, bool isError, TimeSpan latency)
    {
        var now = clock.GetUtcNow();
        var key = new RowKey(new DateTimeOffset(now.UtcTicks - (now.UtcTicks % TimeSpan.TicksPerMinute), TimeSpan.Zero), id, servedBy);
        lock (_lock)
        {
            if (!_rows.TryGetValue(key, out var row))
            {
                if (_rows.Count + _waitingRows >= maxRows)
                {
                    DroppedCount++;
                    instruments.Dropped(1);
                    return;
                }

                _rows.Add(key, row = new Row());
            }

            row.Count(operation, isError, latency);
        }
    }

    /// <summary>Takes out what was counted; it stays part of the bound until <see cref="Release"/>.</summary>
    public ImmutableArray<AccessMinute> Take()
    {
        Dictionary<RowKey, Row> taken;
        lock (_lock)
        {
            taken = _rows;
            _rows = [];
            _waitingRows += taken.Count;
        }

        return [.. taken.Select(row => row.Value.ToAccess(row.Key))];
    }

    /// <summary>A batch was delivered, or given up.</summary>
    public void Release(TelemetryBatch batch, bool isDelivered)
    {
        lock (_lock)
        {
            _waitingRows -= batch.Accesses.Length;
            if (!isDelivered)
            {
                var lost = batch.Accesses.Sum(access => access.Reads + access.Writes);
                DroppedCount += lost;
                instruments.Dropped(lost);
            }
        }
    }

    private readonly record struct RowKey(DateTimeOffset Minute, ObjectId Object, RegionId ServedBy);

    private sealed class Row
    {
        private readonly LatencySketch _latency = new();
        private long _reads;
        private long _writes;
        private long _errors;

        public void Count(Operation operation, bool isError, TimeSpan latency)
        {
            _reads += operation.IsRead ? 1 : 0;
            _writes += operation.IsWrite ? 1 : 0;
            if (isError)
            {
                _errors++;
            }
            else
            {
                _latency.Add(latency.TotalMilliseconds);
            }
        }

        public AccessMinute ToAccess(RowKey key) => new(key.Minute, key.Object, key.ServedBy, _reads, _writes, _errors, _latency);
    }
}
