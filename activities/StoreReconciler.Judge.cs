using Idp.Core;
using Idp.Core.Movement;
using Idp.Storage;
using Idp.Storage.Regions;

namespace Idp.Activities;

/// <content>What each state of a row means when no migration is open, and the step that ends it.</content>
public sealed partial class StoreReconciler
{
    private const int DeleteBatchRows = 5_000;

    private Task JudgeAsync(Sweep run, RegionSweep sweep, SweptRow found, CancellationToken cancellationToken) => found.Row switch
    {
        { State: OwnershipState.Owned or OwnershipState.Frozen, MoveEpoch: not 0 } => EndAttemptAsync(run, sweep, found, cancellationToken),
        { State: OwnershipState.Importing } => EndImportAsync(run, sweep, found, cancellationToken),
        { State: OwnershipState.Moved, StreamFrom: not 0 } => EndGraceAsync(run, sweep, found.Object, found.Row, cancellationToken),
        { State: OwnershipState.Owned, Subscribers.IsEmpty: false } => EndSubscriptionsAsync(run, sweep, found, cancellationToken),
        _ => Task.CompletedTask,
    };

    // The source of an attempt whose migration is gone: frozen or not, it is voided, and its stream ends.
    private Task EndAttemptAsync(Sweep run, RegionSweep sweep, SweptRow found, CancellationToken cancellationToken)
    {
        var epoch = found.Row.MoveEpoch;
        var attempt = found.Row.Subscribers.Contains(Subscriber.Forward(epoch))
            ? new MoveAttempt(epoch, MoveKind.Move)
            : new MoveAttempt(epoch, MoveKind.Undo, found.Row.OwnerEpoch);
        return ActAsync(
            run, sweep.Store.Region, found.Object,
            found.Row.State is OwnershipState.Frozen ? "orphaned freeze" : "lost attempt",
            $"{attempt.Kind} {epoch}, {found.Row.State}",
            "void the attempt, stop its stream",
            async () =>
            {
                if (await sweep.Store.ResolveAsync(found.Object, attempt, cancellationToken) is MoveOutcome.Moved)
                {
                    return false; // It ended since the page was read.
                }

                await sweep.Store.UnsubscribeAsync(found.Object, attempt, cancellationToken);
                return true;
            },
            cancellationToken);
    }

    // The target of an attempt whose migration is gone. Its source knows, or decides now, how it ended.
    private async Task EndImportAsync(Sweep run, RegionSweep sweep, SweptRow found, CancellationToken cancellationToken)
    {
        var (id, row, here) = (found.Object, found.Row, sweep.Store.Region);
        var attempt = row.StreamFrom != 0
            ? new MoveAttempt(row.MoveEpoch, MoveKind.Undo, row.StreamFrom)
            : new MoveAttempt(row.MoveEpoch, MoveKind.Move);
        var detail = $"{attempt.Kind} {attempt.Epoch} imports";
        if (await FindSourceAsync(id, here, attempt, cancellationToken) is not { } source)
        {
            await ReportAsync(run, here, id, "half-made copy", $"{detail}, and no store owns the object", "look at idp.ownership of every region; restore the one that lost its rows", cancellationToken);
            return;
        }

        await ActAsync(run, here, id, "half-made copy", $"{detail} from {source.Store.Region}", "end it as its source says", async () =>
        {
            if (await sweep.Store.ReadAsync(id, cancellationToken) is not { State: OwnershipState.Importing } now || now.MoveEpoch != attempt.Epoch)
            {
                return false; // It ended since the page was read.
            }

            if (await source.Store.ResolveAsync(id, attempt, cancellationToken) is MoveOutcome.Moved)
            {
                await sweep.Store.OpenAsync(id, attempt, cancellationToken);
                await catalog.AdoptPlacementAsync(id, here, attempt.Epoch, cancellationToken);
                return true;
            }

            await source.Store.UnsubscribeAsync(id, attempt, cancellationToken);
            await sweep.Store.UndoTargetAsync(id, await ShapeAsync(sweep.Store, id.Dataset, cancellationToken), attempt, cancellationToken);
            return true;
        }, cancellationToken);
    }

