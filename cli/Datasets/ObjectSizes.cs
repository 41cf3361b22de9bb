using System.Runtime.InteropServices;
using Idp.Core;
using Idp.Storage.Regions;
using Npgsql;

namespace Idp.Cli.Datasets;

/// <summary>Measures objects by what their rows take as PostgreSQL stores them, without indexes.</summary>
internal static class ObjectSizes
{
    public static async Task<IReadOnlyList<(ObjectId Object, long SizeBytes, long RowCount)>> MeasureAsync(
        NpgsqlDataSource store, AdoptedDataset dataset, CancellationToken cancellationToken)
    {
        var sums = new Dictionary<string, (long SizeBytes, long RowCount)>(StringComparer.Ordinal);
        foreach (var table in dataset.Tables)
        {
            var key = Quote.Identifier(dataset.PlacementKey);
#pragma warning disable CA2100 // Names are quoted identifiers from the store's own catalog.
            await using var measure = store.CreateCommand($"SELECT t.{key}::text, sum(pg_column_size(t.*)), count(*) FROM {table.Sql} t GROUP BY 1");
#pragma warning restore CA2100
            await using var reader = await measure.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                ref var sum = ref CollectionsMarshal.GetValueRefOrAddDefault(sums, reader.GetString(0), out _);
                sum = (sum.SizeBytes + reader.GetInt64(1), sum.RowCount + reader.GetInt64(2));
            }
        }

        return [.. sums.Select(sum => (new ObjectId(dataset.Name, sum.Key), sum.Value.SizeBytes, sum.Value.RowCount))];
    }
}
