using System.Collections.Immutable;
using System.Globalization;
using Idp.Cli.Local;
using Idp.Client;
using Idp.Core;
using Idp.Core.Decisions;
using Idp.Core.Migrations;
using Idp.Simulation;
using Idp.Simulation.Shadows;
using Idp.Simulation.Traces;
using Idp.Storage;
using Npgsql;

namespace Idp.Cli.Demo;

/// <summary>One demo from start to end: a real trace, real clients, real databases, real loops, real moves.</summary>
internal sealed class DemoRun : IAsyncDisposable
{
    /// <summary>Worker and API start while the trace's clock still stands before its window.</summary>
    private static readonly TimeSpan StartLead = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan TelemetryFlush = TimeSpan.FromSeconds(1);

    /// <summary>Short, since an object in grace cannot move on, and a second here is half a day of the trace.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(3);

    /// <summary>Connections opened before the replay: to where everything is at first, and to each other region.</summary>
    private const int WarmToHome = 12;
    private const int WarmToOthers = 3;

    private static readonly TimeSpan FinishLimit = TimeSpan.FromSeconds(45);

    private readonly DemoOptions _options;
    private readonly ImmutableArray<Region> _regions = SampleData.Regions();
    private readonly RoundTrips _roundTrips = SampleData.RoundTrips();
    private readonly string _world;
    private readonly ImmutableArray<Access> _accesses;
    private readonly DemoState? _earlier;
    private Ledger? _ledger;
    private readonly Dictionary<(RegionId Caller, RegionId Store), NpgsqlDataSource> _pools = [];
    private ImmutableDictionary<RegionId, IdpDataSource> _clients = ImmutableDictionary<RegionId, IdpDataSource>.Empty;

    private DemoRun(DemoOptions options, ImmutableArray<Access> accesses)
    {
        _options = options;
        _accesses = accesses;
        _world = DemoState.WorldOf(options);
        Shadows = new ShadowCalculator(_roundTrips, options.Reads).Compute(options.Window, accesses, options.Key);
        var earlier = options.Fresh ? null : DemoState.Read(options.Folder);
        _earlier = earlier?.World == _world ? earlier : null;
        Meter = new DemoMeter(options.Window, _roundTrips, Home);
        Scale = options.Window.Length / options.Duration;
    }

    public ShadowSet Shadows { get; }

    public DemoMeter Meter { get; }

    public LocalPlane Plane { get; private set; } = null!;

    public VirtualClock Clock { get; private set; } = null!;

    /// <summary>Trace seconds in a real one.</summary>
    public double Scale { get; }

    /// <summary>Where everything is at the start: the best single region for all.</summary>
    public RegionId Home => Shadows.Static.Sites[0];

    public DemoOptions Options => _options;

    public int Objects => _accesses.Select(access => _options.Key.Of(access)).Distinct().Count();

    public int Accesses => _accesses.Length;

    public bool GoesOn => _earlier is not null;

    /// <summary>Reads the trace and computes what its placement is compared with.</summary>
    /// <exception cref="CliException">The trace is malformed, or has nothing in the window.</exception>
    public static DemoRun Load(DemoOptions options)
    {
        var regions = SampleData.RoundTrips().Regions;
        try
        {
            using var stream = options.TraceFile is { } file ? File.OpenRead(file) : SampleData.OpenTrace();
            var accesses = options.Window.Of(new TraceReader(regions).Read(stream));
            return accesses.IsEmpty
                ? throw CliException.Usage($"The trace has no access from {options.Window.From:yyyy-MM-dd} to {options.Window.To:yyyy-MM-dd}; choose another window with --from and --to.")
                : new DemoRun(options, accesses);
        }
        catch (FormatException malformed)
        {
            throw CliException.Usage($"{options.TraceFile}: {malformed.Message}", malformed);
        }
        catch (IOException unreadable)
        {
            throw CliException.Usage($"The trace cannot be read: {unreadable.Message}", unreadable);
        }
    }

