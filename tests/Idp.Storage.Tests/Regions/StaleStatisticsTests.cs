using System.Collections.Immutable;
using System.Text.Json;
using Idp.Core.Movement;
using Idp.Storage.Regions;
using Npgsql;
using static Idp.Storage.Tests.Regions.TwoRegions;

namespace Idp.Storage.Tests.Regions;

/// <summary>
/// A scar of our own: an object that had grown since its table was analyzed was frozen for half a minute, since its drain compared
/// every row with every key.
/// </summary>
public sealed class StaleStatisticsTests(TwoRegions regions) : IClassFixture<TwoRegions>
{
    private const int Rows = 4_000;
    private const int Keys = 1_000;
    private const long MostRows = 10 * (Rows + Keys); // That any node of a plan may handle: in proportion to both, not to their product.

    private const string Tables = """
        CREATE TABLE {s}.a (owner text NOT NULL, k int NOT NULL, v text, PRIMARY KEY (owner, k));
        CREATE TABLE {s}.b (owner text NOT NULL, k int NOT NULL, v text, PRIMARY KEY (owner, k), FOREIGN KEY (owner, k) REFERENCES {s}.a ON DELETE CASCADE)
        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Statements_OfAnObjectThatGrewSinceAnalyze_ReadRowsAndKeysOnce()
    {
        var world = await CopyFixtureWorld.MakeAsync(regions, "stale", ["a", "b"], Tables, options: new MoverOptions());
        foreach (var other in Enumerable.Range(0, 20))
        {
            await world.WriteAsync(world.Id($"o{other}"), $"INSERT INTO {{s}}.a SELECT 'o{other}', i, 'x' FROM generate_series(1, 50) i; INSERT INTO {{s}}.b SELECT owner, k, v FROM {{s}}.a WHERE owner = 'o{other}'", 0);
        }

        await regions.RunAsync(East, "ALTER TABLE stale.a SET (autovacuum_enabled = off); ALTER TABLE stale.b SET (autovacuum_enabled = off); ANALYZE stale.a, stale.b");
        var id = world.Id("x");
        await world.WriteAsync(id, "INSERT INTO {s}.a VALUES ('x', 0, 'first')", 0);
        await world.Mover(id, regions.NextMove()).StartAsync(Token);
        var snapshot = await world.AskAsync<string>(East, "SELECT pg_current_snapshot()::text");
        await world.WriteAsync(id, $"INSERT INTO {{s}}.a SELECT 'x', i, 'x' FROM generate_series(1, {Rows}) i; INSERT INTO {{s}}.b SELECT owner, k, v FROM {{s}}.a WHERE owner = 'x'");

        ImmutableArray<TableSql> tables = [.. world.Dataset.Tables.Select(table => new TableSql(world.Dataset, table))];
        var (parent, child) = (tables.Single(table => table.Table.Name == "a"), tables.Single(table => table.Table.Name == "b"));
        var keys = TableChanges.Columns(child, [.. Enumerable.Range(1, Keys).Select(key => new[] { "x", key.ToString(System.Globalization.CultureInfo.InvariantCulture) })]).ToArray();
        var changes = new[] { ChangeLog.Snapshot(snapshot), Text("stale") };

        Assert.InRange(await MostRowsAsync(child.Delete, keys), Keys, MostRows);
        Assert.InRange(await MostRowsAsync(child.RowsOfKeys, keys), Keys, MostRows);
        Assert.InRange(await MostRowsAsync(child.ChildrenOf(child.Table.ForeignKeys.Single(), parent, upTo: null), keys), Keys, MostRows);
        Assert.InRange(await MostRowsAsync(child.Changes(upTo: null, order: null), changes), Rows, MostRows);
        Assert.InRange(await MostRowsAsync(Unfenced(child.Delete), keys), MostRows + 1, long.MaxValue); // Planted: the check can fail.
    }

    private static string Unfenced(string sql)
    {
        var plain = sql.Replace("CASE WHEN ", string.Empty, StringComparison.Ordinal).Replace(" THEN true END", string.Empty, StringComparison.Ordinal);
        Assert.NotEqual(sql, plain);
        return plain;
    }

    // Runs the statement and takes it back.
    private async Task<long> MostRowsAsync(string sql, NpgsqlParameter[] parameters)
    {
        await using var connection = new NpgsqlConnection(regions.ConnectionString(East));
        await connection.OpenAsync(Token);
        await using var transaction = await connection.BeginTransactionAsync(Token);
        await using var command = new NpgsqlCommand("SET LOCAL session_replication_role = replica", connection);
        await command.ExecuteNonQueryAsync(Token);
        command.CommandText = $"EXPLAIN (ANALYZE, TIMING off, FORMAT json) {sql}";
        command.Parameters.Add(Text("x"));
        command.Parameters.AddRange(parameters.Select(parameter => parameter.Clone()).ToArray());
        using var plan = JsonDocument.Parse((string)(await command.ExecuteScalarAsync(Token))!);
        return Nodes(plan.RootElement[0].GetProperty("Plan")).Max(node => (long)(node.GetProperty("Actual Rows").GetDouble() * node.GetProperty("Actual Loops").GetDouble()));
    }

    private static IEnumerable<JsonElement> Nodes(JsonElement plan) =>
        [plan, .. plan.TryGetProperty("Plans", out var inner) ? inner.EnumerateArray().SelectMany(Nodes) : []];

    private static NpgsqlParameter<string> Text(string value) => new() { TypedValue = value };
}
