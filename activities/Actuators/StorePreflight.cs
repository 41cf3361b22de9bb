using Idp.Storage;
using Idp.Storage.Regions;

namespace Idp.Activities.Actuators;

/// <summary>What two stores themselves say against moving objects of a dataset between them, whether one object or many.</summary>
internal static class StorePreflight
{
    /// <param name="oldestTransaction">Older ones in the source stand against it.</param>
    /// <returns>Why nothing may move; null when it may.</returns>
    public static async Task<string?> CheckAsync(
        DatasetRecord dataset, RegionStore source, RegionStore target, TimeSpan oldestTransaction, CancellationToken cancellationToken)
    {
        var there = await MoverFactory.ReadShapeAsync(dataset, target, cancellationToken);
        var here = await MoverFactory.ReadShapeAsync(dataset, source, cancellationToken);
        if (here.Fingerprint != there.Fingerprint)
        {
            var differences = string.Join("; ", SchemaDifference.Between(there.Tables, here.Tables));
            return $"the tables of dataset '{dataset.Name}' differ between {target.Region} and {source.Region} ({differences}); run the same schema migrations in both";
        }

        foreach (var store in new[] { source, target })
        {
            if (await store.FindObstacleAsync(cancellationToken) is { } obstacle)
            {
                return obstacle;
            }
        }

        return await source.OldestTransactionAsync(cancellationToken) is { } age && age > oldestTransaction
            ? $"a transaction in {source.Region} is {age.TotalMinutes:F0} min old, limit {oldestTransaction.TotalMinutes:F0} min; it would hold back what a move must see"
            : null;
    }
}
