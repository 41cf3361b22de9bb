using System.Collections.Immutable;
using System.Globalization;

namespace Idp.Storage.Regions;

/// <summary>The statements that copy and apply one table's rows of one object.</summary>
/// <remarks>Every name is a quoted identifier from the store's own catalog; the object's key is always <c>$1</c>.</remarks>
internal sealed class TableSql(AdoptedDataset dataset, AdoptedTable table)
{
    /// <summary>A step that carries rows as text holds at most about this much of each table.</summary>
    private const int MaxTextBytes = 2 << 20;

    private readonly string _columns = string.Join(", ", table.StoredColumns.Select(column => Quote.Identifier(column.Name)));

    // Within one object the placement key is constant; ordering by it would only bring its collation in.
    private readonly ImmutableArray<(string Name, int Place)> _order =
        [.. table.PrimaryKey.Select((name, place) => (name, place)).Where(part => part.name != dataset.PlacementKey)];

    public AdoptedTable Table => table;

    public AdoptedDataset Dataset => dataset;

    public string CopyIn => $"COPY {table.Sql} ({_columns}) FROM STDIN (FORMAT binary)";

    /// <summary>Deletes the keys given as one text array a key column, from <c>$2</c> on.</summary>
    public string Delete => $"DELETE FROM {table.Sql} t USING {GivenKeys()} WHERE {IsOf("$1")} AND {IsGivenKey}";

    /// <summary>The current rows of the keys given as one text array a key column, from <c>$2</c> on.</summary>
    public string RowsOfKeys => $"SELECT {KeyText("k")}, t::text FROM {GivenKeys()} LEFT JOIN {table.Sql} t ON {IsGivenKey} AND {IsOf("$1")}";

    /// <summary>Inserts or replaces the rows given as text in <c>$1</c>, and returns them as the store now has them.</summary>
    /// <remarks>A row that another object has under the same key is neither replaced nor returned.</remarks>
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

            // A key without the placement key can be another object's here, by an application that moves rows itself.
            var placement = Quote.Identifier(dataset.PlacementKey);

