using System.Collections.Immutable;
using System.Text.Json;
using Idp.Core;
using Idp.Activities.Controllers;
using Idp.Core.Controllers.Compliance;
using Idp.Core.Controllers.Placement;
using Idp.Core.Value;
using Idp.Storage;
using Idp.Workflows.Contracts;
using Microsoft.Extensions.Options;

namespace Idp.Activities.Sensors;

/// <summary>Reads everything that one tick decides from, once, and stores it.</summary>
internal sealed class SnapshotSensor(
    Catalog catalog,
    TelemetryStore telemetry,
    SnapshotStore snapshots,
    MemoryStore memories,
    MigrationLog migrations,
    PolicyGate gate,
    RoundTrips roundTrips,
    IOptions<PlacementOptions> placement,
    IOptions<ComplianceOptions> compliance,
    IOptions<ValueOptions> value,
    IOptions<PlaneOptions> options,
    TimeProvider clock)
{
    private const int PageRows = 10_000;

    public async Task<CollectResult> CollectAsync(CancellationToken cancellationToken)
    {
        var asOf = clock.GetUtcNow();
        var newest = await telemetry.NewestAsync(cancellationToken);
        var demand = (await telemetry.ReadDemandAsync(asOf, placement.Value.HalfLife, cancellationToken)).ToLookup(row => row.Object);
        var before = await LastTotalsAsync(cancellationToken);
        var memory = await memories.ReadAllAsync("placement", cancellationToken);
        var leads = await LeadsAsync(asOf, cancellationToken);
        var changing = (await migrations.ListMovingAsync(cancellationToken)).ToHashSet();
        var regions = await catalog.ListRegionsAsync(cancellationToken);
        var ids = regions.Select(region => region.Id).ToImmutableArray();
        var drains = await catalog.ListDrainsAsync(cancellationToken);

        var subjects = ImmutableArray.CreateBuilder<PlacementSubject>();
        var standing = ImmutableArray.CreateBuilder<StandingBan>();
        foreach (var dataset in await catalog.ListDatasetsAsync(cancellationToken))
        {
            for (string? after = null; ;)
            {
                var page = await catalog.ListObjectsAsync(dataset.Name, PageRows, after, cancellationToken);
                standing.AddRange(page.SelectMany(record => gate.Bans(dataset, record.Placement.Object, record.Placement.Primary)));
                subjects.AddRange(page.Select(record => new PlacementSubject(
                    record.Placement.Object,
                    record.Placement.Primary,
                    record.SizeBytes,
                    [
                        .. demand[record.Placement.Object].Select(row => new RegionDemand(
                            row.Caller,
                            row.ReadsPerDay,
                            row.WritesPerDay,
                            Math.Max(0, row.Operations - before.GetValueOrDefault((row.Object, row.Caller))))),
                    ],
                    [
                        .. gate.Allowed(dataset, record.Placement.Object, record.Placement.Primary, ids).Excluded
                            .Select(excluded => new RegionExclusion(excluded.Region, string.Join("; ", excluded.Denials.Select(denial => denial.Reason)))),

                        // Nothing new goes there; what is there is left to the evacuation.
                        .. drains.Where(drain => drain.Region != record.Placement.Primary).Select(drain => new RegionExclusion(drain.Region, drain.Because)),
                    ],
                    changing.Contains(record.Placement.Object),
                    memory.TryGetValue(record.Placement.Object, out var text) ? JsonSerializer.Deserialize<PlacementMemory>(text) : null)
                {
                    PlacementVersion = record.Placement.PlacementVersion,
                    Lead = leads.GetValueOrDefault(record.Placement.Object),
                }));
                if (page.Length < PageRows)
                {
                    break;
                }

                after = page[^1].Placement.Object.Key;
            }
        }

        var snapshot = new CollectedSnapshot(
            new PlacementSnapshot(
                asOf,
                newest is { } latest && latest < asOf ? asOf - latest : TimeSpan.Zero,
                options.Value.TelemetryPeriod,
                roundTrips,
                regions,
                subjects.ToImmutable())
            {
                Values = value.Value.Services.Count == 0 ? []
                    : DatasetValue.Of(value.Value, await OperationsAsync(demand, asOf, cancellationToken), placement.Value.RevenueUsdPerOperation),
            },
            [.. demand.SelectMany(rows => rows).Select(row => new OperationTotal(row.Object, row.Caller, row.Operations))],
            placement.Value,
            new ComplianceFacts(gate.Revision, standing.ToImmutable(), await LastOpenAsync(cancellationToken), compliance.Value));
        var id = await snapshots.SaveAsync(SnapshotKinds.Collected, asOf, JsonSerializer.Serialize(snapshot), cancellationToken);
        return new CollectResult(id, asOf, subjects.Count);
    }

    // Weighted counts of a young installation are low, as if all before it had been empty; they are divided by the share that it can have seen.
    private async Task<Dictionary<DatasetId, double>> OperationsAsync(ILookup<ObjectId, DemandRow> demand, DateTimeOffset asOf, CancellationToken cancellationToken)
    {
        var oldest = await telemetry.OldestAsync(cancellationToken) ?? asOf;
        var age = TimeSpan.FromTicks(Math.Max((asOf - oldest).Ticks, TimeSpan.TicksPerHour));
        var seen = 1 - Math.Pow(0.5, age / placement.Value.HalfLife);
        return demand
            .GroupBy(rows => rows.Key.Dataset)
            .ToDictionary(dataset => dataset.Key, dataset => dataset.Sum(rows => rows.Sum(row => row.ReadsPerDay + row.WritesPerDay)) / seen);
    }

    private async Task<Dictionary<ObjectId, PlannedLead>> LeadsAsync(DateTimeOffset asOf, CancellationToken cancellationToken) =>
        (await memories.ReadAllAsync(ForesightRun.LeadsKey, cancellationToken)).Values
            .Select(text => JsonSerializer.Deserialize<PlannedLead?>(text))
            .Where(lead => lead is not null && asOf - lead.PlannedAt < PlannedLead.Lifetime)
            .ToDictionary(lead => lead!.Object, lead => lead!);

    private async Task<ImmutableArray<ViolationMemory>> LastOpenAsync(CancellationToken cancellationToken) =>
        await snapshots.ReadLatestAsync(SnapshotKinds.Compliance, cancellationToken) is { } last
            ? JsonSerializer.Deserialize<ComplianceFindings>(last.Json)!.Open
            : [];

    // Counted by difference, so that readings which arrive late still count once.
    private async Task<Dictionary<(ObjectId, RegionId), long>> LastTotalsAsync(CancellationToken cancellationToken)
    {
        var last = await snapshots.ReadLatestAsync(SnapshotKinds.Collected, cancellationToken);
        return last is { } found
            ? JsonSerializer.Deserialize<CollectedSnapshot>(found.Json)!.Totals.ToDictionary(total => (total.Object, total.Caller), total => total.Operations)
            : [];
    }
}
