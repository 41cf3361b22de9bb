using System.Collections.Immutable;

namespace Idp.Core.Controllers.Cost;

/// <summary>One run's account of the money, and what to remember for the next.</summary>
/// <param name="Allocated">Every charge with its owner; sums exactly to the charges.</param>
/// <param name="Forecasts">By service, in the order of <see cref="CostSnapshot.Days"/>; services with less than two weeks are left out.</param>
/// <param name="Anomalies">Dearest first.</param>
/// <param name="Suggestions">Best first.</param>
/// <param name="Budgets">Every service that has a budget or has spent, in the order of names.</param>
public sealed record CostPlan(
    ImmutableArray<AllocatedCharge> Allocated,
    SpendReport Report,
    ImmutableArray<MonthForecast> Forecasts,
    ImmutableArray<SpendAnomaly> Anomalies,
    ImmutableArray<Suggestion> Suggestions,
    ImmutableArray<BudgetStatus> Budgets,
    CostMemory Memory);
