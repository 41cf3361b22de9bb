namespace Idp.Core.Telemetry;

/// <summary>What callers of one region did to one object during one minute.</summary>
/// <param name="Minute">Start of the minute, UTC.</param>
/// <param name="ServedBy">The region whose store answered.</param>
/// <param name="Reads">Operations that read.</param>
/// <param name="Writes">Operations that wrote.</param>
/// <param name="Errors">Operations that failed for good, after retries.</param>
/// <param name="Latency">Of all successful operations, in milliseconds as the caller saw them.</param>
public sealed record AccessMinute(
    DateTimeOffset Minute,
    ObjectId Object,
    RegionId ServedBy,
    long Reads,
    long Writes,
    long Errors,
    LatencySketch Latency);
