using System.Collections.Immutable;
using Idp.Core.Telemetry;

namespace Idp.Client;

/// <summary>Counts accesses by minute, object and serving region, and keeps operations of a share of the objects one by one, in bounded memory.</summary>
internal sealed class TelemetryRecorder(TimeProvider clock, int maxRows, int maxOperations, ClientInstruments instruments)
{
    private readonly Lock _lock = new();
    private Dictionary<RowKey, Row> _rows = [];
    private readonly OperationSampler? _operations = maxOperations > 0 ? new OperationSampler(maxOperations) : null;

    // Tells the sessions of nobody in particular apart, also between processes.
    private readonly string _process = Guid.NewGuid().ToString("N")[..8];
    private long _nobodies;
    private int _waitingRows;

    /// <summary>Accesses dropped so far.</summary>
    public long DroppedCount { get; private set; }

    public void Record(ObjectId id, RegionId servedBy, Operation operation, bool isError, TimeSpan latency)
    {
        var now = clock.GetUtcNow();
        var key = new RowKey(TelemetryBatch.MinuteOf(now), id, servedBy);
        lock (_lock)
        {
            // A write that failed may still have been done.
            if (_operations is not null && (operation.IsWrite || !isError))
            {
                _operations.Add(new OperationEvent(now, id, operation.Name, operation.Session ?? $"{_process}-{_nobodies++:x}", operation.IsWrite));
            }

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
    public (ImmutableArray<AccessMinute> Accesses, OperationSample? Operations) Take()
    {
        Dictionary<RowKey, Row> taken;
        OperationSample? operations;
        lock (_lock)
        {
            taken = _rows;
            _rows = [];
            _waitingRows += taken.Count;
            operations = _operations?.Take();
        }

        return ([.. taken.Select(row => row.Value.ToAccess(row.Key))], operations);
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
