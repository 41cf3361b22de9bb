using System.Collections.Immutable;
using System.Globalization;
using Idp.Core.Value;

namespace Idp.Core.Controllers.Cost;

/// <summary>Compares each service's pace with its budget.</summary>
internal sealed class BudgetKeeper(CostOptions options, ValueOptions value)
{
    public ImmutableArray<BudgetStatus> Keep(CostSnapshot snapshot, ImmutableArray<AllocatedCharge> allocated)
    {
        var days = (decimal)snapshot.Period.TotalDays;
        var spent = allocated.Where(charge => charge.Service is not null).GroupBy(charge => charge.Service!.Value)
            .ToDictionary(group => group.Key, group => group.Sum(charge => charge.CostUsd) / days);
        var committed = snapshot.Committed.ToDictionary(entry => entry.Service, entry => entry.UsdPerDay);
        var before = snapshot.Memory.Levels.ToDictionary(entry => entry.Service, entry => entry.Level);
        return
        [
            .. value.Services.Keys.Select(name => ServiceId.Parse(name)).Concat(spent.Keys).Distinct()
                .OrderBy(service => service.Value, StringComparer.Ordinal)
                .Select(service => Status(
                    service, spent.GetValueOrDefault(service), committed.GetValueOrDefault(service), before.GetValueOrDefault(service))),
        ];
    }

    private BudgetStatus Status(ServiceId service, decimal runRate, decimal committed, BudgetLevel before)
    {
        var limit = value.Services.GetValueOrDefault(service.Value)?.BudgetUsdPerDay ?? 0;
        var budget = ServiceBudget.Split(service, limit, committed, value.PerformanceShare);
        var level = LevelOf(runRate, limit, before);
        var left = level >= BudgetLevel.Over ? 0 : Math.Max(0, budget.PerformanceUsdPerDay - Math.Max(0, runRate - committed));
        var share = limit > 0 ? runRate / limit * 100 : 0;
        return new BudgetStatus(
            budget, decimal.Round(runRate, 2), decimal.Round(left, 2), level, level > before,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{service} spends ${runRate:#,##0.00}/day of ${limit:#,##0.00} ({share:0} %, {Word(level)}); ${left:#,##0.00}/day are left for performance"));
    }

    private BudgetLevel LevelOf(decimal runRate, decimal limit, BudgetLevel before) => runRate switch
    {
        0 => BudgetLevel.Within,
        _ when limit == 0 => BudgetLevel.Within, // Nobody has set one.
        _ when runRate > limit * options.PageAbove => BudgetLevel.Page,
        _ when runRate > limit => BudgetLevel.Over,
        _ when runRate >= limit * options.AlertThreshold => BudgetLevel.Near,

        // Between the two shares a report stands, at the lowest level that it may have.
        _ when before >= BudgetLevel.Near && runRate >= limit * options.ClearBelow => BudgetLevel.Near,
        _ => BudgetLevel.Within,
    };

    private string Word(BudgetLevel level) => level switch
    {
        BudgetLevel.Within => "within",
        BudgetLevel.Near => string.Create(CultureInfo.InvariantCulture, $"alert at {options.AlertThreshold * 100:0} %"),
        BudgetLevel.Over => "over budget",
        _ => string.Create(CultureInfo.InvariantCulture, $"page above {options.PageAbove * 100:0} %"),
    };
}
