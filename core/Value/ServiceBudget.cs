using System.Globalization;

namespace Idp.Core.Value;

/// <summary>What one service may spend, in US dollars per day, to the cent.</summary>
/// <param name="BudgetUsdPerDay">What the operator has set.</param>
/// <param name="CommittedUsdPerDay">What has to be spent: primaries, the durability minimum, what compliance asks for.</param>
/// <param name="PerformanceUsdPerDay">Free for being faster.</param>
/// <param name="SavingUsdPerDay">Free for one-off costs that save.</param>
public sealed record ServiceBudget(
    ServiceId Service,
    decimal BudgetUsdPerDay,
    decimal CommittedUsdPerDay,
    decimal PerformanceUsdPerDay,
    decimal SavingUsdPerDay)
{
    /// <value>What is left of the budget; never negative.</value>
    public decimal DiscretionaryUsdPerDay => PerformanceUsdPerDay + SavingUsdPerDay;

    /// <summary>Splits what is left after the committed part.</summary>
    /// <param name="performanceShare">From 0 to 1; saving gets the rest, so that no cent is lost.</param>
    public static ServiceBudget Split(ServiceId service, decimal budgetUsdPerDay, decimal committedUsdPerDay, decimal performanceShare)
    {
        var free = Math.Max(0, Cents(budgetUsdPerDay - committedUsdPerDay));
        var performance = Cents(free * performanceShare);
        return new ServiceBudget(service, budgetUsdPerDay, committedUsdPerDay, performance, free - performance);
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Service}: ${BudgetUsdPerDay:#,##0.00}/day less ${CommittedUsdPerDay:#,##0.00} committed leaves ${PerformanceUsdPerDay:#,##0.00} for performance and ${SavingUsdPerDay:#,##0.00} for saving");

    private static decimal Cents(decimal amount) => decimal.Round(amount, 2, MidpointRounding.ToZero);
}
