using System.Text.Json;
using Idp.Core;
using Idp.Storage.Regions;
using Npgsql;

namespace Idp.Cli.Datasets;

/// <summary>What a store remembers of a dataset that was adopted before.</summary>
internal sealed record EarlierAdoption(RegionId BirthRegion, bool IsReleased)
{
    /// <returns>Null when the dataset was never adopted there.</returns>
    public static async Task<EarlierAdoption?> FindAsync(NpgsqlDataSource store, DatasetId dataset, CancellationToken cancellationToken)
    {
        await using (var ask = store.CreateCommand("SELECT to_regclass('idp.dataset') IS NOT NULL"))
        {
            if (!(bool)(await ask.ExecuteScalarAsync(cancellationToken))!)
            {
                return null;
            }
        }

        // As JSON, since a check must not bring an older schema up to date, and reads both.
        await using var find = store.CreateCommand("SELECT to_jsonb(d)::text FROM idp.dataset d WHERE d.name = $1");
        find.Parameters.Add(new NpgsqlParameter<string> { TypedValue = dataset.Value });
        if (await find.ExecuteScalarAsync(cancellationToken) is not string row)
        {
            return null;
        }

        using var json = JsonDocument.Parse(row);
        var isReleased = json.RootElement.TryGetProperty("state", out var state) && state.GetString() == "released";
        return new EarlierAdoption(RegionId.Parse(json.RootElement.GetProperty("birth_region").GetString()!), isReleased);
    }

    /// <returns>Guarded tables, each with the dataset that its guards know.</returns>
    public static async Task<IReadOnlyList<(string Table, string Dataset)>> FindOwnersAsync(
        NpgsqlDataSource store, IEnumerable<string> tables, CancellationToken cancellationToken)
    {
        string[] names = [.. tables];
        await using var find = store.CreateCommand("""
            SELECT DISTINCT t.name, found.dataset
            FROM unnest($1::text[], $2::text[]) t(name, quoted)
            JOIN pg_trigger g ON g.tgrelid = to_regclass(t.quoted) AND g.tgname LIKE 'idp\_guard%'
            JOIN pg_proc p ON p.oid = g.tgfoid
            CROSS JOIN LATERAL (SELECT substring(p.prosrc from $pattern$check_write\('([^']+)'$pattern$) AS dataset) found
            WHERE found.dataset IS NOT NULL
            """);
        find.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = names });
        find.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. names.Select(name => string.Join('.', name.Split('.').Select(Quote.Identifier)))] });
        await using var reader = await find.ExecuteReaderAsync(cancellationToken);
        var found = new List<(string, string)>();
        while (await reader.ReadAsync(cancellationToken))
        {
            found.Add((reader.GetString(0), reader.GetString(1)));
        }

        return found;
    }

    /// <returns>Those of the tables that the store does not have.</returns>
    public static async Task<IReadOnlyList<string>> MissingTablesAsync(NpgsqlDataSource store, IEnumerable<string> tables, CancellationToken cancellationToken)
    {
        string[] names = [.. tables];
        await using var find = store.CreateCommand(
            "SELECT t.name FROM unnest($1::text[], $2::text[]) t(name, quoted) WHERE to_regclass(t.quoted) IS NULL");
        find.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = names });
        find.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. names.Select(name => string.Join('.', name.Split('.').Select(Quote.Identifier)))] });
        await using var reader = await find.ExecuteReaderAsync(cancellationToken);
        var missing = new List<string>();
        while (await reader.ReadAsync(cancellationToken))
        {
            missing.Add(reader.GetString(0));
        }

        return missing;
    }
}
