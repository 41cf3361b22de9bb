using Idp.Embedded;
using Idp.Testing;
using Temporalio.Client;

namespace Idp.Workflows.Tests.Hosting;

/// <summary>A development server with our search attributes, shared by the whole assembly.</summary>
public sealed class DevelopmentServer : IAsyncLifetime
{
    private DirectoryInfo? _folder;
    private TemporalServer? _server;
    private IdpWorkers? _workers;

    /// <summary>Settings of the server by its own keys.</summary>
    internal IReadOnlyDictionary<string, string> DynamicConfig { get; init; } = new Dictionary<string, string>();

    /// <summary>Skips the test where there is no server.</summary>
    public IdpWorkers Workers
    {
        get
        {
            Assert.SkipWhen(_workers is null, TemporalTools.Missing);
            return _workers!;
        }
    }

    public async ValueTask InitializeAsync()
    {
        if (await EngineUnderTest.FindDevServerAsync(CancellationToken.None) is not { } cli)
        {
            return;
        }

        _folder = Directory.CreateTempSubdirectory("idp-workflows-");
        _server = await TemporalServer.StartAsync(
            new TemporalServerOptions
            {
                CliPath = cli,
                LogFolder = _folder.FullName,
                Headless = true,
                SearchAttributes = [.. IdpSearchAttributes.Names],
                DynamicConfig = DynamicConfig,
            },
            CancellationToken.None);
        _workers = new IdpWorkers(await TemporalClient.ConnectAsync(new(_server.Address) { Identity = "idp-tests" }));
    }

    public async ValueTask DisposeAsync()
    {
        await (_workers?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (_server?.DisposeAsync() ?? ValueTask.CompletedTask);
        _folder?.Delete(recursive: true);
    }
}
