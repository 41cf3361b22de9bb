using System.Collections.Immutable;
using Idp.Embedded;

namespace Idp.Chaos.World;

/// <summary>A process of the plane, started again when it ends, as an orchestrator would; it can be killed and suspended.</summary>
internal sealed class Daemon : IAsyncDisposable
{
    private static readonly TimeSpan RestartDelay = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(8);

    private readonly ChildProcessOptions _options;
    private readonly CancellationTokenSource _stopping = new();
    private readonly StreamWriter _log;
    private readonly Lock _logging = new();
    private readonly Action<string>? _onLine;
    private ChildProcess _process = null!;
    private Task _supervision = Task.CompletedTask;

    private Daemon(string name, string program, ImmutableArray<string> arguments, IReadOnlyDictionary<string, string?> environment, string folder, Action<string>? onLine)
    {
        Name = name;
        _onLine = onLine;
        _log = new StreamWriter(Path.Combine(folder, $"{name}.log")) { AutoFlush = true };
        _options = new ChildProcessOptions
        {
            Program = program,
            Arguments = arguments,
            Environment = environment,
            WorkingFolder = folder,
            StopSignal = UnixSignal.Terminate,
            OnLine = Hear,
        };
    }

    public string Name { get; }

    /// <summary>How often it was started again.</summary>
    public int Restarts { get; private set; }

    public static async Task<Daemon> StartAsync(
        string name, string program, ImmutableArray<string> arguments, IReadOnlyDictionary<string, string?> environment, string folder, Action<string>? onLine, CancellationToken cancellationToken)
    {
        var daemon = new Daemon(name, program, arguments, environment, folder, onLine);
        daemon._process = await ChildProcess.StartAsync(daemon._options, cancellationToken);
        daemon._supervision = daemon.SuperviseAsync(daemon._stopping.Token);
        return daemon;
    }

    /// <summary>The <c>idp</c> command that lies beside us.</summary>
    public static Task<Daemon> StartIdpAsync(string name, ImmutableArray<string> arguments, string folder, CancellationToken cancellationToken) =>
        StartAsync(name, "dotnet", [IdpProgram, .. arguments], ImmutableDictionary<string, string?>.Empty, folder, onLine: null, cancellationToken);

    public static string IdpProgram => Path.Combine(AppContext.BaseDirectory, "idp.dll");

    /// <returns>False when it was not running just then.</returns>
    public bool Signal(UnixSignal signal) => _process.Signal(signal);

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _process.Signal(UnixSignal.Continue);
        await _process.StopAsync(StopLimit);
        await _supervision;
        await _process.DisposeAsync();
        await _log.DisposeAsync();
        _stopping.Dispose();
    }

    private async Task SuperviseAsync(CancellationToken stopping)
    {
        try
        {
            while (true)
            {
                await _process.Exited.WaitAsync(stopping);
                await Task.Delay(RestartDelay, TimeProvider.System, stopping);
                await _process.DisposeAsync();
                _process = await ChildProcess.StartAsync(_options, stopping);
                Restarts++;
            }
        }
        catch (OperationCanceledException)
        {
            // Stopped on purpose.
        }
    }

    private void Hear(string line)
    {
        lock (_logging)
        {
            _log.WriteLine(line);
        }

        _onLine?.Invoke(line);
    }
}
