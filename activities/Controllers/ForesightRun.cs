using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Idp.Activities.Sensors;
using Idp.Core;
using Idp.Core.Controllers.Foresight;
using Idp.Core.Controllers.Placement;
using Idp.Core.Forecasting;
using Idp.Core.Planning;
using Idp.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Idp.Activities.Controllers;

/// <summary>Plans the hours ahead for busy objects, from the last snapshot and the demand that has come since they were planned for.</summary>
/// <remarks>Repeating it within the hour changes nothing. What it leaves, the leads, every later snapshot takes up.</remarks>
internal sealed partial class ForesightRun(
    TelemetryStore telemetry,
    SnapshotStore snapshots,
    MemoryStore memories,
    AlertLog alerts,
    IOptions<ForesightOptions> options,
    IOptions<ForecastOptions> forecasts,
    IOptions<PlannerOptions> planning,
    IOptions<PlaneOptions> plane,
    TimeProvider clock,
    ILogger<ForesightRun> logger)
{
    /// <summary>Whose leads snapshots take up.</summary>
    public const string LeadsKey = "foresight-lead";

    private const string MemoryKey = "foresight";
    private const int BusyCaller = 100; // Operations an hour, over all objects: so many do not end within an hour by chance.
    private const int MaxSilentHours = 6; // Then nobody calls there any more.

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (!options.Value.IsEnabled || await ReadLatestAsync<CollectedSnapshot>(SnapshotKinds.Collected, cancellationToken) is not { Options: { } placement } collected)
        {
            return;
        }

        var asOf = clock.GetUtcNow();

        // An hour counts once it is over and its last minutes have been reported.
        var lastHour = (int)((await telemetry.ReportedUntilAsync(asOf, plane.Value.TelemetryPeriod, cancellationToken) - DateTimeOffset.UnixEpoch) / Hour) - 1;
        var before = await memories.RecallAsync<ForesightMemory>(MemoryKey, cancellationToken);
        var subjects = ForesightSubject.BusiestOf(collected.Placement, options.Value, before.GetValueOrDefault);
        var firstHour = subjects.Select(subject => subject.FirstNewHour(lastHour)).DefaultIfEmpty(lastHour + 1).Min();
        var (hours, perCaller) = await HoursAsync(firstHour - 1, lastHour, [.. subjects.Select(subject => subject.Object)], cancellationToken);
        if (FirstSilentHour(perCaller, firstHour, lastHour) is { } silent)
        {
            LogSilent(TimeOf(silent.Hour), silent.Caller);
            lastHour = silent.Hour - 1;
        }

        if (firstHour > lastHour)
        {
            return;
        }

        var plan = new ForesightController(
            options.Value, forecasts.Value, planning.Value, placement, placement.ToLatencyValue()).Decide(new ForesightSnapshot(
                asOf,
                lastHour,
                collected.Placement.RoundTrips,
                collected.Placement.Regions,
                subjects,
                hours,
                await ReadLatestAsync<ReadOnlyMemory<byte>>(SnapshotKinds.Profiles, cancellationToken))
            {
                Values = collected.Placement.Values,
            });
        await snapshots.SaveAsync(SnapshotKinds.Profiles, asOf, JsonSerializer.Serialize(plan.Profiles), cancellationToken);
        await memories.RememberAsync(MemoryKey, plan.Memories, memory => memory.Object, cancellationToken);
        await WriteLeadsAsync(plan, before, cancellationToken);
        await AlertAsync(plan, cancellationToken);
        LogPlanned(plan.Memories.Length, plan.Leads.Length, plan.Scores.Wape, plan.Scores.Mase);
    }

    /// <returns>The rows of some objects, and the sums of all by hour and caller.</returns>
    private async Task<(ImmutableArray<HourDemand> Hours, Dictionary<(int Hour, RegionId Caller), long> PerCaller)> HoursAsync(
        int first, int last, HashSet<ObjectId> objects, CancellationToken cancellationToken)
    {
        var hours = ImmutableArray.CreateBuilder<HourDemand>();
        var perCaller = new Dictionary<(int, RegionId), long>();
        if (first < last)
        {
            await foreach (var row in telemetry.ReadHoursAsync(TimeOf(first), TimeOf(last + 1), cancellationToken))
            {
                var hour = (int)((row.Hour - DateTimeOffset.UnixEpoch) / Hour);
                perCaller[(hour, row.CallerRegion)] = perCaller.GetValueOrDefault((hour, row.CallerRegion)) + row.Reads + row.Writes;
                if (objects.Contains(row.Object))
                {
                    hours.Add(new HourDemand(hour, row.Object, row.CallerRegion, row.Reads, row.Writes));
                }
            }
        }

        return (hours.ToImmutable(), perCaller);
    }

    // Lost telemetry looks exactly like cold data, and plans would leave at once; late telemetry can still be learned from where it belongs.
    private static (int Hour, RegionId Caller)? FirstSilentHour(Dictionary<(int Hour, RegionId Caller), long> perCaller, int first, int last)
    {
        for (var hour = Math.Max(first, last - MaxSilentHours + 1); hour <= last; hour++)
        {
            foreach (var (at, operations) in perCaller.OrderBy(entry => entry.Key.Caller.Value, StringComparer.Ordinal))
            {
                if (at.Hour == hour - 1 && operations >= BusyCaller && !perCaller.ContainsKey((hour, at.Caller)))
                {
                    return (hour, at.Caller);
                }
            }
        }

        return null;
    }

    // Of objects that were planned for anew; a lead that is not renewed runs out.
    private async Task WriteLeadsAsync(ForesightPlan plan, IReadOnlyDictionary<ObjectId, ForesightMemory> before, CancellationToken cancellationToken)
    {
        var now = plan.Leads.ToDictionary(lead => lead.Object);
        var known = await memories.ReadAllAsync(LeadsKey, cancellationToken);
        await memories.WriteAsync(
            LeadsKey,
            plan.Memories
                .Where(memory => before.GetValueOrDefault(memory.Object)?.LastHour != memory.LastHour && (now.ContainsKey(memory.Object) || known.ContainsKey(memory.Object)))
                .ToDictionary(memory => memory.Object, memory => JsonSerializer.Serialize(now.GetValueOrDefault(memory.Object))),
            cancellationToken);
    }

    // One for each dataset: single objects say little, and there are many.
    private async Task AlertAsync(ForesightPlan plan, CancellationToken cancellationToken)
    {
        var led = plan.Leads.Select(lead => lead.Object).ToHashSet();
        foreach (var group in plan.Warnings
            .Where(entry => led.Contains(entry.Object) && entry.Warning.Kind is not ForecastWarningKind.LevelJump)
            .GroupBy(entry => entry.Object.Dataset))
        {
            var first = group.First();
            await alerts.OpenAsync(
                AlertSeverity.Warning,
                "forecast",
                group.Key.Value,
                string.Create(CultureInfo.InvariantCulture, $"Forecasts of {group.Select(entry => entry.Object).Distinct().Count()} objects deserve less trust, for example {first.Object} from {first.Caller}: {Wording(first.Warning)}."),
                "Plans weigh forecasts by what they have cost and lead only while that pays, so nothing must be done at once. If it stays, ask what has changed in the application.",
                migration: null,
                clock.GetUtcNow() + TimeSpan.FromDays(1),
                cancellationToken);
        }
    }

    private static string Wording(ForecastWarning warning) => warning.Kind is ForecastWarningKind.Drift
        ? string.Create(CultureInfo.InvariantCulture, $"errors lean to one side, tracking signal {warning.Measured:0.00}, limit {warning.Limit:0.00}")
        : string.Create(CultureInfo.InvariantCulture, $"the last day's error is {warning.Measured:0%} of demand, limit {warning.Limit:0%}");

    [LoggerMessage(LogLevel.Warning, "Planning waits at {Hour}: callers in {Caller} are silent, who had been busy the hour before")]
    private partial void LogSilent(DateTimeOffset hour, RegionId caller);

    [LoggerMessage(LogLevel.Information, "Planned {Objects} objects ahead, {Led} of them led; forecasts of this hour: WAPE {Wape:0.00}, MASE {Mase:0.00}")]
    private partial void LogPlanned(int objects, int led, double? wape, double? mase);

    private async Task<T?> ReadLatestAsync<T>(string kind, CancellationToken cancellationToken) =>
        await snapshots.ReadLatestAsync(kind, cancellationToken) is { } last ? JsonSerializer.Deserialize<T>(last.Json) : default;

    private static DateTimeOffset TimeOf(int hour) => DateTimeOffset.UnixEpoch + (hour * Hour);
}
