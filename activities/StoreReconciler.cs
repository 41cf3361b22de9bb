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
    private const int MaxSilences = 3; // Each may have cost the time-out of a connection.

    private static readonly TimeSpan AlertSpan = TimeSpan.FromHours(3); // The strategic loop looks every hour.

    /// <summary>Sweeps every region once.</summary>
    /// <param name="by">Who asked: a loop's turn, or an operator.</param>
    /// <param name="isCheck">Only tell what would be done.</param>
    /// <param name="maxRows">Rows of each region that are compared with the catalog in this sweep; the next one goes on there. Null for all, from the beginning.</param>
    public async Task<ReconcileReport> RunAsync(string by, bool isCheck, int? maxRows, CancellationToken cancellationToken)
    {
        var run = new Sweep(by, isCheck);
        foreach (var region in InTurn(maxRows))
        {
            try
            {
                await SweepAsync(run, region, maxRows, cancellationToken);
            }
            catch (Exception silent) when (silent is NpgsqlException or TimeoutException or InvalidOperationException && !cancellationToken.IsCancellationRequested)
            {
                // One region that does not answer must not hide the others.
                run.Fail($"{region}: {silent.Message}");
                LogUnreachable(region.Value, silent.Message);
            }
        }

        return new ReconcileReport([.. run.Findings], run.RowsRead, [.. run.Unreachable]);
    }

    // A turn of a loop may run out of time: the region that it begins with is another one each hour.
    private IEnumerable<RegionId> InTurn(int? maxRows)
    {
        RegionId[] all = [.. stores.Endpoints.Select(endpoint => endpoint.Region.Id)];
        var first = maxRows is null ? 0 : (int)(clock.GetUtcNow().ToUnixTimeSeconds() / 3_600 % all.Length);
        return [.. all[first..], .. all[..first]];
    }

    private async Task SweepAsync(Sweep run, RegionId region, int? maxRows, CancellationToken cancellationToken)
    {
        var sweep = new RegionSweep(stores.Get(region, region));
        var (dataset, key) = (string.Empty, string.Empty);
        while (await sweep.ListInMotionAsync(dataset, key, PageRows, cancellationToken) is { IsEmpty: false } page)
        {
            // Most of what is in motion has its saga. It is left out before other regions are asked about it; whoever acts looks again.
            run.RowsRead += page.Length;
            var moving = (await migrations.FilterMovingAsync([.. page.Select(found => found.Object)], cancellationToken)).ToHashSet();
            foreach (var found in page.Where(found => !moving.Contains(found.Object)))
            {
                await TryAsync(run, region, found.Object, () => JudgeAsync(run, sweep, found, cancellationToken), cancellationToken);
            }

            (dataset, key) = (page[^1].Object.Dataset.Value, page[^1].Object.Key);
        }

        foreach (var (id, stream) in await sweep.ListDeadStreamsAsync(PageRows, cancellationToken))
        {
            await TryAsync(run, region, id, () => ActAsync(
                run, region, id, "progress without a stream", $"stream {stream}", "delete its progress", () => sweep.DropStreamAsync(id, stream, cancellationToken), cancellationToken), cancellationToken);
        }

        foreach (var id in await sweep.ListStrayChangesAsync(PageRows, cancellationToken))
        {
            await TryAsync(run, region, id, () => ActAsync(
                run, region, id, "changes nobody waits for", "the object has no subscriber", "delete them", () => sweep.DropStrayChangesAsync(id, cancellationToken), cancellationToken), cancellationToken);
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
            foreach (var found in page.TakeWhile(_ => run.Findings.Count < MaxFindings))
            {
                run.RowsRead++;
                await TryAsync(run, region, found.Object, () => CompareAsync(run, sweep, found, cancellationToken), cancellationToken);
                position = position with { AfterDataset = found.Object.Dataset.Value, AfterKey = found.Object.Key };
            }

            left -= page.Length;
            position = page.IsEmpty ? SweepPosition.Start with { Passes = position.Passes + 1 } : position;
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

    // One object that cannot be judged must not hide the others: its table is gone here, it is locked, or another region that knows more does not answer.
    private async Task TryAsync(Sweep run, RegionId region, ObjectId id, Func<Task> judge, CancellationToken cancellationToken)
    {
        try
        {
            await judge();
        }
        catch (Exception failed) when (!cancellationToken.IsCancellationRequested)
        {
            run.Fail($"{region}, {id}: {failed.Message}");
            LogUnjudged(id.ToString(), region.Value, failed.Message);
            var isSilence = failed is TimeoutException or NpgsqlException { InnerException: not null } and not PostgresException;
            if (isSilence && ++run.Silences % MaxSilences == 0)
            {
                throw;
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

        /// <value>How often a store that was asked about an object has not answered.</value>
        public int Silences { get; set; }

        public void Fail(string what)
        {
            if (Unreachable.Count < MaxFindings)
            {
                Unreachable.Add(what);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "Reconciled {Finding} of {ObjectId} in {Region} ({Detail}): {Action}")]
    private partial void LogResolved(string finding, string objectId, string region, string detail, string action);

    [LoggerMessage(LogLevel.Error, "Found {Finding} of {ObjectId} in {Region} ({Detail}); an operator must look: {Remedy}")]
    private partial void LogUnresolved(string finding, string objectId, string region, string detail, string remedy);

    [LoggerMessage(LogLevel.Warning, "{ObjectId} in {Region} could not be judged: {Reason}")]
    private partial void LogUnjudged(string objectId, string region, string reason);

    [LoggerMessage(LogLevel.Warning, "The store of {Region} could not be swept: {Reason}")]
    private partial void LogUnreachable(string region, string reason);
}
