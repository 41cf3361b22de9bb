using Idp.Embedded;
using Idp.Workflows;

namespace Idp.Testing.Planes;

/// <summary>One Temporal for a test assembly: the embedded engine, or the genuine one where it is asked for and found.</summary>
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
        if (await EngineUnderTest.FindDevServerAsync(CancellationToken.None) is not { } cli)
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
}
