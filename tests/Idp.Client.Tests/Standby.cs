using System.Globalization;
using Idp.Embedded;
using Npgsql;

namespace Idp.Client.Tests;

/// <summary>A hot standby that streams from a cluster, until it is promoted.</summary>
internal sealed class Standby : IAsyncDisposable
{
    private readonly DirectoryInfo _folder;
    private readonly ChildProcess _postmaster;

    private Standby(DirectoryInfo folder, ChildProcess postmaster, string connectionString)
    {
        _folder = folder;
        _postmaster = postmaster;
        ConnectionString = connectionString;
    }

    public string ConnectionString { get; }

    public int Port => new NpgsqlConnectionStringBuilder(ConnectionString).Port;

    /// <param name="database">Where <see cref="ConnectionString"/> leads.</param>
    public static async Task<Standby> StartAsync(PostgresCluster primary, string database, CancellationToken cancellationToken)
    {
        var programs = await PostgresBinaries.FindAsync(null, primary.Major, cancellationToken);
        var folder = Directory.CreateTempSubdirectory("idp-standby-");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(folder.FullName, (UnixFileMode)0b111_111_111);
        }

        var data = Path.Combine(folder.FullName, "data");
        var source = string.Create(CultureInfo.InvariantCulture, $"host={primary.Host} port={primary.Port} user={primary.Username} password={primary.Password}");
        await using (var copy = await RunAsync(
            Path.Combine(programs.Folder, "pg_basebackup"), ["-D", data, "-d", source, "-c", "fast", "--write-recovery-conf", "--no-sync"], null, cancellationToken))
        {
            Assert.True(await copy.Exited.WaitAsync(cancellationToken) == 0, copy.LastOutput);
        }

        var port = FreePort.Next();
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var postmaster = await RunAsync(
            programs.Postgres,
            ["-D", data, "-c", string.Create(CultureInfo.InvariantCulture, $"port={port}")],
            line =>
            {
                if (line.Contains("started streaming WAL", StringComparison.Ordinal))
                {
                    ready.TrySetResult();
                }
            },
            cancellationToken);
        await ready.Task.WaitAsync(TimeSpan.FromSeconds(60), cancellationToken);
        return new Standby(folder, postmaster, new NpgsqlConnectionStringBuilder(primary.ConnectionString) { Port = port, Database = database, Pooling = false }.ConnectionString);
    }

    public async Task<T?> ScalarAsync<T>(string sql, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync(cancellationToken);
#pragma warning disable CA2100 // The tests' own texts.
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        return (T?)await command.ExecuteScalarAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _postmaster.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private static Task<ChildProcess> RunAsync(string program, string[] arguments, Action<string>? onLine, CancellationToken cancellationToken) => ChildProcess.StartAsync(
        new ChildProcessOptions
        {
            Program = program,
            Arguments = [.. arguments],
            RunAs = Environment.IsPrivilegedProcess ? "postgres" : null,
            StopSignal = UnixSignal.Interrupt,
            OnLine = onLine,
            Environment = new Dictionary<string, string?> { ["LC_ALL"] = "C", ["PGDATA"] = null, ["PGPORT"] = null },
        },
        cancellationToken);
}
