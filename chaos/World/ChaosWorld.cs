using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Idp.Chaos.Ledger;
using Idp.Cli;
using Idp.Cli.Development;
using Idp.Core;
using Idp.Embedded;
using Idp.Simulation;
using Idp.Storage;
using Idp.Storage.Regions;
using Npgsql;
using Temporalio.Client;
using Temporalio.Runtime;

namespace Idp.Chaos.World;

/// <summary>Three regions with their links, the control database, the engine, workers and API, on this machine, in one folder.</summary>
internal sealed class ChaosWorld : IAsyncDisposable
{
    public const double RoundTripMs = 2;
    private const int DiskMegabytes = 480;
    private const int MaxConnections = 500;

    // Only errors: that an engine which was killed is asked again is no news, and would fall among the report on stdout.
    private static readonly TemporalRuntime Quiet = new(new() { Telemetry = new() { Logging = new() { Filter = new(TelemetryFilterOptions.Level.Error) } } });

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    private readonly ChaosSettings _settings;
    private readonly string _folder;
    private readonly Dictionary<RegionId, PostgresCluster> _clusters = [];
    private readonly Dictionary<RegionId, SmallDisk> _disks = [];
    private readonly List<Daemon> _workers = [];
    private PostgresCluster? _control;
    private Daemon? _api;
    private RegionStores? _stores;
    private HttpClient? _http;

    private ChaosWorld(ChaosSettings settings, string folder)
    {
        _settings = settings;
        _folder = folder;
        Keys = [.. Enumerable.Range(0, settings.Objects).Select(number => $"o{number:000}")];
        Bystanders = [.. Enumerable.Range(0, 6).Select(number => $"bystander-{number}")];
    }

    public static RegionId Birth { get; } = RegionId.Parse("us-east-1");

    public static ImmutableArray<RegionId> Regions { get; } = [Birth, RegionId.Parse("eu-west-1"), RegionId.Parse("ap-south-1")];

    /// <summary>Objects that move.</summary>
    public ImmutableArray<string> Keys { get; }

    /// <summary>Objects that nobody moves and nobody writes.</summary>
    public ImmutableArray<string> Bystanders { get; }

    /// <summary>What each object's ballast, each bystander and each table that is not adopted must be for ever.</summary>
    public Dictionary<string, string?> Checksums { get; } = [];

    public LinkProxy Links { get; private set; } = null!;

    public NpgsqlDataSource Control { get; private set; } = null!;

    /// <summary>Straight to each store, past links and fence: for checks, watchers and planted bugs.</summary>
    public ImmutableDictionary<RegionId, NpgsqlDataSource> Direct { get; private set; } = ImmutableDictionary<RegionId, NpgsqlDataSource>.Empty;

    public IReadOnlyList<Daemon> Workers => _workers;

    public Daemon Engine { get; private set; } = null!;

    public ITemporalClient Temporal { get; private set; } = null!;

    public HttpClient Api => _http!;

    public Uri ApiAddress { get; private set; } = null!;

    public string ApiToken { get; private set; } = string.Empty;

    /// <summary>Why disks cannot be filled here; null when they can.</summary>
    public string? NoSmallDisk { get; private set; }

    public static async Task<ChaosWorld> StartAsync(ChaosSettings settings, string folder, IProgress<string> progress, CancellationToken cancellationToken)
    {
        var world = new ChaosWorld(settings, folder);
        try
        {
            await world.StartAsync(progress, cancellationToken);
            return world;
        }
        catch
        {
            await world.DisposeAsync();
            throw;
        }
    }

    public PostgresCluster Cluster(RegionId region) => _clusters[region];

    public SmallDisk Disk(RegionId region) => _disks[region];

    /// <summary>What a client in one region uses for the store of another, at one isolation level.</summary>
    public string ConnectionString(RegionId store, RegionId caller, Isolation level) => new NpgsqlConnectionStringBuilder(_stores!.ConnectionString(store, caller))
    {
        ApplicationName = "chaos-client",
        MaxPoolSize = 40,
        MaxAutoPrepare = 40,
        AutoPrepareMinUsages = 2,
        Timeout = 3,
        CommandTimeout = 6,
        CancellationTimeout = 1_000,
        ConnectionIdleLifetime = 60,
        NoResetOnClose = true,
        Options = level switch
        {
            Isolation.ReadCommitted => string.Empty,
            Isolation.RepeatableRead => "-c default_transaction_isolation=repeatable\\ read",
            Isolation.Serializable => "-c default_transaction_isolation=serializable",
            _ => throw new ArgumentOutOfRangeException(nameof(level), level, "This level has no setting."),
        },
    }.ConnectionString;

