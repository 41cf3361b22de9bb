using System.Diagnostics;
using System.Globalization;
using Idp.Embedded;

namespace Idp.DevServer.Tests.Hosting;

/// <summary>The server's program with arguments of our own.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private const string Serves = "Temporal Server:";
    private readonly Process _process;

    private ServerProcess(Process process, string address) => (_process, Address) = (process, address);

    public string Address { get; }

    public int Port => int.Parse(Address[(Address.LastIndexOf(':') + 1)..], CultureInfo.InvariantCulture);

    public int Id => _process.Id;

    /// <exception cref="InvalidOperationException">It ended instead; the message has its exit code and what it said.</exception>
    public static async Task<ServerProcess> StartAsync(CancellationToken cancellationToken, params string[] arguments)
    {
        var start = new ProcessStartInfo(EmbeddedEngine.Find(), ["server", "start-dev", "--headless", "--port", "0", .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        while (await process.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.StartsWith(Serves, StringComparison.Ordinal))
            {
                return new ServerProcess(process, line[Serves.Length..].Replace("(TLS)", string.Empty, StringComparison.Ordinal).Trim());
            }
        }

        await process.WaitForExitAsync(cancellationToken);
        throw new InvalidOperationException($"{process.ExitCode}: {await errors}");
    }

    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
    }
}
