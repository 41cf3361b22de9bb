using Idp.Core.Migrations;

namespace Idp.Storage.Regions;

/// <summary>Says how far a copy has come, and how fast it goes.</summary>
internal sealed class CopyMeter(TimeProvider clock)
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(5);

    private readonly Queue<(long At, long SizeBytes)> _seen = new();
    private long? _estimatedRows;

    public bool HasEstimate => _estimatedRows is not null;

    public void Estimate(long rows) => _estimatedRows = rows;

    public CopyProgress Add(CopyReport report, string? heldBackBy)
    {
        var now = clock.GetTimestamp();
        _seen.Enqueue((now, report.SizeBytes));
        while (_seen.Count > 2 && clock.GetElapsedTime(_seen.Peek().At, now) > Window)
        {
            _seen.Dequeue();
        }

        var (since, sizeThen) = _seen.Peek();
        var elapsed = clock.GetElapsedTime(since, now).TotalSeconds;
        var rows = report.IsCopied ? report.RowCount : Math.Max(report.RowCount, _estimatedRows ?? report.RowCount);
        return new CopyProgress(
            report.RowCount,
            report.SizeBytes,
            rows,
            report.RowCount == 0 ? 0 : (long)((double)report.SizeBytes / report.RowCount * rows),
            report.ChangedKeys,
            elapsed > 0 ? (report.SizeBytes - sizeThen) / elapsed : 0,
            heldBackBy);
    }
}
