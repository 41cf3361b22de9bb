using System.Collections.Immutable;

namespace Idp.Core.Telemetry;

/// <summary>What one client process reports at once.</summary>
/// <param name="Id">Fresh for each batch: a repeated delivery is counted once.</param>
/// <param name="CallerRegion">The region the client runs in.</param>
public sealed record TelemetryBatch(Guid Id, RegionId CallerRegion, ImmutableArray<AccessMinute> Accesses);