    // A move's old copy that still follows: grace ends, in the order that MOVEMENT.md demands, once the owner is seen to own.
    private async Task EndGraceAsync(Sweep run, RegionSweep oldCopy, ObjectId id, Ownership row, CancellationToken cancellationToken)
    {
        var (here, epoch) = (oldCopy.Store.Region, row.StreamFrom);
        if (row.ForwardTo is not { } ownerRegion || row.ForwardEpoch != epoch)
        {
            await ReportAsync(run, here, id, "grace without an end", $"follows {epoch}, forwards to {row.ForwardTo} {row.ForwardEpoch}", "look at idp.ownership of both regions", cancellationToken);
            return;
        }

        var owner = new RegionSweep(stores.Get(ownerRegion, ownerRegion));
        await ActAsync(run, here, id, "grace without an end", $"moved to {ownerRegion} with epoch {epoch}", "end grace, delete the old copy", async () =>
        {
            if ((await oldCopy.Store.ReadAsync(id, cancellationToken)).StreamFrom != epoch)
            {
                return false; // It ended since the page was read.
            }

            await owner.Store.OpenAsync(id, new MoveAttempt(epoch, MoveKind.Move), cancellationToken);
            if (!await IsOwnedSinceAsync(owner, id, epoch, cancellationToken))
            {
                return false; // The old copy may be the only one; the comparison with the catalog tells operators.
            }

            await oldCopy.Store.EndGraceAsync(id, epoch, cancellationToken);
            await owner.Store.DropReverseAsync(id, epoch, cancellationToken);
            var dataset = await ShapeAsync(oldCopy.Store, id.Dataset, cancellationToken);
            while (await oldCopy.Store.DeleteOldRowsAsync(id, dataset, epoch, DeleteBatchRows, cancellationToken) > 0)
            {
            }

            return true;
        }, cancellationToken);
    }

    private async Task EndSubscriptionsAsync(Sweep run, RegionSweep sweep, SweptRow found, CancellationToken cancellationToken)
    {
        var (id, here) = (found.Object, sweep.Store.Region);
        foreach (var subscriber in found.Row.Subscribers)
        {
            var epoch = Math.Abs(subscriber.Code);
            if (!subscriber.IsReverse)
            {
                var attempt = new MoveAttempt(epoch, MoveKind.Move);
                await ActAsync(run, here, id, "orphaned subscriber", $"{subscriber}", "void the attempt, stop its stream", async () =>
                {
                    if (await sweep.Store.ResolveAsync(id, attempt, cancellationToken) is not MoveOutcome.Voided)
                    {
                        return false;
                    }

                    await sweep.Store.UnsubscribeAsync(id, attempt, cancellationToken);
                    return true;
                }, cancellationToken);
            }
            else if (await FindFollowerAsync(id, here, epoch, cancellationToken) is var (follower, row))
            {
                await EndGraceAsync(run, follower, id, row, cancellationToken);
            }
            else
            {
                await ActAsync(run, here, id, "orphaned subscriber", $"{subscriber}, and no old copy follows", "stop its stream", async () =>
                {
                    await sweep.Store.DropReverseAsync(id, epoch, cancellationToken);
                    return true;
                }, cancellationToken);
            }
        }
    }

    private async Task CompareAsync(Sweep run, RegionSweep sweep, SweptRow found, CancellationToken cancellationToken)
    {
        var (id, row, here) = (found.Object, found.Row, sweep.Store.Region);
        switch (row)
        {
            case { State: OwnershipState.Owned or OwnershipState.Frozen, MoveEpoch: 0 }:
                await CompareOwnerAsync(run, sweep.Store, id, row.OwnerEpoch, cancellationToken);
                break;
            case { State: OwnershipState.Moved, StreamFrom: 0, MoveEpoch: 0, ForwardTo: { } owner }:
                await DeleteLeftoversAsync(run, sweep, id, $"moved to {owner} with epoch {row.ForwardEpoch}", async dataset =>
                    await IsOwnedSinceAsync(new RegionSweep(stores.Get(owner, owner)), id, row.ForwardEpoch, cancellationToken)
                        ? await sweep.Store.DeleteOldRowsAsync(id, dataset, row.ForwardEpoch, DeleteBatchRows, cancellationToken)
                        : 0, cancellationToken);
                break;
            case { State: OwnershipState.Fenced, MoveEpoch: 0 }:
                await DeleteLeftoversAsync(
                    run, sweep, id, "given up", dataset => sweep.DeleteFencedRowsAsync(id, dataset, DeleteBatchRows, cancellationToken), cancellationToken);
                break;
        }
    }

