using Npgsql;

namespace Idp.Embedded;

/// <summary>A private PostgreSQL on this machine: made with <c>initdb</c>, loopback only, never as root, gone when we are.</summary>
/// <remarks>Committed rows survive kill -9 of the server and of this process. Clusters start in parallel.</remarks>
public sealed class PostgresCluster : IAsyncDisposable
{
    private const string ReadyText = "database system is ready to accept connections";
    private const string PortTakenText = "Address already in use";
    private const int MaxPortAttempts = 5;

    private readonly PostgresClusterOptions _options;
    private readonly PostgresFolder _folder;
    private readonly PostgresOrphans _orphans;
    private readonly PostgresBinaries _binaries;
    private readonly FolderLock _lock;
    private readonly RotatingLog _log;
    private readonly SemaphoreSlim _gate = new(1, 1);
    private ChildProcess? _postmaster;

    private PostgresCluster(PostgresClusterOptions options, PostgresFolder folder, PostgresBinaries binaries, FolderLock @lock)
    {
        _options = options;
        _folder = folder;
        _orphans = new PostgresOrphans(folder, options.TimeProvider);
        _binaries = binaries;
        _lock = @lock;
        _log = new RotatingLog(folder.LogFile);
        Password = folder.ReadPassword();
        Port = options.Port;
    }

    public string Name => _options.Name;

    public string Host { get; } = "127.0.0.1";

    /// <summary>Stays the same over <see cref="RestartAsync"/>, unless it was free to choose and another process took it meanwhile.</summary>
    public int Port { get; private set; }

    /// <value>A superuser.</value>
    public string Username { get; } = PostgresFolder.Superuser;

    public string Password { get; }

    public string Database => _options.Database;

    /// <summary>Version of the server, for example 15.</summary>
    public int Major => _binaries.Major;

    public string LogFile => _folder.LogFile;

    /// <summary>For Npgsql. No TLS and no GSS: both would cost round trips, and the traffic never leaves this machine.</summary>
    public string ConnectionString => ConnectionStringTo(Database);

    /// <value>Null while the cluster is stopped.</value>
    public int? PostmasterPid => _postmaster is { Exited.IsCompleted: false } running ? running.Pid : null;

    /// <summary>Makes the cluster if the folder is new, stops what an earlier life left running, starts, and connects.</summary>
    /// <exception cref="EmbeddedServerException">
    /// Programs or account missing, folder in use by a live process or out of reach, port taken, or the server failed.
    /// The message names the cause and what to do.
    /// </exception>
    public static async Task<PostgresCluster> StartAsync(PostgresClusterOptions options, CancellationToken cancellationToken)
    {
        var folder = new PostgresFolder(options);
        var binaries = await PostgresBinaries.FindAsync(options.BinFolder, folder.Major(), cancellationToken);
        folder.CreateRoot();
        var folderLock = FolderLock.Take(folder.Root);
        PostgresCluster? cluster = null;
        try
        {
            await folder.CheckAccountAsync(cancellationToken);
            if (folder.Major() is null)
            {
                await folder.CreateDataAsync(binaries, cancellationToken);
            }

            cluster = new PostgresCluster(options, folder, binaries, folderLock);
            await cluster.RestartAsync(cancellationToken);
            return cluster;
        }
        catch
        {
            await (cluster?.DisposeAsync() ?? ValueTask.CompletedTask);
            folderLock.Dispose();
            throw;
        }
    }

