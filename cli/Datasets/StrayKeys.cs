using Idp.Storage.Regions;
using Npgsql;

namespace Idp.Cli.Datasets;

/// <summary>Finds rows that the store does not know as an object's.</summary>
internal static class StrayKeys
{
    private const string OwnershipSql = "SELECT FROM idp.ownership o WHERE o.dataset = $1 AND o.object = {key}";
    private const string HasSchemaSql = "SELECT to_regclass('idp.ownership') IS NOT NULL";

    /// <param name="isReleased">While nobody guarded the tables, rows may have come under any key: only those that the store owns are known.</param>
    /// <returns>A placement key with rows and without ownership; null when there is none.</returns>
    public static async Task<string?> FindOneAsync(NpgsqlDataSource store, AdoptedDataset dataset, bool isReleased, CancellationToken cancellationToken)
    {
        await using var ask = store.CreateCommand(HasSchemaSql);
        var isPrepared = (bool)(await ask.ExecuteScalarAsync(cancellationToken))!;
        return await FindAsync(store, dataset, isPrepared ? $"NOT EXISTS ({OwnershipSql}{(isReleased ? " AND o.state = 'owned'" : string.Empty)})" : "$1 <> ''", cancellationToken);
    }

    /// <returns>A placement key with rows that the store says are elsewhere; null when there is none.</returns>
    public static Task<string?> FindMovedAwayAsync(NpgsqlDataSource store, AdoptedDataset dataset, CancellationToken cancellationToken) =>
        FindAsync(store, dataset, $"EXISTS ({OwnershipSql} AND o.state NOT IN ('owned', 'absent'))", cancellationToken);

    private static async Task<string?> FindAsync(NpgsqlDataSource store, AdoptedDataset dataset, string condition, CancellationToken cancellationToken)
    {
        foreach (var table in dataset.Tables)
        {
            var key = Quote.Identifier(dataset.PlacementKey);
            var where = condition.Replace("{key}", $"t.{key}::text", StringComparison.Ordinal);
#pragma warning disable CA2100 // Names are quoted identifiers from the store's own catalog.
            await using var find = store.CreateCommand($"SELECT t.{key}::text FROM {table.Sql} t WHERE {where} LIMIT 1");
#pragma warning restore CA2100
            find.Parameters.Add(new NpgsqlParameter<string> { TypedValue = dataset.Name.Value });
            if (await find.ExecuteScalarAsync(cancellationToken) is string stray)
            {
                return stray;
            }
        }

        return null;
    }
}
