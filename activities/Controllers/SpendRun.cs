using System.Collections.Immutable;
using System.Text.Json;
using Idp.Activities.Sensors;
using Idp.Core;
using Idp.Core.Controllers.Cost;
using Idp.Core.Controllers.Tiering;
using Idp.Core.Prices;
using Idp.Core.Value;
using Idp.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Idp.Activities.Controllers;

/// <summary>Meters the hours that have ended, and lets the cost controller judge them.</summary>
/// <remarks>Each hour is metered once, in order; an hour that nobody metered in time is, later, with the sizes and places of then.</remarks>
internal sealed partial class SpendRun(
    TelemetryStore telemetry,
    ChargeLog charges,
    LoadLog loads,
    SnapshotStore snapshots,
    AlertLog alerts,
    PriceSource prices,
    IOptions<CostOptions> options,
    IOptions<TieringOptions> tiering,
    IOptions<ValueOptions> value,
    IOptions<PlaneOptions> plane,
    TimeProvider clock,
    ILogger<SpendRun> logger)
{
    private const int MaxHoursPerTurn = 7 * 24;
    private const int MaxMovesPerHour = 10_000;
    private const int AnomalyDays = 28;
    private const int ForecastDays = 90;

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private static readonly TimeSpan Patience = TimeSpan.FromHours(1); // Without telemetry data still lies somewhere.

    public async Task RunAsync(CollectedSnapshot collected, CancellationToken cancellationToken)
    {
        var metered = await MeterAsync(collected, cancellationToken);
        if (await charges.LastHourAsync(cancellationToken) is not { } last)
        {
            return;
        }

        var before = await snapshots.ReadLatestAsync(SnapshotKinds.Spend, cancellationToken) is { } found ? JsonSerializer.Deserialize<CostPlan>(found.Json)! : null;
        var snapshot = await SnapshotAsync(collected, last + Hour, before?.Memory ?? CostMemory.None, cancellationToken);
        var plan = new CostController(options.Value, value.Value, collected.InForce.ToLatencyValue()).Decide(snapshot);

        // Alerts first: they follow the difference to the plan before, which a run that is repeated must still find.
        await AlertAsync(before, plan, cancellationToken);

        // Its lines are in the log of charges, where they are read by whoever wants them all.
        await snapshots.SaveAsync(SnapshotKinds.Spend, snapshot.AsOf, JsonSerializer.Serialize(plan with { Allocated = [] }), cancellationToken);
        LogMetered(metered, plan.Report.TotalUsd);
    }

    private async Task<int> MeterAsync(CollectedSnapshot collected, CancellationToken cancellationToken)
    {
        var end = await EndAsync(cancellationToken);
        var start = await charges.LastHourAsync(cancellationToken) is { } last ? last + Hour : end - Hour;
        ImmutableArray<HeldObject> held = [.. collected.Placement.Objects.Select(subject => new HeldObject(subject.Object, subject.Primary, subject.SizeBytes))];
        var hours = 0;
        for (; start < end && hours < MaxHoursPerTurn; start += Hour, hours++)
        {
            var moves = await charges.ListEndedMovesAsync(MaxMovesPerHour, cancellationToken);
            var hour = new MeteredHour(start, held, await telemetry.ReadUsageAsync(start, start + Hour, cancellationToken), moves);
            var meter = new SpendMeter(options.Value, value.Value, prices.Of(DateOnly.FromDateTime(start.UtcDateTime), collected.Placement.Regions), collected.InForce.AnswerBytes);
            if (!await charges.TryAppendAsync(start, meter.Measure(hour), [.. moves.Select(move => move.Migration)], cancellationToken))
            {
                break; // Another run is at it; what is left is for the next.
            }
        }

        return hours;
    }

    /// <returns>Where the last hour ends that is over and reported, or will not be.</returns>
    private async Task<DateTimeOffset> EndAsync(CancellationToken cancellationToken)
    {
        var asOf = clock.GetUtcNow();
        var reported = await telemetry.ReportedUntilAsync(asOf, plane.Value.TelemetryPeriod, cancellationToken);
        var end = reported < asOf - Patience ? asOf - Patience : reported;
        return end - TimeSpan.FromTicks(end.UtcTicks % Hour.Ticks);
    }

    private async Task<CostSnapshot> SnapshotAsync(CollectedSnapshot collected, DateTimeOffset end, CostMemory memory, CancellationToken cancellationToken)
    {
        var sums = await charges.SumAsync(end - TimeSpan.FromDays(ForecastDays), end, cancellationToken);
        var known = sums.IsEmpty ? Hour : end - sums[0].Hour;
        var period = known < Day ? known : Day;
        var day = await charges.ReadAsync(end - period, end, cancellationToken);
        var today = DateOnly.FromDateTime(end.UtcDateTime);
        var hours = options.Value.Pools.Count == 0 ? [] : await loads.ReadAsync(end - (2 * options.Value.MinMeasuredDays * Day), end, cancellationToken);
        return CostSnapshot.Empty(end, period) with
        {
            Charges = day,
            Days = [.. SpendSeries.Days(sums, end)],
            Hours = [.. SpendSeries.Hours([.. sums.Where(sum => sum.Hour >= end - TimeSpan.FromDays(AnomalyDays))], end)],
            Committed = SpendSeries.Committed(day, period),
            Tiers = prices.TiersOf(today, collected.Placement.Regions, tiering.Value),
            Storage = Holdings(collected),
            Pools = MeasuredPools.Of(options.Value, hours, collected.Placement, prices.Of(today, collected.Placement.Regions)),
            Memory = memory,
        };
    }

    // What is written lies where writing is cheap: a tier colder than hot would read the whole object back for each write.
    private ImmutableArray<StorageHolding> Holdings(CollectedSnapshot collected)
    {
        var (owners, answerBytes) = (new SpendOwners(value.Value), collected.InForce.AnswerBytes);
        return
        [
            .. collected.Placement.Objects
                .Where(subject => subject.Demand.Sum(demand => demand.WritesPerDay) < 0.1)
                .OrderByDescending(subject => subject.SizeBytes).ThenBy(subject => subject.Object.ToString(), StringComparer.Ordinal)
                .Take(options.Value.MeteredObjects)
                .Select(subject => new StorageHolding(
                    owners.Of(subject.Object.Dataset), subject.Object.ToString(), subject.Primary, StorageTier.Hot, subject.SizeBytes,
                    subject.Demand.Sum(demand => demand.ReadsPerDay), answerBytes, TimeSpan.Zero)),
        ];
    }

    private async Task AlertAsync(CostPlan? before, CostPlan plan, CancellationToken cancellationToken)
    {
        foreach (var gone in (before?.Memory.Levels ?? []).ExceptBy(plan.Memory.Levels.Select(level => level.Service), level => level.Service))
        {
            await alerts.ClearAsync("budget", gone.Service.Value, cancellationToken);
        }

        foreach (var budget in plan.Budgets)
        {
            if (budget.Level is BudgetLevel.Within)
            {
                await alerts.ClearAsync("budget", budget.Budget.Service.Value, cancellationToken);
                continue;
            }

            await alerts.OpenAsync(
                budget.Level is BudgetLevel.Page ? AlertSeverity.Critical : AlertSeverity.Warning,
                "budget",
                budget.Budget.Service.Value,
                $"{budget.Reason}.",
                $"'idp spend' shows on what, and what would save; Value:Services:{budget.Budget.Service}:BudgetUsdPerDay sets another budget.",
                migration: null,
                expiresAt: null,
                cancellationToken);
        }

        foreach (var over in (before?.Memory.Anomalies ?? []).Except(plan.Memory.Anomalies))
        {
            await alerts.ClearAsync("spend", $"{over.Service} {over.Kind}", cancellationToken);
        }

        foreach (var anomaly in plan.Anomalies)
        {
            await alerts.OpenAsync(
                AlertSeverity.Warning,
                "spend",
                $"{anomaly.Service} {anomaly.Kind}",
                $"{anomaly.Reason}.",
                "'idp spend' shows the dearest objects; 'idp get migrations' whether moves are the cause.",
                migration: null,
                expiresAt: null,
                cancellationToken);
        }
    }

    [LoggerMessage(LogLevel.Information, "Metered {Hours} hours; the last day cost ${Usd}")]
    private partial void LogMetered(int hours, decimal usd);
}
