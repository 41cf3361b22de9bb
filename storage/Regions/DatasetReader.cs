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
    // tgtype & 1: row triggers. Ours begin with idp_.
    private const string ShapeSql = """
        SELECT t.name, CASE WHEN c.oid IS NOT NULL THEN json_build_object(
            'Schema', n.nspname,
            'Name', c.relname,
            'Kind', c.relkind,
            'HasRowSecurity', c.relrowsecurity,
            'Columns', (SELECT coalesce(json_agg(json_build_object(
                    'Name', a.attname, 'Type', format_type(a.atttypid, a.atttypmod), 'IsNotNull', a.attnotnull,
                    'IsGenerated', a.attgenerated <> '', 'IsAlwaysIdentity', a.attidentity = 'a') ORDER BY a.attnum), '[]')
                FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped),
            'PrimaryKey', (SELECT coalesce(json_agg(a.attname ORDER BY k.place), '[]')
                FROM pg_index i CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY k(number, place)
                JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.number
                WHERE i.indrelid = c.oid AND i.indisprimary AND k.place <= i.indnkeyatts),
            'Uniques', (SELECT coalesce(json_agg(u.columns ORDER BY u.name), '[]') FROM (
                SELECT ic.relname AS name, (SELECT coalesce(json_agg(a.attname ORDER BY k.place), '[]')
                        FROM unnest(i.indkey) WITH ORDINALITY k(number, place)
                        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.number
                        WHERE k.place <= i.indnkeyatts) AS columns
                FROM pg_index i JOIN pg_class ic ON ic.oid = i.indexrelid
                WHERE i.indrelid = c.oid AND i.indisunique AND NOT i.indisprimary) u),
            'ForeignKeys', (SELECT coalesce(json_agg(json_build_object(
                    'Name', f.conname,
                    'Columns', (SELECT json_agg(a.attname ORDER BY k.place) FROM unnest(f.conkey) WITH ORDINALITY k(number, place)
                        JOIN pg_attribute a ON a.attrelid = f.conrelid AND a.attnum = k.number),
                    'TargetSchema', fn.nspname,
                    'TargetName', fc.relname,
                    'TargetColumns', (SELECT json_agg(a.attname ORDER BY k.place) FROM unnest(f.confkey) WITH ORDINALITY k(number, place)
                        JOIN pg_attribute a ON a.attrelid = f.confrelid AND a.attnum = k.number)) ORDER BY f.conname), '[]')
                FROM pg_constraint f JOIN pg_class fc ON fc.oid = f.confrelid JOIN pg_namespace fn ON fn.oid = fc.relnamespace
                WHERE f.conrelid = c.oid AND f.contype = 'f'),
            'Triggers', (SELECT coalesce(json_agg(g.tgname ORDER BY g.tgname), '[]') FROM pg_trigger g
                WHERE g.tgrelid = c.oid AND NOT g.tgisinternal AND g.tgname NOT LIKE 'idp\_%' AND g.tgtype & 1 = 1))::text END
        FROM unnest($1::text[]) WITH ORDINALITY t(name, place)
        LEFT JOIN pg_class c ON c.oid = to_regclass(t.name)
        LEFT JOIN pg_namespace n ON n.oid = c.relnamespace
        ORDER BY t.place
        """;

    /// <summary>Reads the tables that a dataset declares.</summary>
    /// <param name="tables">Schema-qualified names.</param>
    /// <exception cref="AdoptionException">A table does not exist there, or foreign keys form a circle.</exception>
    public static async Task<AdoptedDataset> ReadAsync(
        NpgsqlDataSource store, DatasetId name, string placementKey, ImmutableArray<string> tables, CancellationToken cancellationToken)
    {
        await using var command = store.CreateCommand(ShapeSql);
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. tables.Select(Quoted)] });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);

        var shapes = new List<AdoptedTable>();
        while (await reader.ReadAsync(cancellationToken))
        {
            shapes.Add(await reader.IsDBNullAsync(1, cancellationToken)
                ? throw new AdoptionException($"Table {reader.GetString(0)} of dataset '{name}' does not exist there; create it in every region first.")
                : JsonSerializer.Deserialize<AdoptedTable>(reader.GetString(1))!);
        }

        var ordered = ParentsFirst(name, shapes);
        var fingerprint = SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(ordered));
        return new AdoptedDataset(name, placementKey, ordered, Convert.ToHexStringLower(fingerprint));
    }

    private static string Quoted(string table) => string.Join('.', table.Split('.').Select(Quote.Identifier));

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