    /// <summary>Starts the plane and fills its world, or takes up an interrupted one.</summary>
    public async Task StartAsync(IProgress<string> progress, CancellationToken cancellationToken)
    {
        Plane = await LocalPlane.StartAsync(
            new LocalPlaneOptions
            {
                Folder = _options.Folder,
                Regions = _regions,
                RoundTrips = _roundTrips,
                TemporalCli = _options.TemporalCli,
                Engine = _options.Engine,
                StartFresh = !GoesOn,
                Durable = false, // A replay can be replayed; ten clusters on one disk cannot all wait for it.
            },
            progress,
            cancellationToken);

        // The ledger outlives the databases only together with them.
        _ledger = Ledger.Open(_options.Folder, goOn: GoesOn);
        if (GoesOn)
        {
            Meter.Restore(_earlier!.Meter);
        }
        else
        {
            DemoState.Delete(_options.Folder);
            foreach (var routes in Directory.GetFiles(_options.Folder, "routes-*"))
            {
                File.Delete(routes); // They speak of databases that are gone.
            }

            progress.Report($"Tables in {_regions.Length} regions, {Objects} objects of {_options.RowsPerObject} rows in {Home}");
            var keys = _accesses.Select(access => _options.Key.Of(access)).Distinct().Order(StringComparer.Ordinal).ToImmutableArray();
            await DemoWorld.CreateTablesAsync(Plane, cancellationToken);
            await DemoWorld.FillAsync(Plane, Home, keys, _options.RowsPerObject, cancellationToken);
            await DemoWorld.AdoptAsync(Plane, Home, new Quiet(), cancellationToken);
        }

        progress.Report("Worker and API");
        Clock = new VirtualClock(
            TimeProvider.System.GetUtcNow() + StartLead, _earlier?.Position ?? _options.Window.From, Scale, TimeProvider.System);
        await Plane.StartProcessesAsync(Settings(), cancellationToken);

        progress.Report("Clients in their regions");
        await StartClientsAsync(cancellationToken);
    }

    /// <summary>Replays until the window ends.</summary>
    /// <exception cref="OperationCanceledException">Stopped; the next start goes on from here.</exception>
    public async Task ReplayAsync(CancellationToken cancellationToken)
    {
        var replay = new Replay(_options, _clients, _ledger!, Meter, Clock);
        var playing = replay.RunAsync(_accesses.SkipWhile(access => access.At <= _earlier?.Position), cancellationToken);
        using var second = new PeriodicTimer(TimeSpan.FromSeconds(1));
        for (var ticks = 1; !playing.IsCompleted; ticks++)
        {
            await Task.WhenAny(playing, second.WaitForNextTickAsync(CancellationToken.None).AsTask());
            if (replay.Position is { } position)
            {
                new DemoState(_world, position, Meter.Save()).Write(_options.Folder);
            }

            if (ticks % 8 == 0)
            {
                Meter.Turn();
            }
        }

        await playing;
    }

