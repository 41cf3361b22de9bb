using System.Collections.Immutable;
using Npgsql;

namespace Idp.Storage.Regions;

/// <summary>Rows of one table that a step writes anew in the target.</summary>
/// <param name="Keys">Every key that it touches.</param>
/// <param name="GoneKeys">Those that have no row any more.</param>
/// <param name="Rows">The current rows of the others, as text.</param>
internal sealed record TableChanges(TableSql Sql, ImmutableArray<string[]> Keys, ImmutableArray<string[]> GoneKeys, ImmutableArray<string> Rows)
{
    /// <summary>Reads keys, each with its current row, or null when it is gone.</summary>
    public static async Task<TableChanges> ReadAsync(TableSql sql, NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        var keys = ImmutableArray.CreateBuilder<string[]>();
        var gone = ImmutableArray.CreateBuilder<string[]>();

        // Clients write one key in several ways, a time in two zones for example; its row is the same text each time.
        var rows = new HashSet<string>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellationToken))
        {
            var key = reader.GetFieldValue<string[]>(0);
            keys.Add(key);
            if (await reader.IsDBNullAsync(1, cancellationToken))
            {
                gone.Add(key);
            }
            else
            {
                rows.Add(reader.GetString(1));
            }
        }

        return new TableChanges(sql, keys.ToImmutable(), gone.ToImmutable(), [.. rows]);
    }

    /// <summary>Both, each key and row once.</summary>
    public TableChanges With(TableChanges other) => this with
    {
        Keys = [.. Keys, .. other.Keys],
        GoneKeys = [.. GoneKeys, .. other.GoneKeys],
        Rows = [.. Rows.Union(other.Rows, StringComparer.Ordinal)],
    };

    /// <summary>One text array a key column, as the statements take keys.</summary>
    public static IEnumerable<NpgsqlParameter> Columns(TableSql sql, ImmutableArray<string[]> keys) =>
        Enumerable.Range(0, sql.Table.PrimaryKey.Length)
            .Select(column => new NpgsqlParameter<string[]> { TypedValue = [.. keys.Select(key => key[column])] });
}
