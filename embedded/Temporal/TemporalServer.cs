using System.Collections;
using System.Globalization;

namespace Idp.Embedded;

/// <summary>A Temporal development server on this machine, the embedded or the genuine one: loopback only, gone when we are.</summary>
public sealed class TemporalServer : IAsyncDisposable
{
    /// <summary>Environment variable with the path of the <c>temporal</c> command line.</summary>
    public const string CliVariable = "TEMPORAL_CLI";

    private const string Loopback = "127.0.0.1";
    private const string PortTakenText = "already in use";
    private const int MaxPortAttempts = 5;

    // Each health check runs a process of its own.
    private static readonly TimeSpan CheckInterval = TimeSpan.FromMilliseconds(50);

    private readonly TemporalServerOptions _options;
    private readonly FolderLock? _lock;
    private readonly RotatingLog _log;
    private readonly TaskCompletionSource _serves = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ChildProcess? _server;
    private int _port;
    private int _uiPort;

    private TemporalServer(TemporalServerOptions options, FolderLock? @lock)
    {
        _options = options;
        _lock = @lock;
        Directory.CreateDirectory(options.LogFolder);
        _log = new RotatingLog(LogFile);
    }

    /// <value>Host and port of the gRPC service, for example <c>127.0.0.1:7233</c>.</value>
    public string Address => $"{Loopback}:{_port}";

    /// <value>Null when headless, which the embedded engine always is.</value>
    public Uri? UiAddress => IsHeadless ? null : new Uri($"http://{Loopback}:{_uiPort}");

    public string Namespace => _options.Namespace;

    public string LogFile => Path.Combine(_options.LogFolder, "temporal.log");

    /// <value>The process of the server itself, for faults in tests.</value>
    public int Pid => _server?.Pid ?? throw new InvalidOperationException("The Temporal server was never started.");

    /// <summary>Completes when the server has ended, whoever ended it.</summary>
    public Task Exited => _server?.Exited ?? Task.CompletedTask;

    public bool IsEmbedded => EmbeddedEngine.Is(_options.CliPath);

    private bool IsHeadless => _options.Headless || IsEmbedded;

    /// <summary>Looks at <paramref name="explicitPath"/>, then TEMPORAL_CLI, then PATH.</summary>
    /// <returns>The path of the command line; null when there is none.</returns>
    /// <exception cref="EmbeddedServerException">A path was given, and nothing is there.</exception>
    public static string? FindCli(string? explicitPath)
    {
        var given = explicitPath ?? Environment.GetEnvironmentVariable(CliVariable);
        if (string.IsNullOrEmpty(given))
        {
            return Executables.Find("temporal");
        }

        return File.Exists(given)
            ? Path.GetFullPath(given)
            : throw new EmbeddedServerException($"There is no temporal command line at '{given}'; correct the path or {CliVariable}.");
    }

