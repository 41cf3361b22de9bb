using System.Collections.Immutable;
using System.Globalization;

namespace Idp.Core.Value;

/// <summary>Spends a service's performance budget where a dollar returns most.</summary>
public static class Funding
{
    /// <summary>Greedy by return: best ROI first, then the larger net value, then the order given.</summary>
    /// <returns>One decision a statement, in the order they were paid for or refused.</returns>
    public static ImmutableArray<FundingDecision> Spend(ServiceBudget budget, IReadOnlyList<ValueStatement> statements)
    {
        var left = budget.PerformanceUsdPerDay;
        var decisions = ImmutableArray.CreateBuilder<FundingDecision>(statements.Count);
        foreach (var (index, statement) in statements.Index()
            .OrderByDescending(entry => entry.Item.Roi ?? decimal.MaxValue)
            .ThenByDescending(entry => entry.Item.NetUsdPerDay))
        {
            var needed = Math.Max(0, statement.InfrastructureUsdPerDay + statement.OverheadUsdPerDay);
            var why = statement.WhyNot ?? (needed > left
                ? string.Create(CultureInfo.InvariantCulture, $"it needs ${needed:#,##0.00}/day, ${left:#,##0.00}/day of the performance budget are left")
                : null);
            left -= why is null ? needed : 0;
            decisions.Add(new FundingDecision(index, statement, why));
        }

        return decisions.ToImmutable();
    }
}
