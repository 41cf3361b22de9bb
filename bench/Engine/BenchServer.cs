using System.Diagnostics;
using System.Globalization;
using System.Net;
using Idp.Embedded;
using Temporalio.Client;
using Temporalio.Runtime;

namespace Idp.Bench.Engine;

/// <summary>A development server in a process of its own, with its state in a file.</summary>
internal sealed class BenchServer : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Only errors: what the SDK retries belongs to the load, and its log would fall among our figures.</summary>
    private static readonly TemporalRuntime Quiet = new(new()
    {
        Telemetry = new() { Logging = new() { Filter = new(TelemetryFilterOptions.Level.Error) } },
    });

    private readonly Process _process;
    private readonly DirectoryInfo _folder;

    private BenchServer(Process process, DirectoryInfo folder, TemporalClient client)
    {
        _process = process;
        _folder = folder;
        Client = client;
    }

    public TemporalClient Client { get; }

    /// <summary>Memory of the process that is resident now.</summary>
    public long ResidentBytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>Starts the server and waits until it serves.</summary>
    /// <param name="arguments">Beside those that every server gets.</param>
    public static async Task<BenchServer> StartAsync(string program, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("idp-bench-engine-");
        var port = FreePort.Next().ToString(CultureInfo.InvariantCulture);
        var process = Process.Start(new ProcessStartInfo(
            program,
            [
                "server", "start-dev", "--headless", "--ip", IPAddress.Loopback.ToString(), "--port", port, "--log-level", "error",
                "--db-filename", Path.Combine(folder.FullName, "state.db"), .. arguments,
            ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                return new BenchServer(process, folder, await TemporalClient.ConnectAsync(new($"{IPAddress.Loopback}:{port}") { Runtime = Quiet }));
            }
            catch (Exception failure) when (failure is InvalidOperationException or Temporalio.Exceptions.RpcException && !process.HasExited)
            {
                if (Stopwatch.GetElapsedTime(started) > StartTimeout)
                {
                    process.Kill();
                    throw;
                }

                await Task.Delay(Pause, cancellationToken);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        _folder.Delete(recursive: true);
    }
}
