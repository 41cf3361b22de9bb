using System.Collections.Immutable;
using Idp.Core;
using Idp.Core.Movement;
using Idp.Embedded;
using Idp.Storage.Regions;
using Npgsql;

namespace Idp.Storage.Tests.Regions;

/// <summary>Two real PostgreSQL servers, each a region, with a dataset of two tables adopted in both.</summary>
public sealed class TwoRegions : IAsyncLifetime
{
    public static readonly RegionId East = RegionId.Parse("us-east-1");
    public static readonly RegionId West = RegionId.Parse("eu-west-1");
    public static readonly DatasetId Users = DatasetId.Parse("users");

    private const string TablesSql = """
        CREATE TABLE profile (
            user_id text NOT NULL, item int NOT NULL, version bigint NOT NULL, score numeric(12, 3), seen timestamptz, tags text[], body jsonb, raw bytea,
            doubled bigint GENERATED ALWAYS AS (version * 2) STORED,
            PRIMARY KEY (user_id, item));
        CREATE TABLE activity (
            user_id text NOT NULL, item int NOT NULL, seq bigint NOT NULL, note text,
            PRIMARY KEY (user_id, item, seq),
            FOREIGN KEY (user_id, item) REFERENCES profile (user_id, item) ON DELETE CASCADE);
        """;

    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"idp-test-{Guid.NewGuid():N}");
    private readonly List<PostgresCluster> _clusters = [];
    private long _epoch = OwnershipTransitions.BirthEpoch;

    public RegionStores Stores { get; private set; } = null!;

    public AdoptedDataset Dataset { get; private set; } = null!;

    public RegionStore Store(RegionId region) => Stores.Get(region, region);

    public string ConnectionString(RegionId region) => Stores.ConnectionString(region, region);

    public async ValueTask InitializeAsync()
    {
        var token = TestContext.Current.CancellationToken;
        foreach (var region in new[] { East, West })
        {
            _clusters.Add(await PostgresCluster.StartAsync(
                new PostgresClusterOptions { DataFolder = Path.Combine(_folder, region.Value), Name = region.Value, Durable = false }, token));
        }

        Stores = new RegionStores(
        [
            .. new[] { East, West }.Zip(_clusters, (region, cluster) => new RegionEndpoint(
                new Region(region, "X", new RegionPrices(0.08m, 0.02m, 0.05m)), cluster.ConnectionString, ImmutableDictionary<RegionId, string>.Empty)),
        ]);
        foreach (var region in new[] { East, West })
        {
            await RunAsync(region, TablesSql);
            await RegionAdoption.PrepareAsync(Store(region).Data, region, token);
            Dataset = await DatasetReader.ReadAsync(Store(region).Data, Users, "user_id", ["public.activity", "public.profile"], token);
            await RegionAdoption.AdoptAsync(Store(region).Data, Dataset, East, token);
        }
    }

    public async Task RunAsync(RegionId region, string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString(region));
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    public async Task<T?> AskAsync<T>(RegionId region, string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString(region));
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(TestContext.Current.CancellationToken) is T value ? value : default;
    }

    /// <summary>Creates an object in its birth region with rows of every kind.</summary>
    public Task BearAsync(ObjectId id, int rows) => RunAsync(East, $"""
        BEGIN;
        SELECT idp.enter('users', '{id.Key}', 0);
        INSERT INTO profile SELECT '{id.Key}', i, i, i / 3.0, '2021-04-01T00:00:00Z', ARRAY['a', 'b"c'], '{"{\"n\": 1.50}"}', '\x00ff' FROM generate_series(1, {rows}) i;
        INSERT INTO activity SELECT '{id.Key}', i, 1, 'first' FROM generate_series(1, {rows}) i;
        COMMIT
        """);

    public ObjectMover Mover(ObjectId id, RegionId from, RegionId to, MoveAttempt attempt, MoverOptions? options = null) =>
        new(Store(from), Store(to), Dataset, id, attempt, options ?? new MoverOptions(), TimeProvider.System, new Random(7));

    public MoveAttempt NextMove() => new(Interlocked.Increment(ref _epoch), MoveKind.Move);

    public MoveAttempt NextUndo(MoveAttempt of) => new(Interlocked.Increment(ref _epoch), MoveKind.Undo, of.Epoch);

    /// <summary>Everything that both tables hold of one object, in order, as text.</summary>
    public async Task<string> RowsAsync(RegionId region, ObjectId id) => await AskAsync<string>(region, $"""
        SELECT coalesce((SELECT string_agg(t::text, E'\n' ORDER BY item) FROM profile t WHERE user_id = '{id.Key}'), '') || '|' ||
               coalesce((SELECT string_agg(t::text, E'\n' ORDER BY item, seq) FROM activity t WHERE user_id = '{id.Key}'), '')
        """) ?? "|";

    public async ValueTask DisposeAsync()
    {
        await Stores.DisposeAsync();
        foreach (var cluster in _clusters)
        {
            await cluster.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }
}
