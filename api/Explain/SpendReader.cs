using System.Collections.Immutable;
using System.Text.Json;
using Idp.Activities.Sensors;
using Idp.Core.Controllers.Cost;
using Idp.Storage;
using Microsoft.Extensions.Options;

namespace Idp.Api;

/// <summary>What data costs: the last loop's account, and every metered line of a time.</summary>
public sealed class SpendReader(SnapshotStore snapshots, ChargeLog charges, IOptions<CostOptions> options, TimeProvider clock)
{
    /// <summary>Longest export, in days: a quarter.</summary>
    public const int MaxExportDays = 92;

    /// <param name="limit">Most objects and suggestions to tell, the dearest and the best first.</param>
    public async Task<Answer<SpendView>> ReadAsync(int limit, CancellationToken cancellationToken)
    {
        if (await snapshots.ReadLatestAsync(SnapshotKinds.Spend, cancellationToken) is not { } last)
        {
            return new Refusal(RefusalKind.NotFound, "No hour has been metered yet. The strategic loop does once an hour while a worker runs (idp status).");
        }

        var plan = JsonSerializer.Deserialize<CostPlan>(last.Json)!;
        return Answer.Of(new SpendView(
            last.AsOf,
            plan.Report with { ByObject = [.. plan.Report.ByObject.Take(limit)] },
            plan.Budgets,
            plan.Forecasts,
            plan.Anomalies,
            [.. plan.Suggestions.Take(limit)]));
    }

    /// <summary>Writes the metered lines of some UTC days as FOCUS 1.2 CSV.</summary>
    /// <param name="from">The first day; null for the first of this month.</param>
    /// <param name="to">The day after the last; null for up to now.</param>
    /// <returns>How many lines.</returns>
    public async Task<Answer<FocusWritten>> ExportAsync(DateOnly? from, DateOnly? to, TextWriter csv, CancellationToken cancellationToken)
    {
        var today = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
        var first = from ?? new DateOnly(today.Year, today.Month, 1);
        var end = to ?? today.AddDays(1);
        if (end <= first || end.DayNumber - first.DayNumber > MaxExportDays)
        {
            return new Refusal(
                RefusalKind.Invalid,
                $"From {first:yyyy-MM-dd} to before {end:yyyy-MM-dd} are {end.DayNumber - first.DayNumber} days; expected 1 to {MaxExportDays}.");
        }

        var lines = await charges.ReadAsync(Start(first), Start(end), cancellationToken);
        var allocated = CostController.Allocate(lines);
        FocusExport.Write(csv, allocated, new FocusAccount(options.Value.BillingAccount, options.Value.BillingAccount, options.Value.Provider, options.Value.Provider));
        return Answer.Of(new FocusWritten(first, end, allocated.Length, allocated.Sum(line => line.CostUsd)));
    }

    private static DateTimeOffset Start(DateOnly day) => new(day, TimeOnly.MinValue, TimeSpan.Zero);
}

/// <param name="AsOf">Where the last metered hour ends.</param>
/// <param name="Report">Of the 24 hours before.</param>
public sealed record SpendView(
    DateTimeOffset AsOf,
    SpendReport Report,
    ImmutableArray<BudgetStatus> Budgets,
    ImmutableArray<MonthForecast> Forecasts,
    ImmutableArray<SpendAnomaly> Anomalies,
    ImmutableArray<Suggestion> Suggestions);

/// <param name="From">The first day.</param>
/// <param name="To">The day after the last.</param>
public sealed record FocusWritten(DateOnly From, DateOnly To, int Lines, decimal TotalUsd);
