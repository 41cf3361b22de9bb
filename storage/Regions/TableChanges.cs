using System.Collections.Immutable;
using Npgsql;

namespace Idp.Storage.Regions;

/// <summary>What changed in one table since a stream's stored snapshot.</summary>
/// <param name="Keys">Every changed key.</param>
/// <param name="GoneKeys">Those that have no row any more.</param>
/// <param name="Rows">The current rows of the others, as text.</param>
internal sealed record TableChanges(TableSql Sql, ImmutableArray<string[]> Keys, ImmutableArray<string[]> GoneKeys, ImmutableArray<string> Rows)
{
    public static async Task<TableChanges> ReadAsync(TableSql sql, NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        var keys = ImmutableArray.CreateBuilder<string[]>();
        var gone = ImmutableArray.CreateBuilder<string[]>();
        var rows = ImmutableArray.CreateBuilder<string>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var key = reader.GetFieldValue<string[]>(0);
            keys.Add(key);
            if (reader.IsDBNull(1))
            {
                gone.Add(key);
            }
            else
            {
                rows.Add(reader.GetString(1));
            }
        }

        return new TableChanges(sql, keys.ToImmutable(), gone.ToImmutable(), rows.ToImmutable());
    }
}
