using System.Diagnostics;
using System.Globalization;
using Idp.Embedded;

namespace Idp.DevServer.Tests.Crash;

/// <summary>A server on one file and one port that is killed and started again.</summary>
internal sealed class CrashingServer(string databaseFile) : IDisposable
{
    private const string Serves = "Temporal Server:";
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);

    private Process? _process;
    private int _port;

    public string Address => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{_port}");

    /// <summary>Starts on the port of the first start, which was a free one.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        string[] arguments = ["server", "start-dev", "--headless", "--port", _port.ToString(CultureInfo.InvariantCulture), "--db-filename", databaseFile];
        _process = Process.Start(new ProcessStartInfo(EmbeddedEngine.Find(), arguments) { RedirectStandardOutput = true })!;
        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        late.CancelAfter(StartTimeout);
        while (await _process.StandardOutput.ReadLineAsync(late.Token) is { } line)
        {
            if (line.StartsWith(Serves, StringComparison.Ordinal))
            {
                _port = int.Parse(line[(line.LastIndexOf(':') + 1)..], CultureInfo.InvariantCulture);
                return;
            }
        }

        Assert.Fail($"The server ended at its start, with exit code {_process.ExitCode}.");
    }

    /// <summary>Kill -9: nothing of the process runs on.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
        Assert.Equal(137, _process.ExitCode); // 128 + SIGKILL: it had not ended by itself.
        _process.Dispose();
        _process = null;
    }

    public void Dispose()
    {
        _process?.Kill();
        _process?.Dispose();
    }
}
