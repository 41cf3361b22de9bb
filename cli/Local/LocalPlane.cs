using System.Collections.Immutable;
using System.Net;
using Idp.Core;
using Idp.Embedded;
using Idp.Storage;
using Idp.Storage.Regions;
using Npgsql;

namespace Idp.Cli.Local;

/// <summary>A whole control plane and its regions on this machine, in one process tree: nothing of it is simulated but the distance.</summary>
/// <remarks>
/// One PostgreSQL cluster for the control database and one a region, a proxy that gives every connection its round trip,
/// Temporal, the worker and the API. All of it ends with this process, also after kill -9.
/// </remarks>
public sealed class LocalPlane : IAsyncDisposable
{
    private const int ClustersAtOnce = 3; // initdb is busy on disk and CPU.
    private const int MaxConnections = 300; // Each region's clients, from every region, and the movers.

    private readonly LocalPlaneOptions _options;
    private readonly Dictionary<RegionId, PostgresCluster> _regions = [];
    private PostgresCluster? _control;
    private TemporalServer? _temporal;
    private NpgsqlDataSource? _database;

    private LocalPlane(LocalPlaneOptions options) => _options = options;

    /// <summary>Pools to the control database.</summary>
    public NpgsqlDataSource Database => _database ?? throw new InvalidOperationException("The plane has not started.");

    public RegionStores Stores { get; private set; } = null!;

    public LinkProxy Links { get; private set; } = null!;

    public SupervisedProcess Worker { get; private set; } = null!;

    public SupervisedProcess Api { get; private set; } = null!;

    /// <summary>Where Temporal answers, as host:port.</summary>
    public string TemporalAddress { get; private set; } = string.Empty;

    /// <summary>Temporal's Web UI; null when it is not ours.</summary>
    public Uri? TemporalUi => _temporal?.UiAddress;

    /// <summary>What carries the workflows, in words.</summary>
    public string Engine => _temporal is null ? $"Temporal at {TemporalAddress}" : _temporal.IsEmbedded ? "embedded engine" : "Temporal CLI server";

    public PostgresCluster Cluster(RegionId region) => _regions[region];

    /// <summary>Where the API answers.</summary>
    public Uri ApiAddress { get; private set; } = null!;

    /// <exception cref="EmbeddedServerException">Something is missing or does not start; the message says what to do.</exception>
    public static async Task<LocalPlane> StartAsync(LocalPlaneOptions options, IProgress<string> progress, CancellationToken cancellationToken)
    {
        var plane = new LocalPlane(options);
        try
        {
            await plane.StartAsync(progress, cancellationToken);
            return plane;
        }
        catch
        {
            await plane.DisposeAsync();
            throw;
        }
    }

    /// <summary>Writes the configuration, and starts worker and API, once databases hold what they need.</summary>
    /// <param name="settings">Further settings by configuration path, for example <c>Worker:TimeScale</c>.</param>
    public async Task StartProcessesAsync(IEnumerable<KeyValuePair<string, string>> settings, CancellationToken cancellationToken)
    {
        ApiAddress = new Uri($"http://127.0.0.1:{LocalPort.Free()}");
        LocalConfig.Write(Path.Combine(_options.Folder, "idp.json"), new Dictionary<string, string>
        {
            ["Idp:ControlDatabase"] = _control!.ConnectionString,
            ["Idp:RegionsFile"] = Path.Combine(_options.Folder, "regions.json"),
            ["Idp:RoundTripsFile"] = Path.Combine(_options.Folder, "rtt_ms.csv"),
            ["Temporal:Address"] = TemporalAddress,
            ["Temporal:UiAddress"] = TemporalUi?.ToString() ?? string.Empty,
            ["Api:Urls"] = ApiAddress.ToString(),

            // All regions share this machine, loops may run every second, and hours may be virtual.
            ["Sensors:Load:IsEnabled"] = "false",
        }.Concat(settings));

        Api = await SupervisedProcess.StartAsync("api", ["api", "--data", _options.Folder], Path.Combine(_options.Folder, "api.log"), cancellationToken);
        Worker = await SupervisedProcess.StartAsync("worker", ["worker", "--data", _options.Folder], Path.Combine(_options.Folder, "worker.log"), cancellationToken);
        using var http = new HttpClient { BaseAddress = ApiAddress };
        await Readiness.UntilAsync("the API", async () => (await http.GetAsync(new Uri("/livez", UriKind.Relative), cancellationToken)).IsSuccessStatusCode, Api, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        // Callers before what they call.
        foreach (var process in new[] { Worker, Api })
        {
            if (process is not null)
            {
                await process.DisposeAsync();
            }
        }

        if (_temporal is not null)
        {
            await _temporal.DisposeAsync();
        }

        if (Stores is not null)
        {
            await Stores.DisposeAsync();
        }

        if (_database is not null)
        {
            await _database.DisposeAsync();
        }

        if (Links is not null)
        {
            await Links.DisposeAsync();
        }

        await Task.WhenAll(_regions.Values.Append(_control).OfType<PostgresCluster>().Select(cluster => cluster.DisposeAsync().AsTask()));
    }

    private async Task StartAsync(IProgress<string> progress, CancellationToken cancellationToken)
    {
        var cli = OwnEngine();
        Directory.CreateDirectory(_options.Folder);

        progress.Report($"PostgreSQL: control database and {_options.Regions.Length} regions");
        await StartClustersAsync(cancellationToken);
        Links = new LinkProxy(_options.RoundTrips, region => new IPEndPoint(IPAddress.Loopback, _regions[region].Port));

        ImmutableArray<RegionEndpoint> endpoints =
        [
            .. _options.Regions.Select(region => new RegionEndpoint(
                region,
                _regions[region.Id].ConnectionString,
                _options.Regions.ToImmutableDictionary(from => from.Id, from => Links.Endpoint(from.Id, region.Id).ToString()))),
        ];
        await File.WriteAllTextAsync(Path.Combine(_options.Folder, "rtt_ms.csv"), _options.RoundTrips.ToCsv(), cancellationToken);
        RegionEndpoint.WriteFile(Path.Combine(_options.Folder, "regions.json"), endpoints);
        Stores = new RegionStores(endpoints);

        _database = NpgsqlDataSource.Create(_control!.ConnectionString);
        await ControlDatabase.MigrateAsync(_database, cancellationToken);
        await new Catalog(_database).UpsertRegionsAsync(_options.Regions, cancellationToken);

        if (cli is null)
        {
            TemporalAddress = Environment.GetEnvironmentVariable("TEMPORAL_ADDRESS")!;
        }
        else
        {
            progress.Report("Temporal");
            await StartTemporalAsync(cli, cancellationToken);
        }
    }

    /// <returns>The program of an engine of our own; null when a server is running already.</returns>
    private string? OwnEngine()
    {
        if (_options.Engine is EngineChoice.Temporal || (_options.Engine is EngineChoice.Auto && _options.TemporalCli is not null))
        {
            return TemporalServer.FindCli(_options.TemporalCli) ?? throw new EmbeddedServerException(
                "There is no 'temporal' CLI on PATH. Install it (https://docs.temporal.io/cli#install; macOS: brew install temporal), " +
                "name it with --temporal-cli FILE, or leave --engine out: the embedded engine needs nothing.");
        }

        return _options.Engine is EngineChoice.Auto && !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("TEMPORAL_ADDRESS"))
            ? null
            : EmbeddedEngine.Find();
    }

