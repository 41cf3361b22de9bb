using System.Collections.Immutable;

namespace Idp.Core.Sharding;

/// <summary>What scarcity costs: the Lagrangian multipliers of capacities and budget.</summary>
/// <param name="StorageUsdPerGbDay">By region, on top of the list price; 0 where room is left.</param>
/// <param name="OperationUsd">By region, for one operation served; 0 where room is left.</param>
/// <param name="BudgetMarkup">Each dollar of infrastructure is weighed as 1 + this; 0 when the budget is not spent.</param>
public sealed record ScarcityPrices(ImmutableArray<double> StorageUsdPerGbDay, ImmutableArray<double> OperationUsd, double BudgetMarkup)
{
    internal static ScarcityPrices Of(double[] byLimit)
    {
        var regions = byLimit.Length / 2;
        return new ScarcityPrices([.. byLimit.AsSpan(0, regions)], [.. byLimit.AsSpan(regions, regions)], byLimit[^1]);
    }

    internal double[] ByLimit() => [.. StorageUsdPerGbDay, .. OperationUsd, BudgetMarkup];
}