    // The store wins over a catalog that was lost or restored.
    private async Task CompareOwnerAsync(Sweep run, RegionStore store, ObjectId id, long epoch, CancellationToken cancellationToken)
    {
        var here = store.Region;
        var known = (await catalog.FindObjectAsync(id, cancellationToken))?.Placement;
        if (known is null && await catalog.FindDatasetAsync(id.Dataset, cancellationToken) is not null)
        {
            await ActAsync(run, here, id, "unknown to the catalog", $"owned with epoch {epoch}", "register it here", async () =>
            {
                await catalog.RegisterObjectsAsync(id.Dataset, [id.Key], here, cancellationToken);
                await catalog.AdoptPlacementAsync(id, here, epoch, cancellationToken);
                return true;
            }, cancellationToken);
        }
        else if (known is not null && (known.OwnerEpoch < epoch || (known.OwnerEpoch == epoch && known.Primary != here)))
        {
            await ActAsync(
                run, here, id, "catalog and store disagree", $"owned with epoch {epoch}, the catalog says {known.Primary} with {known.OwnerEpoch}",
                "publish what the store says", () => catalog.AdoptPlacementAsync(id, here, epoch, cancellationToken), cancellationToken);
        }
        else if (known is not null && known.OwnerEpoch > epoch
            && await store.ReadAsync(id, cancellationToken) is { State: OwnershipState.Owned or OwnershipState.Frozen } now && now.OwnerEpoch == epoch)
        {
            await ReportAsync(
                run, here, id, "owned with an old epoch", $"owned with epoch {epoch}, the catalog says {known.Primary} with {known.OwnerEpoch}",
                "if this store was restored from a backup, stop its clients and compare the rows of both regions before anything else", cancellationToken);
        }
    }

    private async Task DeleteLeftoversAsync(
        Sweep run, RegionSweep sweep, ObjectId id, string detail, Func<AdoptedDataset, Task<long>> delete, CancellationToken cancellationToken)
    {
        if (await catalog.FindDatasetAsync(id.Dataset, cancellationToken) is null)
        {
            return; // Its tables are not known here; nothing is guessed.
        }

        var dataset = await ShapeAsync(sweep.Store, id.Dataset, cancellationToken);
        if (await sweep.HasRowsAsync(id, dataset, cancellationToken))
        {
            await ActAsync(run, sweep.Store.Region, id, "rows of an old copy", detail, "delete them", async () =>
            {
                var deleted = false;
                while (await delete(dataset) > 0)
                {
                    deleted = true;
                }

                return deleted;
            }, cancellationToken);
        }
    }

    // The store that knows the attempt, else the one that owns the object: there it is voided for good before anything is undone.
    private async Task<RegionSweep?> FindSourceAsync(ObjectId id, RegionId target, MoveAttempt attempt, CancellationToken cancellationToken)
    {
        RegionSweep? owner = null;
        foreach (var region in stores.Endpoints.Select(endpoint => endpoint.Region.Id).Where(region => region != target))
        {
            var sweep = new RegionSweep(stores.Get(region, region));
            if (await sweep.FindOutcomeAsync(id, attempt.Epoch, cancellationToken) is not null)
            {
                return sweep;
            }

            var row = await sweep.Store.ReadAsync(id, cancellationToken);
            if (row.MoveEpoch == attempt.Epoch)
            {
                return sweep;
            }

            owner = row.State is OwnershipState.Owned or OwnershipState.Frozen ? sweep : owner;
        }

        return owner;
    }

    private async Task<(RegionSweep Store, Ownership Row)?> FindFollowerAsync(ObjectId id, RegionId owner, long epoch, CancellationToken cancellationToken)
    {
        foreach (var region in stores.Endpoints.Select(endpoint => endpoint.Region.Id).Where(region => region != owner))
        {
            var sweep = new RegionSweep(stores.Get(region, region));
            var row = await sweep.Store.ReadAsync(id, cancellationToken);
            if (row.StreamFrom == epoch)
            {
                return (sweep, row);
            }
        }

        return null;
    }

    // Owned there since that epoch, or moved on from there since.
    private static async Task<bool> IsOwnedSinceAsync(RegionSweep sweep, ObjectId id, long epoch, CancellationToken cancellationToken) =>
        await sweep.Store.ReadAsync(id, cancellationToken) is
        {
            State: OwnershipState.Owned or OwnershipState.Frozen or OwnershipState.Moved or OwnershipState.Importing,
        } row && row.OwnerEpoch >= epoch;

    private async Task<AdoptedDataset> ShapeAsync(RegionStore store, DatasetId name, CancellationToken cancellationToken)
    {
        var dataset = await catalog.FindDatasetAsync(name, cancellationToken)
            ?? throw new InvalidOperationException($"Dataset '{name}' is not in the catalog; adopt it first (idp dataset adopt FILE).");
        return await store.ReadDatasetAsync(dataset.Name, dataset.PlacementKey, dataset.Tables, cancellationToken);
    }
}
