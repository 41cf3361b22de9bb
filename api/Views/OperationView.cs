using Idp.Activities.Controllers;
using Idp.Core;

namespace Idp.Api;

/// <summary>One operation of a dataset, how fresh its reads must be, and why.</summary>
/// <param name="Declared">The least that the dataset declares for it; null when it declares no consistency.</param>
/// <param name="Level">How its reads are to be served: <c>strong</c>, <c>bounded(…ms)</c>, <c>session</c> or <c>eventual</c>.</param>
/// <param name="ReadsPerDay">Exponentially weighted with a half-life of 7 days.</param>
/// <param name="WritesPerDay">Likewise.</param>
/// <param name="ForeignFreshReads">Reads of the last period so soon after another session's write that a copy might have missed it; of the objects looked at.</param>
/// <param name="OwnFreshReads">The same after a write of the own session.</param>
/// <param name="RacedReads">Reads on which their session built a write while another session's was in flight.</param>
/// <param name="ConflictingWrites">Writes so soon after another session's write.</param>
/// <param name="GainMsPerRead">Round trip that a read saves at <paramref name="Level"/> with a copy in its caller's region, in milliseconds.</param>
/// <param name="Flip">What would change the level next.</param>
public sealed record OperationView(
    DatasetId Dataset,
    string Operation,
    string? Declared,
    string Level,
    double ReadsPerDay,
    double WritesPerDay,
    long ForeignFreshReads,
    long OwnFreshReads,
    long RacedReads,
    long ConflictingWrites,
    double GainMsPerRead,
    decimal ValueUsdPerDay,
    string Reason,
    string Flip)
{
    internal static OperationView Of(OperationRecord record, DateTimeOffset asOf) => new(
        record.Decision.Dataset,
        record.Decision.Operation,
        record.Floor?.ToString(),
        record.Decision.To.ToString(),
        record.ReadsPerDay(asOf),
        record.WritesPerDay(asOf),
        record.Evidence?.ForeignFreshReads ?? 0,
        record.Evidence?.OwnFreshReads ?? 0,
        record.Evidence?.RacedReads ?? 0,
        record.Evidence?.ConflictingWrites ?? 0,
        record.Decision.GainMsPerRead,
        record.Decision.ValueUsdPerDay,
        record.Decision.Reason,
        record.Decision.Flip);
}
