using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Idp.Activities;
using Idp.Advise.Fleets;
using Idp.Advise.Traces;
using Idp.Cli.Planes;
using Idp.Core;
using Idp.Core.Planning;
using Idp.Policies;
using Idp.Policies.Intents;
using Idp.Simulation;
using Idp.Storage;
using Idp.Storage.Regions;
using Microsoft.Extensions.Options;

namespace Idp.Cli.Advise;

/// <summary>The running plane's own telemetry, placements, datasets and policies as a log.</summary>
internal sealed class TelemetryLog(CommandContext context, Plane plane, LogLoader loader)
{
    private const int PageSize = 10_000;

    /// <exception cref="CliException">Nothing was recorded yet.</exception>
    public async Task<LoadedLog> LoadAsync(CancellationToken cancellationToken)
    {
        var telemetry = plane.Get<TelemetryStore>();
        var newest = await telemetry.NewestAsync(cancellationToken)
            ?? throw CliException.NotFound("The plane has no telemetry yet; applications report it through the client library.");
        var (market, home) = loader.Restrict(PlaneMarket());
        ImmutableArray<RegionId> regions = [.. market.Regions.Select(region => region.Id)];
        var settings = LogArguments.SettingsOf(context, regions);
        var to = newest.AddMinutes(1);
        var log = await new HourlyTraceReader(settings).ReadAsync(RowsAsync(telemetry, to.AddDays(-settings.Days), to, cancellationToken), "the plane's telemetry", cancellationToken);
        var known = await ObjectsAsync(cancellationToken);
        log = log with
        {
            Objects = [.. log.Objects.Select(entry => known.TryGetValue(entry.Name, out var record)
                ? entry with { SizeBytes = record.SizeBytes > 0 ? record.SizeBytes : null, Home = regions.Contains(record.Placement.Primary) ? record.Placement.Primary : null }
                : entry)],
        };
        return new LoadedLog(log, market, LogArguments.AssumptionsOf(context), await RulesAsync(regions, to, cancellationToken), home, ["Prices, round trips, sizes and present regions are those of the running plane."]);
    }

    private Market PlaneMarket()
    {
        var roundTrips = plane.Get<RoundTrips>();
        var own = plane.Get<RegionStores>().Endpoints.ToImmutableDictionary(endpoint => endpoint.Region.Id, endpoint => endpoint.Region);
        var list = loader.GivenPrices() ?? SampleData.Prices().At(DateOnly.MaxValue);
        var given = context.Value(LogArguments.Prices) is not null;

        // Callers may be where no store is; such a region can get one in a what-if if somebody knows its prices.
        ImmutableArray<Region> regions =
        [
            .. roundTrips.Regions
                .Where(region => own.ContainsKey(region) || list.Find(region, Core.Prices.PriceItem.Storage(StorageTier.Hot)) is not null)
                .Select(region => own.TryGetValue(region, out var mine) && !given ? mine : new Region(region, string.Empty, list.RegionPrices(region))),
        ];
        return new Market(regions, roundTrips, SiteSet.Of([.. regions.Index().Where(region => own.ContainsKey(region.Item.Id)).Select(region => region.Index)]));
    }

    private static async IAsyncEnumerable<HourlyDemand> RowsAsync(TelemetryStore telemetry, DateTimeOffset from, DateTimeOffset to, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var row in telemetry.ReadHoursAsync(from, to, cancellationToken))
        {
            yield return new HourlyDemand(row.Hour, row.Object.ToString(), row.CallerRegion.Value, row.Reads, row.Writes);
        }
    }

    private async Task<Dictionary<string, ObjectRecord>> ObjectsAsync(CancellationToken cancellationToken)
    {
        var known = new Dictionary<string, ObjectRecord>(StringComparer.Ordinal);
        string? after = null;
        while (true)
        {
            var page = await plane.Get<Catalog>().ListObjectsAsync(dataset: null, PageSize, after, cancellationToken);
            foreach (var record in page)
            {
                known[record.Placement.Object.ToString()] = record;
            }

            if (page.Length < PageSize)
            {
                return known;
            }

            after = page[^1].Placement.Object.ToString();
        }
    }

    private async Task<Rules> RulesAsync(ImmutableArray<RegionId> regions, DateTimeOffset asOf, CancellationToken cancellationToken)
    {
        if (context.Value(LogArguments.Intents) is not null)
        {
            return new RuleFiles(context).Read(regions) with { AsOf = asOf };
        }

        var datasets = await plane.Get<Catalog>().ListDatasetsAsync(cancellationToken);
        var intents = datasets.Select(dataset => DataObjectParser.Parse(dataset.Name.Value, dataset.Document, regions).DataObject).OfType<DataObject>();
        return new Rules(
            intents.ToImmutableSortedDictionary(intent => intent.Name.Value, intent => intent, StringComparer.Ordinal),
            PolicyFiles.Load(plane.Get<IOptions<PlaneOptions>>().Value, plane.Get<RegionStores>()).Snapshot,
            asOf);
    }
}