    /// <summary>Runs a command of <c>idp</c> on this world, to its end.</summary>
    public async Task<string> RunIdpAsync(string[] arguments, CancellationToken cancellationToken)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [Daemon.IdpProgram, .. arguments, "--data", _folder])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var error = process.StandardError.ReadToEndAsync(cancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode == 0
            ? output
            : throw new InvalidOperationException($"idp {string.Join(' ', arguments)} ended with {process.ExitCode}: {await error}{output}");
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await StopAsync();
        }
        finally
        {
            foreach (var disk in _disks.Values)
            {
                disk.Dispose();
            }
        }
    }

    private async Task StopAsync()
    {
        _http?.Dispose();

        // Callers before what they call.
        foreach (var daemon in _workers.Append(_api).Append(Engine).OfType<Daemon>())
        {
            await daemon.DisposeAsync();
        }

        foreach (var store in Direct.Values.Append(Control).OfType<NpgsqlDataSource>())
        {
            await store.DisposeAsync();
        }

        await (_stores?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (Links?.DisposeAsync() ?? ValueTask.CompletedTask);
        await Task.WhenAll(_clusters.Values.Append(_control).OfType<PostgresCluster>().Select(cluster => cluster.DisposeAsync().AsTask()));
    }

    private async Task StartAsync(IProgress<string> progress, CancellationToken cancellationToken)
    {
        progress.Report("PostgreSQL: control database and 3 regions");
        await StartClustersAsync(cancellationToken);
        var trips = new RoundTrips(Regions, Regions.SelectMany(from => Regions.Select(to => (from, to))).ToDictionary(pair => pair, pair => pair.from == pair.to ? 0 : RoundTripMs));
        Links = new LinkProxy(trips, region => new IPEndPoint(IPAddress.Loopback, _clusters[region].Port));
        ImmutableArray<Region> regions = [.. SampleData.Regions().Where(region => Regions.Contains(region.Id))];
        ImmutableArray<RegionEndpoint> endpoints =
        [
            .. regions.Select(region => new RegionEndpoint(
                region,
                _clusters[region.Id].ConnectionString,
                Regions.ToImmutableDictionary(from => from, from => Links.Endpoint(from, region.Id).ToString()))),
        ];
        await File.WriteAllTextAsync(Path.Combine(_folder, "rtt_ms.csv"), trips.ToCsv(), cancellationToken);
        RegionEndpoint.WriteFile(Path.Combine(_folder, "regions.json"), endpoints);
        _stores = new RegionStores(endpoints);
        Direct = Regions.ToImmutableDictionary(region => region, region => NpgsqlDataSource.Create(_clusters[region].ConnectionString));

        Control = NpgsqlDataSource.Create(_control!.ConnectionString);
        await ControlDatabase.MigrateAsync(Control, cancellationToken);
        await new Catalog(Control).UpsertRegionsAsync(regions, cancellationToken);

        progress.Report($"Engine; {Keys.Length} objects of {_settings.Rows} rows, adopted");
        var enginePort = await StartEngineAsync(cancellationToken);
        var apiPort = Free();
        WriteConfiguration(enginePort, apiPort);
        await FillAsync(cancellationToken);

        progress.Report($"{_settings.Workers} workers and API");
        Temporal = TemporalClient.CreateLazy(new() { TargetHost = $"127.0.0.1:{enginePort}", Runtime = Quiet });
        _api = await Daemon.StartIdpAsync("api", ["api", "--data", _folder], _folder, cancellationToken);
        for (var number = 1; number <= _settings.Workers; number++)
        {
            _workers.Add(await Daemon.StartIdpAsync($"worker-{number}", ["worker", "--data", _folder], _folder, cancellationToken));
        }

        ApiAddress = new Uri($"http://127.0.0.1:{apiPort}");
        _http = new HttpClient { BaseAddress = ApiAddress, Timeout = TimeSpan.FromSeconds(15) };
        await AwaitApiAsync(cancellationToken);
        ApiToken = (await File.ReadAllTextAsync(new IdpHome(_folder).TokenFile, cancellationToken)).Trim();
        _http.DefaultRequestHeaders.Authorization = new("Bearer", ApiToken);
    }

    private async Task StartClustersAsync(CancellationToken cancellationToken)
    {
        foreach (var region in Regions)
        {
            var disk = new SmallDisk(Path.Combine(_folder, "postgres", region.Value));
            _disks.Add(region, disk);
            NoSmallDisk ??= disk.Mount(DiskMegabytes);
        }

        var started = await Task.WhenAll(Regions.Select(region => region.Value).Append("control").Select(async name => (name, await PostgresCluster.StartAsync(
            new PostgresClusterOptions
            {
                DataFolder = Path.Combine(_folder, "postgres", name),
                Name = name,
                MaxConnections = MaxConnections,
                SharedBuffersMb = 64,

                // Processes crash here, the machine does not: what was handed to the kernel stays, and a commit still waits for that.
                Durable = false,
                Settings = new Dictionary<string, string>
                {
                    ["synchronous_commit"] = "on",
                    ["deadlock_timeout"] = "50ms",
                    ["max_wal_size"] = "96MB",
                    ["min_wal_size"] = "32MB",
                    ["wal_recycle"] = "off",

                    // Otherwise small tables are read whole, and every two serializable transactions conflict.
                    ["enable_seqscan"] = "off",
                },
            },
            cancellationToken))));
        foreach (var (name, cluster) in started)
        {
            if (name == "control")
            {
                _control = cluster;
            }
            else
            {
                _clusters.Add(RegionId.Parse(name), cluster);
            }
        }
    }

    private async Task<int> StartEngineAsync(CancellationToken cancellationToken)
    {
        var port = Free();
        var serves = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Engine = await Daemon.StartAsync(
            "engine",
            EmbeddedEngine.Find(),
            [
                "server", "start-dev", "--ip", "127.0.0.1", "--port", port.ToString(CultureInfo.InvariantCulture), "--headless", "--log-level", "warn",
                "--db-filename", Path.Combine(_folder, "engine.db"),
                .. Workflows.IdpSearchAttributes.Names.SelectMany(name => (string[])["--search-attribute", $"{name}=Keyword"]),
            ],
            EmbeddedEngine.Environment,
            _folder,
            line =>
            {
                if (line.StartsWith("Temporal Server:", StringComparison.Ordinal))
                {
                    serves.TrySetResult();
                }
            },
            cancellationToken);
        await serves.Task.WaitAsync(StartLimit, cancellationToken);
        return port;
    }

    private void WriteConfiguration(int enginePort, int apiPort)
    {
        var configuration = new JsonObject
        {
            ["Idp"] = new JsonObject
            {
                ["ControlDatabase"] = _control!.ConnectionString,
                ["RegionsFile"] = Path.Combine(_folder, "regions.json"),
                ["RoundTripsFile"] = Path.Combine(_folder, "rtt_ms.csv"),
                ["Grace"] = "00:00:01",
                ["OrphanAfter"] = "00:00:05",

                // Long enough for an operator who looks every second, short enough to see what becomes of those that nobody decides.
                ["ParkTimeout"] = "00:00:10",
                ["QuarantineFor"] = "00:00:05",
            },
            [nameof(Temporal)] = new JsonObject { ["Address"] = $"127.0.0.1:{enginePort}" },
            [nameof(Api)] = new JsonObject { ["Urls"] = $"http://127.0.0.1:{apiPort}" },

            // A dead plane then costs two seconds, which a run of minutes can see often.
            ["Mover"] = new JsonObject { ["FreezeLimit"] = "00:00:02" },

            // The strategic loop every 5 s: it looks for sagas that are gone.
            ["Worker"] = new JsonObject { ["TimeScale"] = "1000000", ["ShortestLoop"] = "00:00:01" },
        };
        IdpHome.WriteSecret(Path.Combine(_folder, "idp.json"), configuration.ToJsonString());
    }

    private async Task FillAsync(CancellationToken cancellationToken)
    {
        foreach (var store in Direct.Values)
        {
            await using var create = store.CreateCommand(Tables.CreateSql);
            await create.ExecuteNonQueryAsync(cancellationToken);
        }

        foreach (var group in Keys.Index().GroupBy(key => key.Index % 9 == 8).Select(group => (Keys: group.Select(key => key.Item).ToArray(), Factor: group.Key ? 20 : 1)).Append((Keys: [.. Bystanders], Factor: 1)))
        {
            await using var fill = Direct[Birth].CreateCommand(Tables.FillSql);
            fill.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = group.Keys });
            fill.Parameters.Add(new NpgsqlParameter<int> { TypedValue = Math.Max(1, _settings.Rows * group.Factor) });
            await fill.ExecuteNonQueryAsync(cancellationToken);
        }

        foreach (var region in Regions)
        {
            Checksums[$"not_adopted/{region}"] = (string?)await Direct[region].CreateCommand(Tables.NotAdoptedSql).ExecuteScalarAsync(cancellationToken);
        }

        foreach (var key in Keys.Concat(Bystanders))
        {
            Checksums[key] = await BallastAsync(Birth, key, cancellationToken);
        }

        var file = Path.Combine(_folder, "chaos.yaml");
        await File.WriteAllTextAsync(file, Tables.Intent(Birth), cancellationToken);
        await RunIdpAsync(["dataset", "adopt", file, "--mode", "observe"], cancellationToken);
    }

    public async Task<string?> BallastAsync(RegionId region, string key, CancellationToken cancellationToken)
    {
        await using var command = Direct[region].CreateCommand(Tables.BallastSql);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = key });
        return await command.ExecuteScalarAsync(cancellationToken) as string;
    }

    private async Task AwaitApiAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(StartLimit);
        while (true)
        {
            try
            {
                using var live = await Api.GetAsync(new Uri("/livez", UriKind.Relative), limit.Token);
                if (live.IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }

            await Task.Delay(100, limit.Token);
        }
    }

    private static int Free()
    {
        using var probe = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
