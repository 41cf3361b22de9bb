using System.Diagnostics;
using System.Globalization;

namespace Idp.Embedded;

/// <summary>An external program that never outlives this process, even when this process is killed with -9.</summary>
/// <remarks>
/// A shell stands between us and the program and reads a pipe whose other end only we hold. The kernel
/// closes our end however we die; the shell then sends the stop signal, later KILL, and reaps the program.
/// The program has a session of its own, so a terminal's Ctrl-C reaches only us and we decide what stops first.
/// </remarks>
public sealed class ChildProcess : IAsyncDisposable
{
    // $1 signal, $2 seconds until KILL, then the command. Job control (set -m) gives the program its own
    // process group; dash has none without a terminal, but there setsid has done it already. The waiting
    // subshell outlives a killed watchdog and still does its duty.
    private const string Watchdog = """
        exec 2>&1 3<&0 </dev/null
        set -m 2>/dev/null
        trap : INT HUP
        signal=$1; grace=$2; shift 2
        "$@" 3<&- &
        child=$!
        (
          while read -r _; do :; done
          kill -s "$signal" "$child"
          while [ "$grace" -gt 0 ]; do sleep 1; grace=$((grace - 1)); done
          kill -s KILL "$child"
        ) <&3 3<&- >/dev/null 2>&1 &
        reader=$!
        exec 3<&-
        while :; do wait "$child"; code=$?; kill -s 0 "$child" 2>/dev/null || break; done
        { kill -s KILL "-$reader" || kill -s KILL "$reader"; wait "$reader"; } >/dev/null 2>&1
        exit "$code"
        """;

    // The first line is the process id, which each exec keeps.
    private const string Launch = """echo "$$"; exec "$@" """;
    private const string LaunchAs =
        """echo "$$"; user=$1; shift; exec setpriv --reuid="$user" --regid="$(id -g "$user")" --init-groups -- "$@" """;

    private static readonly TimeSpan DrainTimeout = TimeSpan.FromSeconds(1);

    private readonly ChildProcessOptions _options;
    private readonly Process _watchdog;
    private readonly LastLines _lastLines = new();
    private readonly TaskCompletionSource<int?> _pid = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ChildProcess(ChildProcessOptions options)
    {
        _options = options;
        _watchdog = new Process { StartInfo = StartInfo(options) };
    }

    /// <summary>The id of the program itself, not of its watchdog.</summary>
    public int Pid { get; private set; }

    /// <summary>Completes with the exit code when the program has ended: 128 + n after signal n.</summary>
    public Task<int> Exited { get; private set; } = Task.FromResult(0);

    /// <summary>The newest lines of output, at most 40.</summary>
    public string LastOutput => _lastLines.ToString();

