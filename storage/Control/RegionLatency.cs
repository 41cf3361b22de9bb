using Idp.Core;
using Idp.Core.Telemetry;

namespace Idp.Storage;

/// <summary>What callers of one region experienced.</summary>
/// <param name="Latency">Of successful operations, in milliseconds as the callers saw them.</param>
/// <param name="Operations">Reads and writes.</param>
public sealed record RegionLatency(RegionId Caller, LatencySketch Latency, long Operations);