    private async Task StartClustersAsync(CancellationToken cancellationToken)
    {
        using var slots = new SemaphoreSlim(ClustersAtOnce);
        var starts = _options.Regions.Select(region => region.Id.Value).Append("control").Select(async name =>
        {
            await slots.WaitAsync(cancellationToken);
            try
            {
                var cluster = await PostgresCluster.StartAsync(
                    new PostgresClusterOptions
                    {
                        DataFolder = Path.Combine(_options.Folder, "postgres", name),
                        Name = name,
                        MaxConnections = MaxConnections,
                        Durable = _options.Durable,
                    },
                    cancellationToken);
                if (_options.StartFresh)
                {
                    await EmptyAsync(cluster, cancellationToken);
                }

                return (Name: name, Cluster: cluster);
            }
            finally
            {
                slots.Release();
            }
        }).ToArray();

        try
        {
            await Task.WhenAll(starts);
        }
        finally
        {
            // Also those that started beside one that did not: they must be stopped again.
            foreach (var (name, cluster) in starts.Where(start => start.IsCompletedSuccessfully).Select(start => start.Result))
            {
                if (name == "control")
                {
                    _control = cluster;
                }
                else
                {
                    _regions.Add(RegionId.Parse(name), cluster);
                }
            }
        }
    }

    private static async Task EmptyAsync(PostgresCluster cluster, CancellationToken cancellationToken)
    {
        var maintenance = new NpgsqlConnectionStringBuilder(cluster.ConnectionString) { Database = "postgres", Pooling = false };
        await using var connection = new NpgsqlConnection(maintenance.ConnectionString);
        await connection.OpenAsync(cancellationToken);
        using var builder = new NpgsqlCommandBuilder();
        foreach (var verb in new[] { "DROP DATABASE IF EXISTS {0} WITH (FORCE)", "CREATE DATABASE {0}" })
        {
#pragma warning disable CA2100 // The database's name is quoted.
            await using var command = new NpgsqlCommand(string.Format(null, verb, builder.QuoteIdentifier(cluster.Database)), connection);
#pragma warning restore CA2100
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    private async Task StartTemporalAsync(string cli, CancellationToken cancellationToken)
    {
        var folder = Path.Combine(_options.Folder, "temporal");
        if (_options.StartFresh && Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        Directory.CreateDirectory(folder);
        _temporal = await TemporalServer.StartAsync(
            new TemporalServerOptions
            {
                CliPath = cli,
                LogFolder = folder,
                DatabaseFile = Path.Combine(folder, EmbeddedEngine.Is(cli) ? "engine.db" : "temporal.db"),
                SearchAttributes = [.. Workflows.IdpSearchAttributes.Names],
            },
            cancellationToken);
        TemporalAddress = _temporal.Address;
    }
}
