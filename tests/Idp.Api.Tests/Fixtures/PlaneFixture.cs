using System.Collections.Immutable;
using Idp.Core;
using Idp.Storage;
using Idp.Storage.Regions;
using Npgsql;

namespace Idp.Testing.Planes;

/// <summary>An installation of its own: a control database, two regions and the files that point to them.</summary>
/// <remarks>The regions are databases of one server; their round trips are as configured only on paper.</remarks>
public sealed class PlaneFixture(DatabaseFixture postgres, TemporalFixture temporal) : IAsyncLifetime
{
    public static readonly RegionId East = RegionId.Parse("us-east-1");
    public static readonly RegionId West = RegionId.Parse("eu-west-1");
    public static readonly DatasetId Users = DatasetId.Parse("users");

    public const string TablesSql = """
        CREATE TABLE profile (user_id text NOT NULL, item int NOT NULL, note text, PRIMARY KEY (user_id, item));
        CREATE TABLE activity (user_id text NOT NULL, seq bigint NOT NULL, note text, PRIMARY KEY (user_id, seq))
        """;

    public const string Declaration = """
        data_object:
          name: users
          schema:
            placement_key: user_id
            birth_region: us-east-1
            tables:
              - name: profile
              - name: activity
          requirements:
            compliance:
              data_classification: internal
        """;

    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("idp-plane-");
    private readonly Dictionary<RegionId, NpgsqlDataSource> _regions = [];

    public string Home => _home.FullName;

    public NpgsqlDataSource Control { get; private set; } = null!;

    public Catalog Catalog => new(Control);

    public NpgsqlDataSource Region(RegionId region) => _regions[region];

    public Dictionary<string, string?> Settings { get; } = [];

    public async ValueTask InitializeAsync()
    {
        var control = await postgres.CreateDatabaseAsync("control");
        Control = NpgsqlDataSource.Create(control);
        await ControlDatabase.MigrateAsync(Control, CancellationToken.None);
        var strings = new Dictionary<RegionId, string>();
        foreach (var region in new[] { East, West })
        {
            strings[region] = await postgres.CreateDatabaseAsync(region.Value.Replace('-', '_'));
            _regions[region] = NpgsqlDataSource.Create(strings[region]);
            await RunAsync(region, TablesSql);
        }

        ImmutableArray<RegionEndpoint> endpoints =
        [
            .. strings.Select(region => new RegionEndpoint(
                new Region(region.Key, region.Key == East ? "US" : "EU", new RegionPrices(0.08m, 0.02m, 0.05m)),
                region.Value,
                ImmutableDictionary<RegionId, string>.Empty)),
        ];
        RegionEndpoint.WriteFile(Path.Combine(Home, "regions.json"), endpoints);
        await File.WriteAllTextAsync(Path.Combine(Home, "rtt.csv"), "region,us-east-1,eu-west-1\nus-east-1,1,80\neu-west-1,80,1\n");
        await Catalog.UpsertRegionsAsync([.. endpoints.Select(endpoint => endpoint.Region)], CancellationToken.None);

        Settings["Idp:ControlDatabase"] = control;
        Settings["Idp:RegionsFile"] = Path.Combine(Home, "regions.json");
        Settings["Idp:RoundTripsFile"] = Path.Combine(Home, "rtt.csv");
        Settings["Idp:Grace"] = "00:10:00";
        Settings["Temporal:Address"] = temporal.Address;
        Settings["Temporal:UiAddress"] = "http://127.0.0.1:8233";
    }

    public async Task RunAsync(RegionId region, string sql)
    {
        await using var command = Region(region).CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Guards the tables in both regions and makes an object with rows in the east.</summary>
    public async Task AdoptAsync(params string[] keys)
    {
        foreach (var (region, store) in _regions)
        {
            await RegionAdoption.PrepareAsync(store, region, CancellationToken.None);
            var shape = await DatasetReader.ReadAsync(store, Users, "user_id", ["public.profile", "public.activity"], CancellationToken.None);
            await RegionAdoption.AdoptAsync(store, shape, East, CancellationToken.None);
        }

        await Catalog.ApplyDatasetAsync(
            new DatasetRecord(Users, East, "user_id", ["public.profile", "public.activity"], "internal", null, Core.Decisions.OperatingMode.Advise, Declaration, 0),
            CancellationToken.None);
        foreach (var key in keys)
        {
            await RunAsync(East, $"BEGIN; SELECT idp.enter('users', '{key}', 0); INSERT INTO profile SELECT '{key}', i, 'x' FROM generate_series(1, 50) i; COMMIT");
        }

        await Catalog.RegisterObjectsAsync(Users, keys, East, CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var database in _regions.Values.Append(Control))
        {
            await database.DisposeAsync();
        }

        _home.Delete(recursive: true);
    }
}
