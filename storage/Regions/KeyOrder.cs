using System.Collections.Immutable;
using Npgsql;

namespace Idp.Storage.Regions;

/// <summary>How one store orders the text in its primary keys.</summary>
/// <param name="Collations">By table and column: the collation in SQL, and what makes it the same as another server's.</param>
/// <remarks>
/// Two servers may sort the same keys differently: another library, another version of it, another locale. Ranges of such keys
/// hold different rows on either side, so a comparison would find phantoms (Vitess #12859, #20876).
/// </remarks>
internal sealed record KeyOrder(ImmutableDictionary<(string Table, string Column), (string Sql, string Identity)> Collations)
{
    // The catalogs' columns differ between versions, hence the JSON. Only C needs no version: it compares bytes.
    private const string Sql = """
        SELECT n.nspname || '.' || c.relname, a.attname, quote_ident(cn.nspname) || '.' || quote_ident(co.collname),
            getdatabaseencoding() || '|' || CASE WHEN co.collname = 'default' AND cn.nspname = 'pg_catalog'
                THEN concat_ws('|', j.d ->> 'datlocprovider', j.d ->> 'datcollate', j.d ->> 'datctype', j.d ->> 'daticulocale', j.d ->> 'datlocale',
                    CASE WHEN j.d ->> 'datcollate' IN ('C', 'POSIX') AND j.d ->> 'datlocprovider' = 'c' THEN 'bytes' ELSE pg_database_collation_actual_version(d.oid) END)
                ELSE concat_ws('|', j.c ->> 'collprovider', j.c ->> 'collcollate', j.c ->> 'collctype', j.c ->> 'colliculocale', j.c ->> 'colllocale',
                    j.c ->> 'collicurules', j.c ->> 'collisdeterministic',
                    CASE WHEN j.c ->> 'collcollate' IN ('C', 'POSIX') THEN 'bytes' ELSE pg_collation_actual_version(co.oid) END) END,
            CASE WHEN co.collname = 'default' AND cn.nspname = 'pg_catalog'
                THEN (j.d ->> 'datcollate' IN ('C', 'POSIX') AND j.d ->> 'datlocprovider' = 'c') OR pg_database_collation_actual_version(d.oid) IS NOT NULL
                ELSE coalesce(j.c ->> 'collcollate', '') IN ('C', 'POSIX') OR pg_collation_actual_version(co.oid) IS NOT NULL END
        FROM pg_index i
        JOIN pg_class c ON c.oid = i.indrelid
        JOIN pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY (i.indkey)
        JOIN pg_collation co ON co.oid = a.attcollation
        JOIN pg_namespace cn ON cn.oid = co.collnamespace
        JOIN pg_database d ON d.datname = current_database()
        CROSS JOIN LATERAL (SELECT to_jsonb(d) AS d, to_jsonb(co) AS c) j
        WHERE i.indisprimary AND n.nspname || '.' || c.relname = ANY ($1)
        """;

    public static async Task<KeyOrder> ReadAsync(NpgsqlDataSource store, AdoptedDataset dataset, CancellationToken cancellationToken)
    {
        await using var command = store.CreateCommand(Sql);
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. dataset.Tables.Select(table => table.FullName)] });
        var collations = ImmutableDictionary.CreateBuilder<(string, string), (string, string)>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            // An order without a version may change under the same name: it is like no other.
            var identity = reader.GetBoolean(4) ? reader.GetString(3) : string.Empty;
            collations.Add((reader.GetString(0), reader.GetString(1)), (reader.GetString(2), identity));
        }

        return new KeyOrder(collations.ToImmutable());
    }

    /// <summary>What a text needs to compare as the column does; empty where no collation applies.</summary>
    public string Collate(AdoptedTable table, string column) =>
        Collations.TryGetValue((table.FullName, column), out var found) ? $" COLLATE {found.Sql}" : string.Empty;

    /// <summary>Whether key ranges of a table hold the same rows in both stores.</summary>
    public bool IsSameAs(KeyOrder other, AdoptedDataset dataset, AdoptedTable table) => table.PrimaryKey
        .Where(column => column != dataset.PlacementKey)
        .All(column => Identity(table, column) is var mine && mine == other.Identity(table, column) && mine.Length > 0);

    // Types without a collation order alike everywhere.
    private string Identity(AdoptedTable table, string column) =>
        Collations.TryGetValue((table.FullName, column), out var found) ? found.Identity : "none";
}
