using Idp.Core;
using Idp.Core.Migrations;
using Idp.Core.Movement;
using Idp.Storage;
using Idp.Storage.Regions;
using Microsoft.Extensions.Options;

namespace Idp.Activities.Actuators;

/// <summary>Makes the mover of one attempt from what the catalog knows of it.</summary>
internal sealed class MoverFactory(Catalog catalog, MigrationLog migrations, RegionStores stores, IOptions<MoverOptions> options)
{
    /// <exception cref="InvalidOperationException">The catalog does not know the migration.</exception>
    public async Task<MigrationRecord> FindAsync(MigrationId id, CancellationToken cancellationToken) =>
        await migrations.FindAsync(id, cancellationToken)
        ?? throw new InvalidOperationException($"Migration '{id}' is not in the catalog.");

    /// <summary>The mover of a migration, or of its undo: then source and target change places.</summary>
    /// <remarks>Movers work from the target's region: the source is read over one link, the target is local.</remarks>
    public async Task<ObjectMover> MakeAsync(MigrationRecord migration, bool isUndo, CancellationToken cancellationToken) =>
        Make(migration, isUndo, await ShapeAsync(migration, isUndo, cancellationToken));

    /// <summary>The tables of a migration's dataset, as they were when they were last read.</summary>
    public Task<AdoptedDataset> ShapeAsync(MigrationRecord migration, bool isUndo, CancellationToken cancellationToken)
    {
        var (from, to) = isUndo ? (migration.Target, migration.Source) : (migration.Source, migration.Target);
        return ShapeAsync(migration.Object.Dataset, stores.Get(from, to), cancellationToken);
    }

    /// <summary>The mover of one of many attempts that share a shape.</summary>
    public ObjectMover Make(MigrationRecord migration, bool isUndo, AdoptedDataset dataset)
    {
        var (from, to) = isUndo ? (migration.Target, migration.Source) : (migration.Source, migration.Target);
        var attempt = isUndo
            ? new MoveAttempt(migration.UndoEpoch, MoveKind.Undo, migration.Epoch)
            : new MoveAttempt(migration.Epoch, MoveKind.Move);
        return new ObjectMover(
            stores.Get(from, to), stores.Get(to, to), dataset, migration.Object, attempt, options.Value, TimeProvider.System,
            new Random(HashCode.Combine(migration.Id, attempt.Epoch)));
    }

    /// <summary>The stores of a migration's source and target, seen from its target.</summary>
    public (RegionStore Source, RegionStore Target) Stores(MigrationRecord migration) =>
        (stores.Get(migration.Source, migration.Target), stores.Get(migration.Target, migration.Target));

    /// <summary>Reads a dataset's tables as they are now: owners change them at any time, and an attempt must notice.</summary>
    public static Task<AdoptedDataset> ReadShapeAsync(DatasetRecord dataset, RegionStore store, CancellationToken cancellationToken) =>
        store.ReadDatasetAsync(dataset.Name, dataset.PlacementKey, dataset.Tables, cancellationToken);

    private async Task<AdoptedDataset> ShapeAsync(DatasetId name, RegionStore store, CancellationToken cancellationToken)
    {
        var dataset = await catalog.FindDatasetAsync(name, cancellationToken)
            ?? throw new InvalidOperationException($"Dataset '{name}' is not in the catalog.");
        return await ReadShapeAsync(dataset, store, cancellationToken);
    }
}
