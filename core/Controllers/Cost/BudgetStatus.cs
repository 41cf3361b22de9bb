using Idp.Core.Value;

namespace Idp.Core.Controllers.Cost;

/// <summary>One service's budget in this tick, and what is left of it.</summary>
/// <param name="Budget">What the operator set, split.</param>
/// <param name="RunRateUsdPerDay">What a day costs at the pace of the period.</param>
/// <param name="PerformanceLeftUsdPerDay">What may still be added for performance.</param>
/// <param name="IsNewAlert">True when the level was lower in the last run; that is when somebody is told.</param>
/// <param name="Reason">In one sentence, with the numbers compared.</param>
public sealed record BudgetStatus(
    ServiceBudget Budget, decimal RunRateUsdPerDay, decimal PerformanceLeftUsdPerDay, BudgetLevel Level, bool IsNewAlert, string Reason);
