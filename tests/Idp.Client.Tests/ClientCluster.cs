using Idp.Client.Tests;
using Idp.Embedded;

[assembly: AssemblyFixture(typeof(ClientCluster))]

namespace Idp.Client.Tests;

/// <summary>One real PostgreSQL for this assembly.</summary>
public sealed class ClientCluster : IAsyncLifetime
{
    private DirectoryInfo? _folder;
    private PostgresCluster? _cluster;

    public PostgresCluster Postgres => _cluster ?? throw new InvalidOperationException("The fixture was not started.");

    public async ValueTask InitializeAsync()
    {
        _folder = Directory.CreateTempSubdirectory("idp-client-tests-");

        // When we are root the server runs as another account, which must pass through to its own folder.
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_folder.FullName, (UnixFileMode)0b111_101_101);
        }

        _cluster = await PostgresCluster.StartAsync(
            new PostgresClusterOptions { DataFolder = Path.Combine(_folder.FullName, "postgres"), Name = "client-tests", Durable = false, MaxConnections = 300 },
            CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await (_cluster?.DisposeAsync() ?? ValueTask.CompletedTask);
        _folder?.Delete(recursive: true);
    }
}
