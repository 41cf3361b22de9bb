using Idp.Core;
using Idp.Core.Movement;
using Idp.Storage.Regions;
using Npgsql;
using static Idp.Storage.Tests.Regions.TwoRegions;

namespace Idp.Storage.Tests.Regions;

/// <summary>Tables of a test's own, in a schema of its own, adopted in both regions with <c>owner</c> as the placement key.</summary>
internal sealed class CopyFixtureWorld(TwoRegions regions, string schema, AdoptedDataset dataset)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public AdoptedDataset Dataset => dataset;

    public MoverOptions Options { get; init; } = new() { RowsPerStep = 3, MaxChunkRows = 4, RowsComparedWhole = 0, MaxComparedRows = 5 };

    /// <param name="tables">With <c>{s}</c> where the schema's name belongs.</param>
    /// <param name="tablesInWest">Where the target's differ; null when they do not.</param>
    public static async Task<CopyFixtureWorld> MakeAsync(TwoRegions regions, string schema, string[] names, string tables, string? tablesInWest = null, MoverOptions? options = null)
    {
        AdoptedDataset? dataset = null;
        foreach (var region in new[] { West, East })
        {
            await regions.RunAsync(region, $"CREATE SCHEMA {schema}; " + (region == West ? tablesInWest ?? tables : tables).Replace("{s}", schema, StringComparison.Ordinal));
            dataset = await DatasetReader.ReadAsync(
                regions.Store(region).Data, DatasetId.Parse(schema), "owner", [.. names.Select(name => $"{schema}.{name}")], Token);
            await RegionAdoption.AdoptAsync(regions.Store(region).Data, dataset, East, Token);
        }

        var world = new CopyFixtureWorld(regions, schema, dataset!);
        return options is null ? world : new CopyFixtureWorld(regions, schema, dataset!) { Options = options };
    }

    public ObjectId Id(string key) => new(dataset.Name, key);

    public ObjectMover Mover(ObjectId id, MoveAttempt attempt) =>
        new(regions.Store(East), regions.Store(West), dataset, id, attempt, Options, TimeProvider.System, new Random(1));

    public ObjectCopier Copier(ObjectId id, MoveAttempt attempt) => new(
        regions.Store(East), regions.Store(West), dataset, id, attempt, row => OwnershipTransitions.MayImport(row, attempt.Epoch), Options, TimeProvider.System);

    /// <summary>Writes at the birth region as a client; creates the object with its first write.</summary>
    public Task WriteAsync(ObjectId id, string sql, int epoch = 1) => regions.RunAsync(
        East, $"BEGIN; SELECT idp.enter('{schema}', '{id.Key}', {epoch}); {sql.Replace("{s}", schema, StringComparison.Ordinal)}; COMMIT");

    /// <summary>Writes at the target past the fence, as no client can: a fault.</summary>
    public Task CorruptAsync(string sql) =>
        regions.RunAsync(West, $"BEGIN; SET LOCAL session_replication_role = replica; {sql.Replace("{s}", schema, StringComparison.Ordinal)}; COMMIT");

    public Task<T?> AskAsync<T>(RegionId region, string sql) => regions.AskAsync<T>(region, sql.Replace("{s}", schema, StringComparison.Ordinal));

    public async Task<string> DumpAsync(RegionId region, ObjectId id)
    {
        var dump = string.Empty;
        foreach (var table in dataset.Tables)
        {
            await using var command = regions.Store(region).Data.CreateCommand(
                $"SELECT coalesce(string_agg(t::text, E'\\n' ORDER BY t::text COLLATE \"C\"), '') FROM {table.Sql} t WHERE owner = $1");
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = id.Key });
            dump += $"{table.Name}\n{await command.ExecuteScalarAsync(Token)}\n";
        }

        return dump;
    }

    public async Task AssertMovesAsync(ObjectId id, MoveAttempt attempt)
    {
        var mover = Mover(id, attempt);
        await mover.CopyAsync(_ => { }, Token);
        var verified = await mover.VerifyAsync(Token);
        await mover.SwitchAsync(Token);
        await mover.OpenAsync(Token);
        Assert.Equal(await DumpAsync(East, id), await DumpAsync(West, id));
        Assert.Empty(verified.RepairedSample);
    }
}
