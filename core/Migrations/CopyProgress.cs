namespace Idp.Core.Migrations;

/// <summary>How far a copy has come; written to the catalog at most once a second while it runs.</summary>
/// <param name="RowCount">Rows copied by all attempts together.</param>
/// <param name="SizeBytes">Bytes copied by all attempts together.</param>
/// <param name="EstimatedRows">Rows that the object has, by the planner's statistics or a count; 0 when unknown.</param>
/// <param name="EstimatedBytes">Bytes to copy in all, extrapolated from the rows copied so far; 0 when unknown.</param>
/// <param name="LagKeys">Keys that changed at the source and are not in the target yet, as the last step saw them.</param>
/// <param name="BytesPerSecond">Over the last few seconds.</param>
/// <param name="HeldBackBy">Why the copy is slower than it may be, in words; <see langword="null"/> when it is not.</param>
public sealed record CopyProgress(
    long RowCount, long SizeBytes, long EstimatedRows, long EstimatedBytes, long LagKeys, double BytesPerSecond, string? HeldBackBy = null)
{
    private static readonly TimeSpan MaxEta = TimeSpan.FromDays(365);

    /// <summary>Share of the bytes, from 0 to 1; <see langword="null"/> when the total is unknown.</summary>
    public double? Share => EstimatedBytes <= 0 ? null : Math.Min(1, (double)SizeBytes / EstimatedBytes);

    /// <summary>Time until all bytes are there at the present rate; <see langword="null"/> when that cannot be said.</summary>
    public TimeSpan? Eta => EstimatedBytes <= 0 || BytesPerSecond <= 0 ? null
        : TimeSpan.FromSeconds(Math.Min(MaxEta.TotalSeconds, Math.Max(0, EstimatedBytes - SizeBytes) / BytesPerSecond));
}