            // A table of nothing but its key still returns the row that was there.
            var key = Quote.Identifier(table.PrimaryKey[0]);
            var action = updates.IsEmpty ? $"{key} = excluded.{key}" : string.Join(", ", updates);
            return $"""
                INSERT INTO {table.Sql} AS t ({_columns}) OVERRIDING SYSTEM VALUE
                SELECT {values} FROM (SELECT x::{table.Sql} AS r FROM unnest($1::text[]) x OFFSET 0) s
                ON CONFLICT ({string.Join(", ", table.PrimaryKey.Select(Quote.Identifier))}) DO UPDATE SET {action} WHERE t.{placement} = excluded.{placement}
                RETURNING t::text
                """;
        }
    }

    /// <summary>What the planner believes the object's rows to be.</summary>
    public string Estimate(string objectKey) => $"EXPLAIN (FORMAT JSON) SELECT 1 FROM {table.Sql} t WHERE {Of(Quote.Literal(objectKey))}";

    /// <summary>Keys changed since snapshot <c>$2</c>, each with its current row as text, or null when it is gone.</summary>
    /// <param name="upTo">Only keys up to this one, copied already; null for all.</param>
    /// <param name="order">How the source orders keys; needed with <paramref name="upTo"/>.</param>
    public string Changes(string[]? upTo, KeyOrder? order)
    {
        var join = string.Join(" AND ", table.PrimaryKey.Select((name, index) => $"t.{Quote.Identifier(name)} = {KeyPart(index)}"));

        // A text taken from the log has the database's collation, while the copy went by the column's.
        var bound = upTo is null || _order.IsEmpty
            ? string.Empty
            : $" WHERE ({string.Join(", ", _order.Select(part => KeyPart(part.Place) + order?.Collate(table, part.Name)))}) <= ({Literals(upTo)})";
        return $"""
            SELECT k.key, t::text FROM (
                SELECT DISTINCT v.key FROM idp.change c CROSS JOIN LATERAL (VALUES (c.old_key), (c.new_key)) v(key)
                WHERE c.dataset = $3 AND c.object = $1 AND c.table_name = {Quote.Literal(table.FullName)} AND v.key IS NOT NULL AND {ChangeLog.IsNew("$2")}) k
            LEFT JOIN {table.Sql} t ON {join} AND {IsOf("$1")}{bound}
            """;
    }

    /// <summary>The next rows with their keys as text, bounded in number and bytes, and how many there were within the number alone.</summary>
    public string Next(string[]? after, int limit) => $"""
        SELECT s.key, s.r, s.n FROM (
            SELECT x.key, x.r, x.place, count(*) OVER () AS n, sum(octet_length(x.r)) OVER (ORDER BY x.place) - octet_length(x.r) AS before
            FROM (SELECT {KeyText("t")} AS key, t::text AS r, row_number() OVER ({OrderBy()}) AS place
                  FROM {table.Sql} t WHERE {Of("$1")}{After(after)} {OrderBy()} LIMIT {Text(limit)}) x) s
        WHERE s.before < {Text(MaxTextBytes)} ORDER BY s.place
        """;

    /// <summary>Where the next chunks end: every key at a multiple of <paramref name="rows"/>, at most <paramref name="chunks"/> of them.</summary>
    public string Boundaries(string[]? after, int rows, int chunks)
    {
        // Keys of one object with a single row have no order, and need none.
        var columns = string.Join(", ", _order.Select(part => $"t.{Quote.Identifier(part.Name)}"));
        return _order.IsEmpty
            ? "SELECT NULL::text[] WHERE false"
            : $"""
              SELECT {KeyText("s", "$1::text")} FROM (
                  SELECT {columns}, row_number() OVER ({OrderBy()}) AS place FROM {table.Sql} t WHERE {Of("$1")}{After(after)}
                  {OrderBy()} LIMIT {Text((long)rows * chunks)}) s
              WHERE s.place % {Text(rows)} = 0 ORDER BY s.place
              """;
    }

    /// <summary>The rows of a key interval.</summary>
    public string CopyOut(string objectKey, string[]? after, string[]? upTo) =>
        $"COPY (SELECT {_columns} FROM {table.Sql} t WHERE {Of(Quote.Literal(objectKey))}{Within(after, upTo)} {OrderBy()}) TO STDOUT (FORMAT binary)";

    /// <summary>Deletes what lies beyond a key; everything when <paramref name="after"/> is null.</summary>
    public string DeleteBeyond(string[]? after) => $"DELETE FROM {table.Sql} t WHERE {Of("$1")}{After(after)}";

    /// <summary>Rows that point through a foreign key to the parents given as one text array a key column, from <c>$2</c> on.</summary>
    public string ChildrenOf(AdoptedForeignKey foreign, TableSql parent, string[]? upTo)
    {
        var match = string.Join(" AND ", foreign.Columns.Zip(foreign.TargetColumns)
            .Select(pair => $"c.{Quote.Identifier(pair.First)} = t.{Quote.Identifier(pair.Second)}"));
        return $"""
            SELECT DISTINCT {KeyText("c")} AS key, c::text AS r FROM {table.Sql} c, {parent.Table.Sql} t, {parent.GivenKeys()}
            WHERE {parent.IsOf("$1")} AND {parent.IsGivenKey} AND {IsOf("$1", "c")} AND {match}{Within(null, upTo, "c")}
            """;
    }

    /// <summary>The condition of a half-open key interval, to be added to others.</summary>
    public string Within(string[]? after, string[]? upTo, string alias = "t") => After(after, alias) + (upTo is null ? string.Empty : Compare("<=", upTo, alias));

    /// <summary>The condition that selects the object's rows of the table <c>t</c>.</summary>
    public string Of(string key) => $"t.{OfObject(key)}";

    /// <summary>The key as an array of text.</summary>
    /// <param name="placement">What to write for the placement key, when the rows at hand lack it.</param>
    public string KeyText(string alias, string? placement = null) =>
        $"ARRAY[{string.Join(", ", table.PrimaryKey.Select((name, index) => name == dataset.PlacementKey && placement is not null
            ? placement
            : alias == "k" ? $"k.c{Text(index)}" : $"{alias}.{Quote.Identifier(name)}::text"))}]";

    private string IsGivenKey => string.Join(
        " AND ", table.PrimaryKey.Select((name, index) => $"t.{Quote.Identifier(name)} = k.c{Text(index)}::{table.Column(name).Type}"));

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private string GivenKeys()
    {
        var arrays = string.Join(", ", table.PrimaryKey.Select((_, index) => $"${Text(index + 2)}::text[]"));
        var names = string.Join(", ", table.PrimaryKey.Select((_, index) => $"c{Text(index)}"));
        return $"unnest({arrays}) AS k({names})";
    }

    // Beside keys: true for the object's rows, and nothing to the planner. With statistics older than the object it takes the
    // placement key for one row, reads the whole object, and compares each row with every key (docs/decisions/0025).
    private string IsOf(string key, string alias = "t") => $"CASE WHEN {alias}.{OfObject(key)} THEN true END";

    private string OfObject(string key) => RegionStore.OfObject(dataset, table, key);

    private string OrderBy() => _order.IsEmpty ? string.Empty : $"ORDER BY {string.Join(", ", _order.Select(part => $"t.{Quote.Identifier(part.Name)}"))}";

    private string After(string[]? key, string alias = "t") => key is null ? string.Empty : Compare(">", key, alias);

    private string Compare(string comparison, string[] key, string alias) => _order.IsEmpty
        ? comparison == ">" ? " AND false" : string.Empty
        : $" AND ({string.Join(", ", _order.Select(part => $"{alias}.{Quote.Identifier(part.Name)}"))}) {comparison} ({Literals(key)})";

    private string Literals(string[] key) =>
        string.Join(", ", _order.Select(part => $"{Quote.Literal(key[part.Place])}::{table.Column(part.Name).Type}"));

    private string KeyPart(int index) => $"k.key[{Text(index + 1)}]::{table.Column(table.PrimaryKey[index]).Type}";
}