    /// <summary>Starts the server and waits until it serves, with its search attributes registered.</summary>
    /// <exception cref="EmbeddedServerException">It ended or did not serve in time; or another live process uses the database file.</exception>
    public static async Task<TemporalServer> StartAsync(TemporalServerOptions options, CancellationToken cancellationToken)
    {
        FolderLock? databaseLock = null;
        if (options.DatabaseFile is { } file)
        {
            var folder = Path.GetFullPath(file) + ".owner";
            Directory.CreateDirectory(folder);
            databaseLock = FolderLock.Take(folder);
        }

        var server = new TemporalServer(options, databaseLock);
        try
        {
            await server.StartServerAsync(cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await (_server?.DisposeAsync() ?? ValueTask.CompletedTask);
        _log.Dispose();
        _lock?.Dispose();
    }

    private async Task StartServerAsync(CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            _port = _options.Port == 0 ? FreePort.Next() : _options.Port;
            _uiPort = _options.UiPort == 0 ? FreePort.Next() : _options.UiPort;
            _server = await ChildProcess.StartAsync(ServerProcess(), cancellationToken);
            if (await WaitUntilServingAsync(_server, cancellationToken))
            {
                return;
            }

            // Another process may have been faster with a port we found free.
            var retry = _server.LastOutput.Contains(PortTakenText, StringComparison.Ordinal)
                && (_options.Port == 0 || _options.UiPort == 0) && attempt < MaxPortAttempts;
            await _server.DisposeAsync();
            if (!retry)
            {
                throw _server.Failure($"did not start on port {_port}");
            }
        }
    }

    /// <returns>False when the server ended.</returns>
    private async Task<bool> WaitUntilServingAsync(ChildProcess server, CancellationToken cancellationToken)
    {
        var clock = _options.TimeProvider;
        var started = clock.GetTimestamp();
        while (!server.Exited.IsCompleted)
        {
            if (await ServesAsync(cancellationToken))
            {
                return true;
            }

            if (clock.GetElapsedTime(started) > _options.StartTimeout)
            {
                throw server.Failure($"did not serve on port {_port} within {_options.StartTimeout.TotalSeconds:F0} s");
            }

            await Task.WhenAny(server.Exited, Task.Delay(CheckInterval, clock, cancellationToken));
        }

        return false;
    }

    // The embedded engine says so itself; asking the genuine one takes its command line.
    private async Task<bool> ServesAsync(CancellationToken cancellationToken) => IsEmbedded
        ? _serves.Task.IsCompleted
        : await AnswersAsync("SERVING", ["operator", "cluster", "health"], cancellationToken)
            && await AnswersAsync(null, ["operator", "search-attribute", "list", "--namespace", Namespace], cancellationToken);

    private async Task<bool> AnswersAsync(string? expected, string[] command, CancellationToken cancellationToken)
    {
        await using var check = await ChildProcess.StartAsync(
            new ChildProcessOptions
            {
                Program = _options.CliPath,
                Arguments = [.. command, "--address", Address],
                Environment = WithoutTemporalSettings(),
                TimeProvider = _options.TimeProvider,
            },
            cancellationToken);
        if (await check.Exited.WaitAsync(_options.StartTimeout, _options.TimeProvider, cancellationToken) != 0)
        {
            return false;
        }

        string[] texts = expected is null ? [.. _options.SearchAttributes] : [expected];
        return texts.All(text => check.LastOutput.Contains(text, StringComparison.Ordinal));
    }

    private ChildProcessOptions ServerProcess() => new()
    {
        Program = _options.CliPath,
        Arguments =
        [
            "server", "start-dev", "--ip", Loopback, "--port", Text(_port), "--namespace", Namespace, "--log-level", "warn",
            .. IsHeadless ? ["--headless"] : (string[])["--ui-port", Text(_uiPort), "--ui-disable-news-fetch"],
            .. _options.DatabaseFile is { } file ? (string[])["--db-filename", Path.GetFullPath(file)] : [],
            .. _options.SearchAttributes.SelectMany(name => (string[])["--search-attribute", $"{name}=Keyword"]),
            .. _options.DynamicConfig.SelectMany(pair => (string[])["--dynamic-config-value", $"{pair.Key}={pair.Value}"]),
        ],
        WorkingFolder = Path.GetFullPath(_options.LogFolder),
        Environment = IsEmbedded ? EmbeddedEngine.Environment : WithoutTemporalSettings(),
        StopTimeout = _options.StopTimeout,
        TimeProvider = _options.TimeProvider,
        OnLine = Hear,
    };

    private void Hear(string line)
    {
        _log.Write(line);
        if (line.StartsWith(EmbeddedEngine.ServesText, StringComparison.Ordinal))
        {
            _serves.TrySetResult();
        }
    }

    // The user's TEMPORAL_ADDRESS, TLS and API key speak of another server than this one.
    private static Dictionary<string, string?> WithoutTemporalSettings() =>
        Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .Select(entry => (string)entry.Key)
            .Where(name => name.StartsWith("TEMPORAL_", StringComparison.Ordinal))
            .ToDictionary(name => name, _ => (string?)null, StringComparer.Ordinal);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
