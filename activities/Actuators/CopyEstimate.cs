using System.Globalization;
using Idp.Core.Migrations;
using Idp.Storage.Regions;

namespace Idp.Activities.Actuators;

/// <summary>Turns steps of a copy into progress: totals by what the catalog measured last, the rate over the last seconds.</summary>
internal sealed class CopyEstimate(long expectedRows, TimeProvider clock)
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(5);

    private readonly Queue<(long At, long Bytes)> _recent = new();

    public CopyProgress After(CopyReport report)
    {
        var now = clock.GetTimestamp();
        _recent.Enqueue((now, report.SizeBytes));
        while (_recent.Count > 2 && clock.GetElapsedTime(_recent.Peek().At, now) > Window)
        {
            _recent.Dequeue();
        }

        var (since, before) = _recent.Peek();
        var seconds = clock.GetElapsedTime(since, now).TotalSeconds;
        var rows = report.IsCopied ? report.RowCount : Math.Max(expectedRows, report.RowCount);
        return new CopyProgress(
            report.RowCount,
            report.SizeBytes,
            rows,
            report.RowCount == 0 ? 0 : (long)((double)report.SizeBytes / report.RowCount * rows),
            report.ChangedKeys,
            seconds > 0 ? (report.SizeBytes - before) / seconds : 0);
    }

    /// <summary>A digest as 128 bits.</summary>
    public static string Checksum(RowsDigest digest) =>
        $"{Low64(digest.Sum1).ToString("x16", CultureInfo.InvariantCulture)}{Low64(digest.Sum2).ToString("x16", CultureInfo.InvariantCulture)}";

    private static ulong Low64(decimal sum)
    {
        var rest = sum % (ulong.MaxValue + 1m);
        return (ulong)(rest < 0 ? rest + ulong.MaxValue + 1m : rest);
    }
}