    /// <exception cref="EmbeddedServerException">The program is missing or may not be run.</exception>
    public static async Task<ChildProcess> StartAsync(ChildProcessOptions options, CancellationToken cancellationToken)
    {
        if (!File.Exists(options.Program) && Executables.Find(options.Program) is null)
        {
            throw new EmbeddedServerException($"{options.Program} was not found. Install it, or correct its path.");
        }

        var child = new ChildProcess(options);
        try
        {
            await child.LaunchAsync(cancellationToken);
            return child;
        }
        catch
        {
            await child.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs a short command to its end.</summary>
    /// <returns>Its output.</returns>
    /// <exception cref="EmbeddedServerException">It ended with another code than 0.</exception>
    internal static async Task<string> RunAsync(ChildProcessOptions options, CancellationToken cancellationToken)
    {
        await using var child = await StartAsync(options, cancellationToken);
        return await child.Exited.WaitAsync(cancellationToken) == 0 ? child.LastOutput : throw child.Failure("failed");
    }

    /// <returns>False when the program has already ended.</returns>
    public bool Signal(UnixSignal signal) => !Exited.IsCompleted && UnixSignals.Send(Pid, signal);

    /// <summary>Sends the stop signal, KILL after <paramref name="timeout"/>, and waits for the end. May be repeated.</summary>
    public async Task StopAsync(TimeSpan timeout, UnixSignal? signal = null)
    {
        if (Signal(signal ?? _options.StopSignal))
        {
            try
            {
                await Exited.WaitAsync(timeout, _options.TimeProvider);
            }
            catch (TimeoutException)
            {
                Signal(UnixSignal.Kill);
            }
        }

        await Exited;
    }

    public async ValueTask DisposeAsync()
    {
        if (Pid > 0)
        {
            await StopAsync(_options.StopTimeout);
        }

        _watchdog.Dispose();
    }

    /// <summary>An exception that names the program, how it ended and what it last said.</summary>
    internal EmbeddedServerException Failure(string what)
    {
        var ended = Exited.IsCompletedSuccessfully && Pid > 0 ? $"exit code {Exited.Result}" : "still running";
        return new EmbeddedServerException($"{_options.Program} {what} ({ended}). Its last lines:\n{LastOutput}");
    }

    /// <summary>The watchdog's command line; its input must be a pipe that ends when the owner does.</summary>
    internal static string[] CommandLine(ChildProcessOptions options)
    {
        // Without setsid (macOS) the watchdog stays in our session, and its trap ignores the terminal.
        string[] shell = Executables.Find("setsid") is { } setsid ? [setsid, "/bin/sh"] : ["/bin/sh"];
        var graceSeconds = Math.Max(1, (int)Math.Ceiling(options.StopTimeout.TotalSeconds));
        string[] launch = options.RunAs is { } user ? [LaunchAs, "sh", user] : [Launch, "sh"];
        return
        [
            .. shell, "-c", Watchdog, "watchdog",
            UnixSignals.Name(options.StopSignal), graceSeconds.ToString(CultureInfo.InvariantCulture),
            "/bin/sh", "-c", .. launch, options.Program, .. options.Arguments,
        ];
    }

    private static ProcessStartInfo StartInfo(ChildProcessOptions options)
    {
        var command = CommandLine(options);
        var info = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            WorkingDirectory = options.WorkingFolder ?? string.Empty,
        };
        foreach (var (name, value) in options.Environment)
        {
            info.Environment[name] = value;
        }

        return info;
    }

    private async Task LaunchAsync(CancellationToken cancellationToken)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new PlatformNotSupportedException("Embedded servers run on Linux and macOS; on Windows use WSL.");
        }

        _watchdog.Start();

        // Reading a pipe blocks. A pool thread for each child would starve the pool of a small machine.
        new Thread(ReadOutput, maxStackSize: 256 * 1024) { IsBackground = true, Name = $"output of {_options.Program}" }.Start();
        Exited = WaitAsync();

        // The watchdog answers at once, so a cancelled start still knows whom to stop.
        Pid = await _pid.Task ?? throw new EmbeddedServerException(
            $"{_options.Program} could not be started:\n{LastOutput}");
        cancellationToken.ThrowIfCancellationRequested();
    }

    private async Task<int> WaitAsync()
    {
        await _watchdog.WaitForExitAsync();

        // Nothing to do after an ordinary end. Had the watchdog itself been killed, this stops the program.
        _watchdog.StandardInput.Close();

        // A process of the program's own may hold the pipe open longer than the program lives.
        await Task.WhenAny(_drained.Task, Task.Delay(DrainTimeout, _options.TimeProvider));
        return _watchdog.ExitCode;
    }

    private void ReadOutput()
    {
        try
        {
            var output = _watchdog.StandardOutput;
            while (output.ReadLine() is { } line)
            {
                if (!_pid.Task.IsCompleted && int.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out var pid))
                {
                    _pid.SetResult(pid);
                    continue;
                }

                _lastLines.Add(line);
                _options.OnLine?.Invoke(line);
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // Disposed while a grandchild still held the pipe: nothing more to hear.
        }
        finally
        {
            _pid.TrySetResult(null);
            _drained.SetResult();
        }
    }
}
