using System.Text;
using Idp.Core;
using Idp.Core.Movement;
using Idp.Storage.Regions;
using Npgsql;
using static Idp.Storage.Tests.Regions.TwoRegions;

namespace Idp.Storage.Tests.Regions.Properties;

/// <summary>One scenario's tables, adopted in both regions, and its one object.</summary>
internal sealed class CopyWorld
{
    private readonly TwoRegions _regions;
    private readonly CopyScenario _scenario;
    private readonly string _schema;
    private readonly AdoptedDataset _dataset;
    private readonly ObjectId _id;
    private readonly RandomWrites _writes;
    private int _sessions;

    private CopyWorld(TwoRegions regions, CopyScenario scenario, string schema, AdoptedDataset dataset)
    {
        (_regions, _scenario, _schema, _dataset) = (regions, scenario, schema, dataset);
        _id = new ObjectId(dataset.Name, "it's one");
        _writes = new RandomWrites(scenario.Schema, _id, scenario.Seed);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<CopyWorld> MakeAsync(TwoRegions regions, CopyScenario scenario, string schema, CancellationToken cancellationToken)
    {
        AdoptedDataset? dataset = null;
        foreach (var region in new[] { East, West })
        {
            await regions.RunAsync(region, Named(scenario.Schema.CreateSql(), schema));
            dataset = await DatasetReader.ReadAsync(
                regions.Store(region).Data, DatasetId.Parse(schema), "owner", [.. scenario.Schema.Tables.Select(table => $"{schema}.{table.Name}")], cancellationToken);
            Assert.Empty(AdoptionRules.Check(dataset, []));
            await RegionAdoption.AdoptAsync(regions.Store(region).Data, dataset, East, cancellationToken);
        }

        var world = new CopyWorld(regions, scenario, schema, dataset!);
        await regions.RunAsync(East, $"SELECT idp.enter('{schema}', {Quote.Literal(world._id.Key)}, 0)");
        return world;
    }

    public ObjectMover Mover(RegionId from, RegionId to, MoveAttempt attempt) => new(
        _regions.Store(from), _regions.Store(to), _dataset, _id, attempt, _scenario.Options, TimeProvider.System, new Random(_scenario.Seed));

    public ObjectCopier Copier(RegionId from, RegionId to, MoveAttempt attempt) => new(
        _regions.Store(from), _regions.Store(to), _dataset, _id, attempt, row => OwnershipTransitions.MayImport(row, attempt.Epoch), _scenario.Options, TimeProvider.System);

    public Task<AbandonedRound?> AbandonAsync(RegionId from, RegionId to, MoveAttempt attempt, int landed) =>
        AbandonedRound.BeginAsync(_regions.Store(from), _regions.Store(to), _dataset, _id, attempt, landed, Token);

    public Task WriteAsync(RegionId region, long epoch, int writes)
    {
        var settings = RandomWrites.SessionSettings[_sessions++ % RandomWrites.SessionSettings.Length];
        return _regions.RunAsync(region, settings + Named(_writes.Transaction(epoch, writes), _schema));
    }

    /// <summary>Waits until a step waits for a lock in a region, or has ended.</summary>
    public async Task UntilBlockedAsync(RegionId region, Task step)
    {
        while (!step.IsCompleted && await _regions.AskAsync<bool>(
            region, "SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE application_name = 'idp-mover' AND wait_event_type = 'Lock')"))
        {
            await Task.Yield();
        }
    }

    /// <summary>Every table's rows of the object as text; independent of the mover's own comparison.</summary>
    public async Task<string> DumpAsync(RegionId region)
    {
        var dump = new StringBuilder();
        foreach (var table in _dataset.Tables)
        {
            await using var command = _regions.Store(region).Data.CreateCommand(
                $"SELECT coalesce(string_agg(t::text, E'\\n' ORDER BY t::text COLLATE \"C\"), '') FROM {table.Sql} t WHERE owner = $1");
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = _id.Key });
            dump.Append(table.FullName).Append('\n').Append((string?)await command.ExecuteScalarAsync(Token)).Append('\n');
        }

        return dump.ToString();
    }

    private static string Named(string sql, string schema) => sql.Replace("\"rs\"", $"\"{schema}\"", StringComparison.Ordinal);
}
