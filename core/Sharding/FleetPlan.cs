using System.Collections.Immutable;

namespace Idp.Core.Sharding;

/// <summary>Where every object should be, what that costs, and how far from the optimum it can be at most.</summary>
/// <param name="Sites">By object: bit <c>r</c> is set where it should be; 0 for an object in <paramref name="Unplaceable"/>.</param>
/// <param name="Primaries">By object: index of the region its writes go to; 0 where unplaceable.</param>
/// <param name="LatencyUsdPerDay">Revenue lost to waiting.</param>
/// <param name="InfrastructureUsdPerDay">Storage, egress and operations; what the budget limits.</param>
/// <param name="MoveUsdPerDay">New copies, spread over the days they must repay in.</param>
/// <param name="BoundUsdPerDay">No plan within the limits costs less: certified for each plan anew.</param>
/// <param name="Gap">(cost − bound) ÷ bound, 0 or more; null when limits are violated.</param>
/// <param name="IsOptimal">True when the gap is within <see cref="SolverOptions.ExactGap"/>.</param>
/// <param name="IsProvenInfeasible">True when the bound exceeds what any plan can cost: no plan keeps the limits.</param>
/// <param name="Prices">What scarcity costs; start the next solution from them.</param>
/// <param name="UsedBytes">By region.</param>
/// <param name="UsedOperationsPerDay">By region.</param>
/// <param name="Violations">Limits that could not be kept, with use and limit; empty for a feasible plan.</param>
/// <param name="Unplaceable">Objects for which compliance leaves fewer sites than durability asks for, ascending.</param>
public sealed record FleetPlan(
    ImmutableArray<ushort> Sites,
    ImmutableArray<byte> Primaries,
    decimal LatencyUsdPerDay,
    decimal InfrastructureUsdPerDay,
    decimal MoveUsdPerDay,
    decimal BoundUsdPerDay,
    double? Gap,
    bool IsOptimal,
    bool IsProvenInfeasible,
    ScarcityPrices Prices,
    ImmutableArray<double> UsedBytes,
    ImmutableArray<double> UsedOperationsPerDay,
    ImmutableArray<string> Violations,
    ImmutableArray<int> Unplaceable,
    SolverEffort Effort)
{
    public decimal CostUsdPerDay => LatencyUsdPerDay + InfrastructureUsdPerDay + MoveUsdPerDay;

    public bool IsFeasible => Violations.IsEmpty;
}
