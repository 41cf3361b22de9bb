using System.Collections.Immutable;
using Idp.Core;
using Idp.Core.Movement;
using Idp.Storage;
using Idp.Storage.Regions;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Idp.Activities;

/// <summary>The level-triggered reconciler of the stores: finds what lost migrations left behind and clears it up.</summary>
/// <remarks>
/// It acts only on objects without an open migration, by the movers' own idempotent steps, each bound to the epoch that it found:
/// an attempt that begins meanwhile has another one and is never touched. The outcome is read from the stores.
/// </remarks>
public sealed partial class StoreReconciler(
    MigrationLog migrations, Catalog catalog, ReconciliationLog log, AlertLog alerts, RegionStores stores, TimeProvider clock, ILogger<StoreReconciler> logger)
{
    private const int PageRows = 500;
    private const int MaxFindings = 1_000;

    private static readonly TimeSpan AlertSpan = TimeSpan.FromHours(3); // The strategic loop looks every hour.

    /// <summary>Sweeps every region once.</summary>
    /// <param name="by">Who asked: a loop's turn, or an operator.</param>
    /// <param name="isCheck">Only tell what would be done.</param>
    /// <param name="maxRows">Rows of each region that are compared with the catalog in this sweep; the next one goes on there. Null for all, from the beginning.</param>
    public async Task<ReconcileReport> RunAsync(string by, bool isCheck, int? maxRows, CancellationToken cancellationToken)
    {
        var run = new Sweep(by, isCheck);
        foreach (var region in stores.Endpoints.Select(endpoint => endpoint.Region.Id))
        {
            try
            {
                await SweepAsync(run, region, maxRows, cancellationToken);
            }
            catch (Exception silent) when (silent is NpgsqlException or TimeoutException or InvalidOperationException && !cancellationToken.IsCancellationRequested)
            {
                // One region that does not answer must not hide the others.
                run.Unreachable.Add($"{region}: {silent.Message}");
                LogUnreachable(region.Value, silent.Message);
            }
        }

        return new ReconcileReport([.. run.Findings], run.RowsRead, [.. run.Unreachable]);
    }

    private async Task SweepAsync(Sweep run, RegionId region, int? maxRows, CancellationToken cancellationToken)
    {
        var sweep = new RegionSweep(stores.Get(region, region));
        var (dataset, key) = (string.Empty, string.Empty);
        while (await sweep.ListInMotionAsync(dataset, key, PageRows, cancellationToken) is { IsEmpty: false } page)
        {
            foreach (var found in page)
            {
                run.RowsRead++;
                await JudgeAsync(run, sweep, found, cancellationToken);
            }

            (dataset, key) = (page[^1].Object.Dataset.Value, page[^1].Object.Key);
        }

        foreach (var (id, stream) in await sweep.ListDeadStreamsAsync(PageRows, cancellationToken))
        {
            await ActAsync(run, region, id, "progress without a stream", $"stream {stream}", "delete its progress", () => sweep.DropStreamAsync(id, stream, cancellationToken), cancellationToken);
        }

        foreach (var id in await sweep.ListStrayChangesAsync(PageRows, cancellationToken))
        {
            await ActAsync(run, region, id, "changes nobody waits for", "the object has no subscriber", "delete them", () => sweep.DropStrayChangesAsync(id, cancellationToken), cancellationToken);
        }

        await CompareAsync(run, sweep, maxRows, cancellationToken);
    }

    // All rows, a part in each sweep: places that the catalog has forgotten, and old copies that were never deleted.
    private async Task CompareAsync(Sweep run, RegionSweep sweep, int? maxRows, CancellationToken cancellationToken)
    {
        var region = sweep.Store.Region;
        var position = maxRows is null ? SweepPosition.Start : await log.ReadPositionAsync(region, cancellationToken);
        for (var left = maxRows ?? int.MaxValue; left > 0 && run.Findings.Count < MaxFindings;)
        {
            var page = await sweep.ListAllAsync(position.AfterDataset, position.AfterKey, Math.Min(PageRows, left), cancellationToken);
            foreach (var found in page)
            {
                run.RowsRead++;
                await CompareAsync(run, sweep, found, cancellationToken);
            }

            left -= page.Length;
            position = page.IsEmpty
                ? SweepPosition.Start with { Passes = position.Passes + 1 }
                : position with { AfterDataset = page[^1].Object.Dataset.Value, AfterKey = page[^1].Object.Key };
            if (maxRows is not null && !run.IsCheck)
            {
                await log.WritePositionAsync(region, position, cancellationToken);
            }

            if (page.IsEmpty)
            {
                return;
            }
        }
    }

    /// <summary>Does one thing about one object, unless a migration is open; whatever is done is written down.</summary>
    private async Task ActAsync(
        Sweep run, RegionId region, ObjectId id, string finding, string detail, string action, Func<Task<bool>> act, CancellationToken cancellationToken)
    {
        if (run.Findings.Count >= MaxFindings || await migrations.FindOpenAsync(id, cancellationToken) is not null)
        {
            return; // Its saga, or the search for lost sagas, sees to it.
        }

        if (run.IsCheck)
        {
            run.Findings.Add(new ReconcileFinding(region, id, finding, detail, action, IsResolved: false));
            return;
        }

        if (await act())
        {
            run.Findings.Add(new ReconcileFinding(region, id, finding, detail, action, IsResolved: true));
            await log.AppendAsync(region, id, finding, detail, action, run.By, cancellationToken);
            LogResolved(finding, id.ToString(), region.Value, detail, action);
        }
    }

    private async Task ReportAsync(
        Sweep run, RegionId region, ObjectId id, string finding, string detail, string remedy, CancellationToken cancellationToken)
    {
        if (await migrations.FindOpenAsync(id, cancellationToken) is not null)
        {
            return;
        }

        run.Findings.Add(new ReconcileFinding(region, id, finding, detail, remedy, IsResolved: false));
        if (!run.IsCheck)
        {
            await alerts.OpenAsync(
                AlertSeverity.Critical, "store", $"{region} {id}", $"{id} in {region}: {finding}: {detail}", remedy,
                migration: null, clock.GetUtcNow() + AlertSpan, cancellationToken);
            LogUnresolved(finding, id.ToString(), region.Value, detail, remedy);
        }
    }

    private sealed class Sweep(string by, bool isCheck)
    {
        public string By => by;

        public bool IsCheck => isCheck;

        public long RowsRead { get; set; }

        public List<ReconcileFinding> Findings { get; } = [];

        public List<string> Unreachable { get; } = [];
    }

    [LoggerMessage(LogLevel.Warning, "Reconciled {Finding} of {ObjectId} in {Region} ({Detail}): {Action}")]
    private partial void LogResolved(string finding, string objectId, string region, string detail, string action);

    [LoggerMessage(LogLevel.Error, "Found {Finding} of {ObjectId} in {Region} ({Detail}); an operator must look: {Remedy}")]
    private partial void LogUnresolved(string finding, string objectId, string region, string detail, string remedy);

    [LoggerMessage(LogLevel.Warning, "The store of {Region} could not be swept: {Reason}")]
    private partial void LogUnreachable(string region, string reason);
}
