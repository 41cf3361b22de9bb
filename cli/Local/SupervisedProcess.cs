using Idp.Embedded;

namespace Idp.Cli.Local;

/// <summary>One of our own processes, started again when it dies, as an orchestrator would in production.</summary>
public sealed class SupervisedProcess : IAsyncDisposable
{
    private static readonly TimeSpan RestartDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(8);

    private readonly string _name;
    private readonly string[] _arguments;
    private readonly CancellationTokenSource _stopping = new();
    private readonly StreamWriter _log;
    private readonly Lock _logging = new();
    private ChildProcess _process = null!;
    private Task _supervision = Task.CompletedTask;

    private SupervisedProcess(string name, string[] arguments, string logFile)
    {
        _name = name;
        _arguments = arguments;
        LogFile = logFile;
        _log = new StreamWriter(logFile, append: false) { AutoFlush = true };
    }

    public string LogFile { get; }

    /// <summary>How often it had to be started again.</summary>
    public int Restarts { get; private set; }

    /// <summary>The running process; another one after a restart.</summary>
    public int Pid => _process.Pid;

    public string LastOutput => _process.LastOutput;

    /// <param name="arguments">Of the <c>idp</c> command.</param>
    public static async Task<SupervisedProcess> StartAsync(string name, string[] arguments, string logFile, CancellationToken cancellationToken)
    {
        var supervised = new SupervisedProcess(name, arguments, logFile);
        supervised._process = await supervised.LaunchAsync(cancellationToken);
        supervised._supervision = supervised.SuperviseAsync(supervised._stopping.Token);
        return supervised;
    }

    /// <summary>Sends kill -9, as a failing machine would.</summary>
    public void Kill() => _process.Signal(UnixSignal.Kill);

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
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
                Log($"{_name} ended and is started again");
                await _process.DisposeAsync();
                _process = await LaunchAsync(stopping);
                Restarts++;
            }
        }
        catch (OperationCanceledException)
        {
            // Stopped on purpose.
        }
    }

    private Task<ChildProcess> LaunchAsync(CancellationToken cancellationToken)
    {
        // Under a test host, or as `dotnet idp.dll`, there is no executable of that name running.
        var self = Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "idp" ? path : null;
        var assembly = typeof(SupervisedProcess).Assembly.Location;
        return ChildProcess.StartAsync(
            new ChildProcessOptions
            {
                Program = self ?? "dotnet",
                Arguments = self is null ? [assembly, .. _arguments] : [.. _arguments],
                StopSignal = UnixSignal.Terminate,
                OnLine = Log,
            },
            cancellationToken);
    }

    private void Log(string line)
    {
        lock (_logging)
        {
            _log.WriteLine(line);
        }
    }
}
