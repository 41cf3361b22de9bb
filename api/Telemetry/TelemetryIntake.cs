using System.Collections.Concurrent;
using System.Collections.Frozen;
using Idp.Core;
using Idp.Core.Telemetry;
using Idp.Storage;
using Idp.Storage.Regions;

namespace Idp.Api.Telemetry;

/// <summary>Stores what clients report, and makes objects of keys that nobody has seen.</summary>
internal sealed class TelemetryIntake(TelemetryStore store, Catalog catalog, RegionStores stores, RoundTrips roundTrips, TimeProvider clock)
{
    // About 100 bytes each. Forgetting all of them costs one index probe a key, once.
    private const int MaxKnown = 1_000_000;

    // A minute of one client. Sums over weeks of all of them stay below what bigint holds.
    private const long MaxCount = 1_000_000_000;

    // What is newest tells how far telemetry reaches: one clock that is far ahead would speak for all.
    private static readonly TimeSpan MaxAhead = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan DatasetsTime = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<ObjectId, bool> _known = new();
    private readonly FrozenSet<RegionId> _callers = roundTrips.Regions.ToFrozenSet();
    private readonly FrozenSet<RegionId> _served = stores.Endpoints.Select(endpoint => endpoint.Region.Id).ToFrozenSet();
    private KnownDatasets? _datasets;

    /// <summary>Stores a batch; delivered again, it counts once.</summary>
    /// <returns>Why it was not stored; null when it was.</returns>
    public async Task<Refusal?> AcceptAsync(TelemetryBatch batch, CancellationToken cancellationToken)
    {
        if (Check(batch) is { } wrong)
        {
            return new Refusal(RefusalKind.Invalid, wrong);
        }

        await store.AppendAsync(batch, cancellationToken);
        await RegisterAsync(batch, cancellationToken); // Also for a repeated batch: the first delivery may have died here.
        return null;
    }

    private string? Check(TelemetryBatch batch)
    {
        if (batch.Accesses.IsDefault || batch.Accesses.Length > TelemetryStore.MaxBatchRows)
        {
            return $"A batch has 0 to {TelemetryStore.MaxBatchRows} accesses; send more in batches with ids of their own.";
        }

        if (!_callers.Contains(batch.CallerRegion))
        {
            return $"callerRegion '{batch.CallerRegion}' has no known round trips; known are {string.Join(", ", roundTrips.Regions)}.";
        }

        var now = clock.GetUtcNow();
        foreach (var access in batch.Accesses)
        {
            if (access is null)
            {
                return "An entry of accesses is null.";
            }

            if (access.Object == default || !_served.Contains(access.ServedBy))
            {
                return $"servedBy '{access.ServedBy}' of '{access.Object}' is not a configured region.";
            }

            if (!IsCount(access.Reads) || !IsCount(access.Writes) || !IsCount(access.Errors))
            {
                return $"An access of {access.Object} counts {access.Reads} reads, {access.Writes} writes, {access.Errors} errors; each may be 0 to {MaxCount}.";
            }

            if (access.Minute > now + MaxAhead)
            {
                return $"An access of {access.Object} is of {access.Minute:O}, and it is {now:O} here; set the client's clock.";
            }
        }

        return batch.Operations is { } operations ? Check(operations, now + MaxAhead) : null;
    }

    private static bool IsCount(long count) => count is >= 0 and <= MaxCount;

    private static string? Check(OperationSample sample, DateTimeOffset latest)
    {
        if (sample.Level is < 0 or > OperationSample.MaxLevel)
        {
            return $"operations.level is {sample.Level}; expected 0 to {OperationSample.MaxLevel}.";
        }

        if (sample.Events.IsDefault || sample.Events.Length > TelemetryStore.MaxBatchRows)
        {
            return $"A batch has 0 to {TelemetryStore.MaxBatchRows} operations.events; send more in batches with ids of their own.";
        }

        if (sample.Events.FirstOrDefault(operation => operation?.At > latest) is { } early)
        {
            return $"An entry of operations.events is of {early.At:O}, which is yet to come; set the client's clock.";
        }

        return sample.Events.All(IsWhole)
            ? null
            : $"An entry of operations.events lacks its object, or its operation or session is not 1 to {OperationEvent.MaxNameLength} characters without control characters.";

        // JSON can leave out what the type demands.
        static bool IsWhole(OperationEvent? operation) =>
            operation is not null && operation.Object != default && OperationEvent.IsName(operation.Operation) && OperationEvent.IsName(operation.Session);
    }

    private async Task RegisterAsync(TelemetryBatch batch, CancellationToken cancellationToken)
    {
        var fresh = batch.Accesses.Select(access => access.Object).Where(id => !_known.ContainsKey(id)).Distinct().ToList();
        if (fresh.Count == 0)
        {
            return;
        }

        var births = await BirthRegionsAsync(cancellationToken);
        foreach (var dataset in fresh.Where(id => births.ContainsKey(id.Dataset)).GroupBy(id => id.Dataset))
        {
            await catalog.RegisterObjectsAsync(dataset.Key, [.. dataset.Select(id => id.Key)], births[dataset.Key], cancellationToken);
            if (_known.Count > MaxKnown)
            {
                _known.Clear();
            }

            foreach (var id in dataset)
            {
                _known.TryAdd(id, true);
            }
        }
    }

    private async Task<FrozenDictionary<DatasetId, RegionId>> BirthRegionsAsync(CancellationToken cancellationToken)
    {
        if (_datasets is { } datasets && clock.GetElapsedTime(datasets.ReadAt) < DatasetsTime)
        {
            return datasets.BirthRegions;
        }

        var births = (await catalog.ListDatasetsAsync(cancellationToken)).ToFrozenDictionary(dataset => dataset.Name, dataset => dataset.BirthRegion);
        _datasets = new KnownDatasets(clock.GetTimestamp(), births);
        return births;
    }

    private sealed record KnownDatasets(long ReadAt, FrozenDictionary<DatasetId, RegionId> BirthRegions);
}
