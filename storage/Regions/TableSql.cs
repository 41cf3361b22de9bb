using System.Collections.Immutable;
using System.Globalization;

namespace Idp.Storage.Regions;

/// <summary>The statements that copy, apply and compare one table's rows of one object.</summary>
/// <remarks>Every name is a quoted identifier from the store's own catalog; the object's key is always <c>$1</c>.</remarks>
internal sealed class TableSql(AdoptedDataset dataset, AdoptedTable table)
{
    private readonly string _columns = string.Join(", ", table.StoredColumns.Select(column => Quote.Identifier(column.Name)));
    private readonly string _keyColumns = string.Join(", ", table.PrimaryKey.Select(name => $"t.{Quote.Identifier(name)}"));

    public AdoptedTable Table => table;

    /// <summary>Keys changed since snapshot <c>$2</c>, each with its current row as text, or null when it is gone.</summary>
    /// <param name="upTo">Only keys up to this one, copied already; null for all.</param>
    public string Changes(string[]? upTo)
    {
        var join = string.Join(" AND ", table.PrimaryKey.Select((name, index) => $"t.{Quote.Identifier(name)} = {KeyPart("k.key", index)}"));
        var bound = upTo is null ? string.Empty : $" WHERE ({KeyParts("k.key")}) <= ({Literals(upTo)})";
        return $"""
            SELECT k.key, t::text FROM (
                SELECT DISTINCT v.key FROM idp.change c CROSS JOIN LATERAL (VALUES (c.old_key), (c.new_key)) v(key)
                WHERE c.dataset = $3 AND c.object = $1 AND c.table_name = {Quote.Literal(table.FullName)} AND v.key IS NOT NULL AND {ChangeLog.IsNew("$2")}) k
            LEFT JOIN {table.Sql} t ON {join} AND t.{RegionStore.OfObject(dataset, table, "$1")}{bound}
            """;
    }

    /// <summary>How many rows the next chunk has, and its last key.</summary>
    public string Boundary(string[]? after, int limit) => $"""
        SELECT count(*) OVER (), ARRAY[{string.Join(", ", table.PrimaryKey.Select(name => $"t.{Quote.Identifier(name)}::text"))}]
        FROM (SELECT {_keyColumns} FROM {table.Sql} t WHERE t.{RegionStore.OfObject(dataset, table, "$1")}{After(after)}
              ORDER BY {_keyColumns} LIMIT {limit.ToString(CultureInfo.InvariantCulture)}) t
        ORDER BY {string.Join(", ", table.PrimaryKey.Select(name => $"t.{Quote.Identifier(name)} DESC"))} LIMIT 1
        """;

    public string CopyOut(string objectKey, string[]? after, string[] upTo) => $"""
        COPY (SELECT {_columns} FROM {table.Sql} t WHERE t.{RegionStore.OfObject(dataset, table, Quote.Literal(objectKey))}{After(after)}
              AND ({_keyColumns}) <= ({Literals(upTo)}) ORDER BY {_keyColumns}) TO STDOUT (FORMAT binary)
        """;

    public string CopyIn => $"COPY {table.Sql} ({_columns}) FROM STDIN (FORMAT binary)";

    /// <summary>Deletes the keys given as one text array a key column, from <c>$2</c> on.</summary>
    public string Delete
    {
        get
        {
            var arrays = string.Join(", ", table.PrimaryKey.Select((_, index) => $"${index + 2}::text[]"));
            var names = string.Join(", ", table.PrimaryKey.Select((_, index) => $"c{index}"));
            var match = string.Join(" AND ", table.PrimaryKey.Select((name, index) => $"t.{Quote.Identifier(name)} = k.c{index}::{table.Column(name).Type}"));
            return $"DELETE FROM {table.Sql} t USING unnest({arrays}) AS k({names}) WHERE t.{RegionStore.OfObject(dataset, table, "$1")} AND {match}";
        }
    }

    /// <summary>Inserts or replaces the rows given as text in <c>$1</c>, and returns them as the store now has them.</summary>
    public string Upsert
    {
        get
        {
            // OFFSET 0 keeps the planner from reading each row's text once for every column.
            var values = string.Join(", ", table.StoredColumns.Select(column => $"(s.r).{Quote.Identifier(column.Name)}"));
            var updates = table.StoredColumns
                .Where(column => !table.PrimaryKey.Contains(column.Name) && !column.IsAlwaysIdentity)
                .Select(column => $"{Quote.Identifier(column.Name)} = excluded.{Quote.Identifier(column.Name)}")
                .ToImmutableArray();
            // A table of nothing but its key still returns the row that was there.
            var key = Quote.Identifier(table.PrimaryKey[0]);
            var action = updates.IsEmpty ? $"{key} = excluded.{key}" : string.Join(", ", updates);
            return $"""
                INSERT INTO {table.Sql} AS t ({_columns}) OVERRIDING SYSTEM VALUE
                SELECT {values} FROM (SELECT x::{table.Sql} AS r FROM unnest($1::text[]) x OFFSET 0) s
                ON CONFLICT ({string.Join(", ", table.PrimaryKey.Select(Quote.Identifier))}) DO UPDATE SET {action}
                RETURNING t::text
                """;
        }
    }

    /// <summary>The digest of one object's rows: every stored column by name, as text, under the settings that movers pin.</summary>
    public string Digest
    {
        get
        {
            var row = string.Join(", ", table.StoredColumns.OrderBy(column => column.Name, StringComparer.Ordinal).Select(column => $"t.{Quote.Identifier(column.Name)}::text"));
            return $"""
                SELECT count(*), coalesce(sum(hashtextextended(r, 0)), 0)::numeric, coalesce(sum(hashtextextended(r, 1)), 0)::numeric
                FROM (SELECT ROW({row})::text AS r FROM {table.Sql} t WHERE t.{RegionStore.OfObject(dataset, table, "$1")} OFFSET 0) s
                """;
        }
    }

    private string After(string[]? key) => key is null ? string.Empty : $" AND ({_keyColumns}) > ({Literals(key)})";

    private string KeyParts(string array) => string.Join(", ", table.PrimaryKey.Select((_, index) => KeyPart(array, index)));

    private string KeyPart(string array, int index) =>
        $"{array}[{(index + 1).ToString(CultureInfo.InvariantCulture)}]::{table.Column(table.PrimaryKey[index]).Type}";

    private string Literals(string[] key) =>
        string.Join(", ", key.Select((part, index) => $"{Quote.Literal(part)}::{table.Column(table.PrimaryKey[index]).Type}"));
}
