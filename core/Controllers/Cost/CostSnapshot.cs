using System.Collections.Immutable;
using Idp.Core.Controllers.Tiering;

namespace Idp.Core.Controllers.Cost;

/// <summary>Everything one run of the cost controller knows.</summary>
/// <param name="AsOf">The time of the run.</param>
/// <param name="Period">The time that <paramref name="Charges"/> cover; above 0.</param>
/// <param name="Weights">What each object used of its region's shared resources in that time.</param>
/// <param name="Days">Complete days of each service, for the forecast.</param>
/// <param name="Hours">Complete hours of each service and kind, for anomalies; four weeks are enough.</param>
/// <param name="Committed">Services left out have nothing committed.</param>
/// <param name="Tiers">Prices of storage, by region.</param>
public sealed record CostSnapshot(
    DateTimeOffset AsOf,
    TimeSpan Period,
    ImmutableArray<Charge> Charges,
    ImmutableArray<UsageWeight> Weights,
    ImmutableArray<DatasetService> Services,
    ImmutableArray<DailySpend> Days,
    ImmutableArray<HourlySpend> Hours,
    ImmutableArray<CommittedSpend> Committed,
    ImmutableArray<RegionTiers> Tiers,
    ImmutableArray<StorageHolding> Storage,
    ImmutableArray<ComputePool> Pools,
    ImmutableArray<ReplicaHolding> Replicas,
    CostMemory Memory)
{
    /// <summary>A snapshot that knows nothing yet.</summary>
    public static CostSnapshot Empty(DateTimeOffset asOf, TimeSpan period) => new(asOf, period, [], [], [], [], [], [], [], [], [], [], CostMemory.None);
}
