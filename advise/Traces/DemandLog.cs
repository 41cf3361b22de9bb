using System.Collections.Immutable;
using Idp.Core;

namespace Idp.Advise.Traces;

/// <summary>An access log as hourly demand of each object by the caller's region.</summary>
/// <param name="From">Midnight, UTC, of the first day.</param>
/// <param name="Hours">Until the end of the last hour with an access.</param>
/// <param name="Regions">Those of the round trips, in their order; callers of some may be missing.</param>
/// <param name="Objects">Most operations first, then by name.</param>
public sealed record DemandLog(
    DateTimeOffset From, int Hours, ImmutableArray<RegionId> Regions, ImmutableArray<LoggedObject> Objects, TraceSummary Summary)
{
    /// <value>Reads and writes of all objects.</value>
    public double Operations { get; } = Objects.Sum(entry => entry.Operations);
}
