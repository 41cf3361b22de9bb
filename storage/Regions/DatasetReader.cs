using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text;
using Idp.Core;
using Npgsql;

namespace Idp.Storage.Regions;

/// <summary>Reads the shape of a dataset's tables from a store's catalog, in one round trip.</summary>
public static class DatasetReader
{
    /// <summary>Reads the tables that a dataset declares.</summary>
    /// <param name="tables">Schema-qualified names.</param>
    /// <exception cref="AdoptionException">A table does not exist there, or foreign keys form a circle.</exception>
    public static async Task<AdoptedDataset> ReadAsync(
        NpgsqlDataSource store, DatasetId name, string placementKey, ImmutableArray<string> tables, CancellationToken cancellationToken)
    {
        await using var connection = await store.OpenConnectionAsync(cancellationToken);
        return await ReadAsync(connection, name, placementKey, tables, cancellationToken);
    }

    /// <summary>The same inside a transaction: a later statement than the locks that keep the tables as they are.</summary>
    internal static async Task<AdoptedDataset> ReadAsync(
        NpgsqlConnection connection, DatasetId name, string placementKey, ImmutableArray<string> tables, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(CatalogSql.Shape, connection) { Parameters = { Names(tables) } };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);

        var shapes = new List<AdoptedTable>();
        var parts = new List<AdoptedPart>();
        var marks = new List<string>();
        while (await reader.ReadAsync(cancellationToken))
        {
            shapes.Add(await reader.IsDBNullAsync(1, cancellationToken)
                ? throw new AdoptionException($"Table {reader.GetString(0)} of dataset '{name}' does not exist there; create it in every region first.")
                : JsonSerializer.Deserialize<AdoptedTable>(reader.GetString(1))!);
            parts.AddRange(JsonSerializer.Deserialize<AdoptedPart[]>(reader.GetString(2))!);
            marks.Add(reader.GetString(3));
        }

        var ordered = ParentsFirst(name, shapes);
        var fingerprint = SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(ordered));
        return new AdoptedDataset(name, placementKey, ordered, Convert.ToHexStringLower(fingerprint)) { Parts = [.. parts], Mark = string.Join(',', marks) };
    }

    /// <summary>The parameter of <see cref="CatalogSql.Shape"/>.</summary>
    internal static NpgsqlParameter<string[]> Names(IEnumerable<string> tables) =>
        new() { TypedValue = [.. tables.Select(table => string.Join('.', table.Split('.').Select(Quote.Identifier)))] };

    private static ImmutableArray<AdoptedTable> ParentsFirst(DatasetId name, List<AdoptedTable> tables)
    {
        var names = tables.Select(table => table.FullName).ToHashSet(StringComparer.Ordinal);
        var placed = new HashSet<string>(StringComparer.Ordinal);
        var ordered = ImmutableArray.CreateBuilder<AdoptedTable>(tables.Count);
        var waiting = tables.OrderBy(table => table.FullName, StringComparer.Ordinal).ToList();
        while (waiting.Count > 0)
        {
            var next = waiting.Find(table => table.ForeignKeys.All(key =>
                    !names.Contains(key.TargetFullName) || placed.Contains(key.TargetFullName) || key.TargetFullName == table.FullName))
                ?? throw new AdoptionException(
                    $"The foreign keys of dataset '{name}' form a circle among {string.Join(", ", waiting.Select(table => table.FullName))}; rows could not be copied in any order.");
            waiting.Remove(next);
            placed.Add(next.FullName);
            ordered.Add(next);
        }

        return ordered.ToImmutable();
    }
}
