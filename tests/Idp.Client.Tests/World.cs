using System.Collections.Immutable;
using Idp.Storage;
using Npgsql;

namespace Idp.Client.Tests;

/// <summary>Two regions with the dataset <c>users</c>, born in <c>eu</c>. One for each test class; tests use keys of their own.</summary>
public sealed class World(ClientCluster cluster) : IAsyncLifetime
{
    public static readonly RegionId Eu = RegionId.Parse("eu");
    public static readonly RegionId Us = RegionId.Parse("us");
    public static readonly DatasetId Users = DatasetId.Parse("users");

    private const string TablesSql = """
        CREATE TABLE profile (user_id text NOT NULL, id int NOT NULL, value text, PRIMARY KEY (user_id, id));
        CREATE FUNCTION guard() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE key text := CASE WHEN TG_OP = 'DELETE' THEN OLD.user_id ELSE NEW.user_id END;
        BEGIN
            IF strpos(coalesce(current_setting('idp.pass', true), ''), E'\x1eusers\x1f' || key || E'\x1f') = 0 THEN
                PERFORM idp.refuse_write('users', key);
            END IF;
            IF TG_OP = 'DELETE' THEN
                RETURN OLD;
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER guard BEFORE INSERT OR UPDATE OR DELETE ON profile FOR EACH ROW EXECUTE FUNCTION guard();
        INSERT INTO idp.dataset VALUES ('users', 'eu', 'f');
        """;

    private readonly Dictionary<RegionId, NpgsqlDataSource> _stores = [];
    private readonly Dictionary<RegionId, string> _connectionStrings = [];

    /// <summary>Straight to the store, as movers do.</summary>
    public NpgsqlDataSource Store(RegionId region) => _stores[region];

    public string ConnectionString(RegionId region) => _connectionStrings[region];

    public async ValueTask InitializeAsync()
    {
        foreach (var region in new[] { Eu, Us })
        {
            var connectionString = new NpgsqlConnectionStringBuilder(cluster.Postgres.ConnectionString) { Database = $"{region}_{Guid.NewGuid():n}" };
            await using var server = NpgsqlDataSource.Create(cluster.Postgres.ConnectionString + ";Pooling=false");
            await ExecuteAsync(server, $"CREATE DATABASE {connectionString.Database}");
            _connectionStrings[region] = connectionString.ConnectionString;
            var store = _stores[region] = NpgsqlDataSource.Create(connectionString);
            await SchemaMigrator.MigrateAsync(store, "Regions.Schema", CancellationToken.None);
            await ExecuteAsync(store, TablesSql);
            await ExecuteAsync(store, $"INSERT INTO idp.store (region) VALUES ('{region}')");
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var store in _stores.Values)
        {
            await store.DisposeAsync();
        }
    }

    /// <summary>A client in <c>us</c> that knows nothing but the dataset's birth region, and has no control plane.</summary>
    public IdpDataSource Client(Action<IdpDataSourceBuilder>? configure = null, string settings = "")
    {
        var builder = new IdpDataSourceBuilder(Us)
            .AddRegion(Eu, $"{ConnectionString(Eu)};{settings}")
            .AddRegion(Us, $"{ConnectionString(Us)};{settings}");
        configure?.Invoke(builder);
        var client = builder.Build();
        client.ApplyRoutes(Routes(1));
        return client;
    }

    public static RoutingDocument Routes(long version, params ImmutableArray<RoutingEntry> routes) =>
        new(version, IsComplete: true, routes, [new BirthRegion(Users, Eu)]);

    public Task BearAsync(string key, long epoch = 1, RegionId? region = null) => ExecuteAsync(
        Store(region ?? Eu),
        $"INSERT INTO idp.ownership (dataset, object, state, owner_epoch, attempt_epoch) VALUES ('users', '{key}', 'owned', {epoch}, {epoch})");

    /// <summary>Commits a move as movers do: the source forwards, the target waits to be opened.</summary>
    public async Task MoveAsync(string key, RegionId from, RegionId to, long epoch)
    {
        await ExecuteAsync(Store(to), $"""
            INSERT INTO idp.ownership (dataset, object, state, move_epoch, attempt_epoch) VALUES ('users', '{key}', 'importing', {epoch}, {epoch})
            ON CONFLICT (dataset, object) DO UPDATE SET state = 'importing', move_epoch = {epoch}, attempt_epoch = {epoch}
            """);
        await ExecuteAsync(Store(from), $"""
            SELECT pg_advisory_xact_lock(idp.lock_key('users', '{key}'));
            UPDATE idp.ownership SET state = 'moved', forward_to = '{to}', forward_epoch = {epoch} WHERE object = '{key}'
            """);
    }

    public Task FreezeAsync(string key, TimeSpan duration) => ExecuteAsync(
        Store(Eu),
        $"UPDATE idp.ownership SET state = 'frozen', freeze_nonce = 7, freeze_until = clock_timestamp() + interval '{duration.TotalMilliseconds} ms' WHERE object = '{key}'");

    public async Task<T?> ScalarAsync<T>(RegionId region, string sql)
    {
        await using var command = Store(region).CreateCommand(sql);
        return (T?)await command.ExecuteScalarAsync();
    }

    public Task<long> RowsAsync(RegionId region, string key) =>
        ScalarAsync<long>(region, $"SELECT count(*) FROM profile WHERE user_id = '{key}'");

    public Task ExecuteAsync(RegionId region, string sql) => ExecuteAsync(Store(region), sql);

    private static async Task ExecuteAsync(NpgsqlDataSource store, string sql)
    {
        await using var command = store.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
