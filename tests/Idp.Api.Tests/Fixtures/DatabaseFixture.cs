using System.Globalization;
using Idp.Embedded;
using Npgsql;

namespace Idp.Testing.Planes;

/// <summary>One real PostgreSQL for a test assembly; gives connection strings with passwords, for other processes to use.</summary>
public sealed class DatabaseFixture : IAsyncLifetime
{
    private DirectoryInfo? _folder;
    private PostgresCluster? _cluster;
    private int _count;

    public async ValueTask InitializeAsync()
    {
        _folder = Directory.CreateTempSubdirectory("idp-tests-");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_folder.FullName, (UnixFileMode)0b111_101_101); // The server runs as another account when we are root.
        }

        _cluster = await PostgresCluster.StartAsync(
            new PostgresClusterOptions
            {
                DataFolder = Path.Combine(_folder.FullName, "postgres"),
                Name = "tests",
                Durable = false,
                MaxConnections = 400,
                Settings = new Dictionary<string, string> { ["max_prepared_transactions"] = "10" },
            },
            CancellationToken.None);
    }

    /// <returns>The connection string of a fresh, empty database.</returns>
    public async Task<string> CreateDatabaseAsync(string name)
    {
        var database = $"{name}_{Interlocked.Increment(ref _count).ToString(CultureInfo.InvariantCulture)}";
        await using var server = NpgsqlDataSource.Create(_cluster!.ConnectionString);
        await using var create = server.CreateCommand($"CREATE DATABASE {database}");
        await create.ExecuteNonQueryAsync();
        return new NpgsqlConnectionStringBuilder(_cluster.ConnectionString) { Database = database }.ConnectionString;
    }

    public async ValueTask DisposeAsync()
    {
        await (_cluster?.DisposeAsync() ?? ValueTask.CompletedTask);
        _folder?.Delete(recursive: true);
    }
}
