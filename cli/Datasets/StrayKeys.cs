using Idp.Storage.Regions;
using Npgsql;

namespace Idp.Cli.Datasets;

/// <summary>Finds rows that the store does not know as an object's.</summary>
internal static class StrayKeys
{
    private const string HasSchemaSql = "SELECT to_regclass('idp.ownership') IS NOT NULL";

    /// <returns>A placement key with rows and without ownership; null when there is none.</returns>
    public static async Task<string?> FindOneAsync(NpgsqlDataSource store, AdoptedDataset dataset, CancellationToken cancellationToken)
    {
        bool isPrepared;
        await using (var ask = store.CreateCommand(HasSchemaSql))
        {
            isPrepared = (bool)(await ask.ExecuteScalarAsync(cancellationToken))!;
        }

        foreach (var table in dataset.Tables)
        {
            var key = Quote.Identifier(dataset.PlacementKey);
            var unknown = isPrepared ? $"WHERE NOT EXISTS (SELECT FROM idp.ownership o WHERE o.dataset = $1 AND o.object = t.{key}::text)" : "WHERE $1 <> ''";
#pragma warning disable CA2100 // Names are quoted identifiers from the store's own catalog.
            await using var find = store.CreateCommand($"SELECT t.{key}::text FROM {table.Sql} t {unknown} LIMIT 1");
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