    /// <summary>Stops the server if it runs, and starts it again on the same port.</summary>
    public async Task RestartAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            await EndAsync(PostgresStopMode.Fast);
            await _orphans.StopAsync(cancellationToken);
            await StartServerAsync(cancellationToken);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Stops the server; <see cref="RestartAsync"/> starts it again. A stopped one stays stopped.</summary>
    public async Task StopAsync(PostgresStopMode mode = PostgresStopMode.Fast)
    {
        await _gate.WaitAsync();
        try
        {
            await EndAsync(mode);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Sends SIGKILL to every process of the cluster, as a power cut would end them.</summary>
    public async Task KillAsync()
    {
        await _gate.WaitAsync();
        try
        {
            _postmaster?.Signal(UnixSignal.Kill);
            foreach (var pid in _orphans.Running())
            {
                UnixSignals.Send(pid, UnixSignal.Kill);
            }

            await (_postmaster?.Exited ?? Task.CompletedTask);
        }
        finally
        {
            _gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _log.Dispose();
        _lock.Dispose();
        _gate.Dispose();
    }

    private async Task EndAsync(PostgresStopMode mode)
    {
        if (_postmaster is not { } running)
        {
            return;
        }

        await running.StopAsync(_options.StopTimeout, mode is PostgresStopMode.Fast ? UnixSignal.Interrupt : UnixSignal.Quit);
        await running.DisposeAsync();
        _postmaster = null;
    }

    private async Task StartServerAsync(CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            Port = Port == 0 ? FreePort.Next() : Port;
            var started = await LaunchAsync(cancellationToken);
            if (started is null)
            {
                break;
            }

            // Another process may have taken the free port first. One that was asked for, or known to others, stays.
            var portTaken = started.LastOutput.Contains(PortTakenText, StringComparison.Ordinal);
            await started.DisposeAsync();
            _postmaster = null;
            if (!portTaken || _options.Port != 0 || attempt == MaxPortAttempts)
            {
                throw started.Failure($"of cluster '{Name}' did not start on port {Port}");
            }

            Port = 0;
        }

        await CreateDatabaseAsync(cancellationToken);
    }

    /// <returns>Null when the server accepts connections; else the process that ended.</returns>
    private async Task<ChildProcess?> LaunchAsync(CancellationToken cancellationToken)
    {
        _folder.WriteSettings(Port);
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _postmaster = await ChildProcess.StartAsync(
            new ChildProcessOptions
            {
                Program = _binaries.Postgres,
                Arguments = ["-D", _folder.Data],
                RunAs = _folder.RunAs,
                WorkingFolder = _folder.Root,
                Environment = new Dictionary<string, string?> { ["LC_ALL"] = "C", ["PGDATA"] = null, ["PGPORT"] = null },
                StopSignal = UnixSignal.Interrupt,
                StopTimeout = _options.StopTimeout,
                TimeProvider = _options.TimeProvider,
                OnLine = line =>
                {
                    _log.Write(line);
                    if (line.EndsWith(ReadyText, StringComparison.Ordinal))
                    {
                        ready.TrySetResult();
                    }
                },
            },
            cancellationToken);
        try
        {
            var first = await Task.WhenAny(ready.Task, _postmaster.Exited)
                .WaitAsync(_options.StartTimeout, _options.TimeProvider, cancellationToken);
            return first == ready.Task ? null : _postmaster;
        }
        catch (TimeoutException)
        {
            throw _postmaster.Failure($"of cluster '{Name}' was not ready within {_options.StartTimeout.TotalSeconds:F0} s");
        }
    }

    private async Task CreateDatabaseAsync(CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(ConnectionStringTo("postgres") + ";Pooling=false");
        await connection.OpenAsync(cancellationToken);
        await using var exists = new NpgsqlCommand("SELECT FROM pg_database WHERE datname = $1", connection)
        {
            Parameters = { new NpgsqlParameter<string> { TypedValue = Database } },
        };
        await using (var reader = await exists.ExecuteReaderAsync(cancellationToken))
        {
            if (reader.HasRows)
            {
                return;
            }
        }

        using var builder = new NpgsqlCommandBuilder();
        var quoted = builder.QuoteIdentifier(Database);
#pragma warning disable CA2100 // The name of a database cannot be a parameter; it is quoted.
        await using var create = new NpgsqlCommand($"CREATE DATABASE {quoted}", connection);
#pragma warning restore CA2100
        await create.ExecuteNonQueryAsync(cancellationToken);
    }

    private string ConnectionStringTo(string database) => new NpgsqlConnectionStringBuilder
    {
        Host = Host,
        Port = Port,
        Username = Username,
        Password = Password,
        Database = database,
        SslMode = SslMode.Disable,
        GssEncryptionMode = GssEncryptionMode.Disable,
    }.ConnectionString;
}
