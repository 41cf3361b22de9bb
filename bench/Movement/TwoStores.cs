using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using Idp.Core;
using Idp.Core.Movement;
using Idp.Embedded;
using Idp.Storage.Regions;
using Npgsql;

namespace Idp.Bench.Movement;

/// <summary>Two private servers with the same table of 1 KB rows, adopted in both; what peers and we move between.</summary>
internal sealed class TwoStores : IAsyncDisposable
{
    public static readonly RegionId Here = RegionId.Parse("here");
    public static readonly RegionId There = RegionId.Parse("there");
    public static readonly DatasetId Items = DatasetId.Parse("items");

    // Row header, keys and three columns make 1,000 bytes of COPY a row; incompressible, so that nothing is toasted away.
    private const string TableSql = """
        CREATE TABLE item (
            tenant text NOT NULL, id bigint NOT NULL, version bigint NOT NULL DEFAULT 0, seen timestamptz NOT NULL DEFAULT now(), body text NOT NULL,
            PRIMARY KEY (tenant, id));
        ALTER TABLE item ALTER COLUMN body SET STORAGE PLAIN
        """;

    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"idp-bench-{Guid.NewGuid():N}");
    private readonly List<PostgresCluster> _clusters = [];
    private RegionStores? _stores;
    private long _epoch = OwnershipTransitions.BirthEpoch;

    private LinkProxy? _links;

    private TwoStores()
    {
    }

    public AdoptedDataset Dataset { get; private set; } = null!;

    public PostgresCluster Source => _clusters[0];

    public PostgresCluster Target => _clusters[1];

    public RegionStore Store(RegionId region) => _stores!.Get(region, region);

    /// <summary>How a client in one region reaches the store of another.</summary>
    public string ConnectionString(RegionId store, RegionId from) => _stores!.ConnectionString(store, from);

    /// <param name="roundTrip">Between the two; zero for none at all, not even a proxy.</param>
    public static async Task<TwoStores> StartAsync(TimeSpan roundTrip, CancellationToken cancellationToken)
    {
        var stores = new TwoStores();
        foreach (var region in new[] { Here, There })
        {
            // The same for every contender. No fsync: the disk of a shared machine would be measured instead of the work.
            stores._clusters.Add(await PostgresCluster.StartAsync(
                new PostgresClusterOptions
                {
                    DataFolder = Path.Combine(stores._folder, region.Value),
                    Name = region.Value,
                    Durable = false,
                    SharedBuffersMb = 1_024,
                    Settings = ImmutableDictionary<string, string>.Empty
                        .Add("max_wal_size", "16GB").Add("checkpoint_timeout", "1h").Add("autovacuum", "off"),
                },
                cancellationToken));
        }

        stores._links = roundTrip == TimeSpan.Zero ? null : new LinkProxy(
            RoundTrips.Parse(new StringReader(string.Create(
                CultureInfo.InvariantCulture, $"region,{Here},{There}\n{Here},0,{roundTrip.TotalMilliseconds}\n{There},{roundTrip.TotalMilliseconds},0\n"))),
            region => new IPEndPoint(IPAddress.Loopback, stores.Cluster(region).Port));
        stores._stores = new RegionStores(
        [
            .. new[] { Here, There }.Select(region => new RegionEndpoint(
                new Region(region, "X", new RegionPrices(0, 0, 0)),
                stores.Cluster(region).ConnectionString,
                stores._links is null ? null : ImmutableDictionary<RegionId, string>.Empty.Add(region == Here ? There : Here, stores._links.Endpoint(region == Here ? There : Here, region).ToString()))),
        ]);
        foreach (var region in new[] { Here, There })
        {
            var data = stores.Store(region);
            await stores.RunAsync(region, TableSql, cancellationToken);
            await using var direct = NpgsqlDataSource.Create(stores.Cluster(region).ConnectionString);
            await RegionAdoption.PrepareAsync(direct, region, cancellationToken);
            stores.Dataset = await data.ReadDatasetAsync(Items, "tenant", ["public.item"], cancellationToken);
            await RegionAdoption.AdoptAsync(direct, stores.Dataset, Here, cancellationToken);
        }

        return stores;
    }

    public PostgresCluster Cluster(RegionId region) => region == Here ? Source : Target;

    /// <summary>Fills an object with rows at the source and lets the planner know.</summary>
    public Task BearAsync(string tenant, long rows, CancellationToken cancellationToken) => RunAsync(
        Here,
        string.Create(CultureInfo.InvariantCulture, $"""
            BEGIN;
            SELECT idp.enter('items', {Quote.Literal(tenant)}, 0);
            INSERT INTO item (tenant, id, body)
            SELECT {Quote.Literal(tenant)}, i, (SELECT string_agg(md5((i * 31 + j)::text), '') FROM generate_series(1, 29) j) FROM generate_series(1, {rows}) i;
            COMMIT;
            VACUUM ANALYZE item
            """),
        cancellationToken);

    public async Task RunAsync(RegionId region, string sql, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(Cluster(region).ConnectionString + ";Pooling=false;Command Timeout=0");
        await connection.OpenAsync(cancellationToken);

        // One statement at a time: VACUUM does not run inside the implicit transaction of a script.
        foreach (var statement in sql.Split(";\n", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
#pragma warning disable CA2100 // Written in this folder.
            await using var command = new NpgsqlCommand(statement, connection);
#pragma warning restore CA2100
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    public ObjectMover Mover(string tenant, RegionId from, RegionId to, MoveAttempt attempt, MoverOptions options) =>
        new(_stores!.Get(from, to), Store(to), Dataset, new ObjectId(Items, tenant), attempt, options, TimeProvider.System, new Random(1));

    public MoveAttempt NextMove() => new(Interlocked.Increment(ref _epoch), MoveKind.Move);

    public async ValueTask DisposeAsync()
    {
        await (_stores?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (_links?.DisposeAsync() ?? ValueTask.CompletedTask);
        foreach (var cluster in _clusters)
        {
            await cluster.DisposeAsync();
        }

        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }
}