    /// <summary>Lets open migrations finish, reads every acknowledged write back, and sums up.</summary>
    public async Task<DemoResult> FinishAsync(IProgress<string> progress, CancellationToken cancellationToken)
    {
        progress.Report("Open migrations finish");
        var migrations = new MigrationLog(Plane.Database);
        await new ControlSettings(Plane.Database).PauseAsync("idp demo", "the replay has ended", cancellationToken);
        var started = TimeProvider.System.GetTimestamp();
        while ((await migrations.ListOpenAsync(cancellationToken)).Length > 0 && TimeProvider.System.GetElapsedTime(started) < FinishLimit)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(250), TimeProvider.System, cancellationToken);
        }

        progress.Report($"{_ledger!.Acknowledged} acknowledged writes are read back");
        var verdict = await LedgerCheck.RunAsync(_ledger, _clients, _options.RowsPerObject, cancellationToken);
        var ended = await migrations.ListAsync(PageRows, null, cancellationToken);
        var completed = ended.Where(migration => migration.Phase is MigrationPhase.Done).ToArray();
        var (meanMs, p99Ms, _) = Meter.Scored;
        var (fixedMs, hindsightMs) = (Shadows.Static.Latency.Scored, Shadows.Hindsight.Latency.Scored);
        DemoState.Delete(_options.Folder);
        return new DemoResult(
            completed.Length,
            ended.Count(migration => migration.Phase is MigrationPhase.RolledBack or MigrationPhase.Failed),
            completed.Count(migration => migration.IsVerified),
            Round(meanMs),
            Round(fixedMs.MeanMs),
            Round(hindsightMs.MeanMs),
            fixedMs.MeanMs > hindsightMs.MeanMs ? Math.Round((fixedMs.MeanMs - meanMs) / (fixedMs.MeanMs - hindsightMs.MeanMs), 3) : 0,
            Round(p99Ms),
            Round(fixedMs.P99Ms),
            Round(hindsightMs.P99Ms),
            Round(Shadows.TwoSites.Latency.Scored.MeanMs),
            Round(Shadows.ThreeSites.Latency.Scored.MeanMs),
            Meter.Operations,
            Meter.Errors,
            Meter.StaleReads,
            _ledger.Acknowledged,
            verdict.LostWrites,
            verdict.Objects,
            string.Create(CultureInfo.InvariantCulture, $"{_options.Window.From:yyyy-MM-dd}/{_options.Window.To:yyyy-MM-dd}"),
            _options.Key.ToString().ToLowerInvariant(),
            Plane.Engine);
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_clients.Values.Select(client => client.DisposeAsync().AsTask()));
        await Task.WhenAll(_pools.Values.Select(pool => pool.DisposeAsync().AsTask()));
        if (Plane is not null)
        {
            await Plane.DisposeAsync();
        }

        _ledger?.Dispose();
    }

    private const int PageRows = 1_000;

    private Dictionary<string, string> Settings() => new()
    {
        ["Idp:Clock"] = Clock.ToString(),
        ["Idp:Grace"] = Grace.ToString("c", CultureInfo.InvariantCulture),
        ["Idp:OrphanAfter"] = "00:00:15",
        ["Idp:RetentionDays"] = "3650",

        // Clients report every second of real time, and nobody works at night: a day and a half of silence is no loss.
        ["Idp:TelemetryPeriod"] = (TelemetryFlush * Scale * 3).ToString("c", CultureInfo.InvariantCulture),
        ["Worker:TimeScale"] = (_options.TimeScale ?? Math.Clamp(Scale, 1, 10_000_000)).ToString(CultureInfo.InvariantCulture),
        ["Worker:ShortestLoop"] = _options.Loop.ToString("c", CultureInfo.InvariantCulture),

        // One loop is about a day of the trace: far longer evidence than the three minutes that three urgent loops are.
        ["Controllers:Placement:HoldLoops"] = "1",
        ["Controllers:Placement:Burst"] = "1.12:00:00",
    };

    private async Task StartClientsAsync(CancellationToken cancellationToken)
    {
        var token = await File.ReadAllTextAsync(new IdpHome(_options.Folder).TokenFile, cancellationToken);
        _clients = _accesses.Select(access => access.Region).Distinct().ToImmutableDictionary(region => region, region =>
        {
            var builder = new IdpDataSourceBuilder(region) { Random = new Random(_options.Seed) };
            builder.Routing.ControlPlane = Plane.ApiAddress;
            builder.Routing.Token = token.Trim();
            builder.Routing.CacheFile = Path.Combine(_options.Folder, $"routes-{region}.json");
            builder.Telemetry.FlushInterval = TelemetryFlush;
            builder.Telemetry.Clock = Clock;
            foreach (var store in _regions)
            {
                builder.AddRegion(store.Id, Pool(region, store.Id));
            }

            return builder.Build();
        });

        // As a running application's pools are: a first connection over 200 ms costs a second, and would be measured as latency.
        await Task.WhenAll(_pools.Select(pool => WarmAsync(pool.Value, pool.Key.Store == Home ? WarmToHome : WarmToOthers, cancellationToken)));
        await Task.WhenAll(_clients.Values.Select(client => client.WaitForRoutesAsync(cancellationToken)));
    }

    private NpgsqlDataSource Pool(RegionId caller, RegionId store) => _pools[(caller, store)] = NpgsqlDataSource.Create(
        new NpgsqlConnectionStringBuilder(Plane.Stores.ConnectionString(store, caller))
        {
            MaxPoolSize = 24,
            ConnectionIdleLifetime = 3_600,
            MaxAutoPrepare = 16,
            AutoPrepareMinUsages = 2,
            Timeout = 30,
        });

    private static async Task WarmAsync(NpgsqlDataSource pool, int connections, CancellationToken cancellationToken)
    {
        var open = await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => pool.OpenConnectionAsync(cancellationToken).AsTask()));
        foreach (var connection in open)
        {
            await connection.DisposeAsync();
        }
    }

    private static double Round(double ms) => Math.Round(ms, 2);

    private sealed class Quiet : IProgress<string>
    {
        public void Report(string value)
        {
        }
    }
}
