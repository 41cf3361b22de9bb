using Idp.Embedded;
using Npgsql;
using Xunit;

namespace Idp.Testing;

/// <summary>One real PostgreSQL for a test assembly: <c>[assembly: AssemblyFixture(typeof(PostgresFixture))]</c>.</summary>
public sealed class PostgresFixture : IAsyncLifetime
{
    private readonly List<NpgsqlDataSource> _databases = [];
    private readonly Lock _gate = new();
    private DirectoryInfo? _folder;
    private PostgresCluster? _cluster;

    public async ValueTask InitializeAsync()
    {
        _folder = Directory.CreateTempSubdirectory("idp-tests-");

        // When we are root the server runs as another account, which must pass through to its own folder.
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_folder.FullName, (UnixFileMode)0b111_101_101);
        }

        _cluster = await PostgresCluster.StartAsync(
            new PostgresClusterOptions
            {
                DataFolder = Path.Combine(_folder.FullName, "postgres"),
                Name = "tests",
                Durable = false,
                MaxConnections = 400,
            },
            CancellationToken.None);
    }

    /// <summary>A fresh, empty database; one for each test class.</summary>
    /// <param name="name">For people who look into the server; need not be unique, lower-case and at most 50 characters.</param>
    /// <returns>Closed with the fixture.</returns>
    public async Task<NpgsqlDataSource> CreateDatabaseAsync(string name)
    {
        var cluster = _cluster ?? throw new InvalidOperationException("The fixture was not started; declare it with AssemblyFixture.");
        var connectionString = new NpgsqlConnectionStringBuilder(cluster.ConnectionString) { Pooling = false };
        await using var server = NpgsqlDataSource.Create(connectionString);
        var database = $"{name}_{Guid.NewGuid():n}"[..Math.Min(63, name.Length + 9)];
        using var quoting = new NpgsqlCommandBuilder();
        await using (var create = server.CreateCommand($"CREATE DATABASE {quoting.QuoteIdentifier(database)}"))
        {
            await create.ExecuteNonQueryAsync();
        }

        connectionString.Pooling = true;
        connectionString.Database = database;
        var created = NpgsqlDataSource.Create(connectionString);
        lock (_gate)
        {
            _databases.Add(created);
        }

        return created;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var database in _databases)
        {
            await database.DisposeAsync();
        }

        await (_cluster?.DisposeAsync() ?? ValueTask.CompletedTask);
        _folder?.Delete(recursive: true);
    }
}
