using System.Collections.Immutable;

namespace Idp.Core.Sharding;

/// <summary>What a placement of a whole fleet costs and uses.</summary>
/// <param name="LatencyUsdPerDay">Revenue lost to waiting.</param>
/// <param name="InfrastructureUsdPerDay">Storage, egress and operations.</param>
/// <param name="MoveUsdPerDay">New copies, spread over the days they must repay in.</param>
/// <param name="UsedBytes">By region.</param>
/// <param name="UsedOperationsPerDay">By region.</param>
public sealed record FleetCosts(
    decimal LatencyUsdPerDay,
    decimal InfrastructureUsdPerDay,
    decimal MoveUsdPerDay,
    ImmutableArray<double> UsedBytes,
    ImmutableArray<double> UsedOperationsPerDay)
{
    public decimal CostUsdPerDay => LatencyUsdPerDay + InfrastructureUsdPerDay + MoveUsdPerDay;
}
