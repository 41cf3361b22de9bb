using System.Collections.Immutable;

namespace Idp.Core.Telemetry;

/// <summary>What one client process reports at once.</summary>
/// <param name="Id">Fresh for each batch: a repeated delivery is counted once.</param>
/// <param name="CallerRegion">The region the client runs in.</param>
/// <param name="Operations">What it did, one by one, since the batch before; null when it does not tell.</param>
public sealed record TelemetryBatch(Guid Id, RegionId CallerRegion, ImmutableArray<AccessMinute> Accesses, OperationSample? Operations = null)
{
    /// <returns>The start of its minute, UTC.</returns>
    public static DateTimeOffset MinuteOf(DateTimeOffset at) => new(at.UtcTicks - (at.UtcTicks % TimeSpan.TicksPerMinute), TimeSpan.Zero);
}
