using System.Diagnostics;
using Idp.Embedded;
using Idp.Workflows;

namespace Idp.Testing.Planes;

/// <summary>One genuine Temporal for a test assembly, where its command line can be found.</summary>
public sealed class TemporalFixture : IAsyncLifetime
{
    private DirectoryInfo? _logs;
    private TemporalServer? _server;

    /// <summary>Host and port; skips the test when there is no Temporal.</summary>
    public string Address
    {
        get
        {
            Assert.SkipWhen(_server is null, "Needs the temporal command line: put it on PATH (https://docs.temporal.io/cli) or set TEMPORAL_CLI.");
            return _server!.Address;
        }
    }

    public async ValueTask InitializeAsync()
    {
        if (await FindCliAsync() is not { } cli)
        {
            return;
        }

        _logs = Directory.CreateTempSubdirectory("idp-temporal-");
        _server = await TemporalServer.StartAsync(
            new TemporalServerOptions { CliPath = cli, LogFolder = _logs.FullName, Headless = true, SearchAttributes = [.. IdpSearchAttributes.Names] },
            CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await (_server?.DisposeAsync() ?? ValueTask.CompletedTask);
        _logs?.Delete(recursive: true);
    }

    private static async Task<string?> FindCliAsync()
    {
        if (TemporalServer.FindCli(explicitPath: null) is { } found)
        {
            return found;
        }

        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var install = Path.Combine(folder.FullName, "shared", "tools", "install");
            if (File.Exists(install))
            {
                using var process = Process.Start(new ProcessStartInfo(install) { RedirectStandardOutput = true })!;
                var tools = await process.StandardOutput.ReadToEndAsync();
                await process.WaitForExitAsync();
                return Path.Combine(tools.Trim(), "temporal");
            }
        }

        return null;
    }
}
