using System.Globalization;

namespace Idp.Storage.Regions;

/// <summary>The statements that compare one table's rows of one object.</summary>
/// <remarks>
/// A row is its text: every stored column through its output function, by name, under the settings that movers pin. Hashes of
/// the values themselves would be blind to what compares as equal: 1.0 and 1.00, 0 and -0, the scale of numbers in jsonb.
/// </remarks>
internal sealed class TableDigestSql(TableSql sql)
{
    /// <summary>Parts of a table that is compared whole; a part that differs is listed.</summary>
    public const int ManyBuckets = 4_096;

    private readonly string _row = string.Join(
        ", ", sql.Table.StoredColumns.OrderBy(column => column.Name, StringComparer.Ordinal).Select(column => $"t.{Quote.Identifier(column.Name)}"));

    /// <summary>Per bucket the number of rows and the sums of two independent hashes.</summary>
    /// <param name="isBucketed">By a hash of the key, where key ranges mean something else in either store; else all in bucket 0.</param>
    public string Digest(string[]? after, string[]? upTo, bool isBucketed) => $"""
        SELECT s.b, count(*), sum(s.h0), sum(s.h1) FROM ({Hashes(after, upTo, isBucketed)}) s GROUP BY s.b
        """;

    /// <summary>Each key with its row's hashes, of the buckets in <c>$2</c>.</summary>
    public string List(string[]? after, string[]? upTo, bool isBucketed) => $"""
        SELECT s.key, s.h0, s.h1 FROM ({Hashes(after, upTo, isBucketed)}) s WHERE s.b = ANY ($2::int[])
        """;

    private string Hashes(string[]? after, string[]? upTo, bool isBucketed)
    {
        var bucket = isBucketed
            ? $"(hashtextextended(x.key::text COLLATE \"C\", 2) & {(ManyBuckets - 1).ToString(CultureInfo.InvariantCulture)})::int"
            : "0";
        return $"""
            SELECT x.key, {bucket} AS b, hashtextextended(x.r COLLATE "C", 0) AS h0, hashtextextended(x.r COLLATE "C", 1) AS h1
            FROM (SELECT {sql.KeyText("t")} AS key, ROW({_row})::text AS r FROM {sql.Table.Sql} t WHERE {sql.Of("$1")}{sql.Within(after, upTo)} OFFSET 0) x
            """;
    }
}
