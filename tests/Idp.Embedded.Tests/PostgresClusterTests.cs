using System.Globalization;
using Npgsql;

namespace Idp.Embedded.Tests;

public sealed class PostgresClusterTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task StartAsync_NewFolder_AcceptsOnlyThePassword()
    {
        await using var cluster = await PostgresCluster.StartAsync(Options(), Cancelled);

        Assert.Equal(1, await ScalarAsync<int>(cluster, "SELECT 1"));
        Assert.Equal("app", await ScalarAsync<string>(cluster, "SELECT current_database()"));
        Assert.Equal("127.0.0.1", await ScalarAsync<string>(cluster, "SHOW listen_addresses"));
        Assert.Equal("256MB", await ScalarAsync<string>(cluster, "SHOW max_wal_size"));
        var wrong = new NpgsqlConnectionStringBuilder(cluster.ConnectionString) { Password = "guess", Pooling = false };
        await using var connection = new NpgsqlConnection(wrong.ConnectionString);
        var refusal = await Assert.ThrowsAsync<PostgresException>(() => connection.OpenAsync(Cancelled));
        Assert.Equal(PostgresErrorCodes.InvalidPassword, refusal.SqlState);
    }

    [Fact]
    public async Task StartAsync_SecondStart_FindsTheRowsOfTheFirst()
    {
        await using (var first = await PostgresCluster.StartAsync(Options(), Cancelled))
        {
            await ExecuteAsync(first, "CREATE TABLE t AS SELECT 42 AS x");
        }

        await using var second = await PostgresCluster.StartAsync(Options(), Cancelled);
        Assert.Equal(42, await ScalarAsync<int>(second, "SELECT x FROM t"));
    }

    [Fact]
    public async Task StartAsync_SeveralAtOnce_EachServesItsOwnData()
    {
        var starts = Enumerable.Range(1, 3).Select(n => PostgresCluster.StartAsync(Options($"c{n}"), Cancelled)).ToArray();
        var clusters = await Task.WhenAll(starts);

        Assert.Equal(3, clusters.Select(cluster => cluster.Port).Distinct().Count());
        foreach (var cluster in clusters)
        {
            Assert.Equal(cluster.Name, await ScalarAsync<string>(cluster, "SHOW cluster_name"));
            await cluster.DisposeAsync();
        }
    }

    [Fact]
    public async Task StartAsync_AsRoot_RunsAsTheOtherAccount()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Needs root: as an ordinary user the server is ours anyway.");
        await using var cluster = await PostgresCluster.StartAsync(Options(), Cancelled);

        var uid = (await File.ReadAllLinesAsync($"/proc/{cluster.PostmasterPid}/status", Cancelled)).Single(line => line.StartsWith("Uid:", StringComparison.Ordinal));
        Assert.DoesNotContain("\t0", uid, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StartAsync_AsRootWithoutTheAccount_NamesTheCommandThatCreatesIt()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Needs root.");
        var options = new PostgresClusterOptions { DataFolder = _folder.In("c"), Name = "c", RunAs = "nobody-here" };

        var failure = await Assert.ThrowsAsync<EmbeddedServerException>(() => PostgresCluster.StartAsync(options, Cancelled));
        Assert.Contains("useradd --system --create-home nobody-here", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StartAsync_AsRootBelowAClosedFolder_NamesTheFolderAndTheFix()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Needs root.");
        var closed = Directory.CreateDirectory(_folder.In("closed")).FullName;
        File.SetUnixFileMode(closed, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        var failure = await Assert.ThrowsAsync<EmbeddedServerException>(
            () => PostgresCluster.StartAsync(Options("closed/c"), Cancelled));
        Assert.Contains($"chmod o+x {closed}", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StartAsync_FolderOwnedByALiveProcess_IsRefusedWithItsId()
    {
        await using var owner = await PostgresCluster.StartAsync(Options(), Cancelled);

        var failure = await Assert.ThrowsAsync<EmbeddedServerException>(() => PostgresCluster.StartAsync(Options(), Cancelled));
        Assert.Contains(_folder.In("c"), failure.Message, StringComparison.Ordinal);
        Assert.Contains($"process {Environment.ProcessId.ToString(CultureInfo.InvariantCulture)}.", failure.Message, StringComparison.Ordinal);
        Assert.Equal(1, await ScalarAsync<int>(owner, "SELECT 1"));
    }

    [Fact]
    public async Task RestartAsync_AfterPostmasterWasKilled_KeepsCommittedRowsAndPort()
    {
        await using var cluster = await PostgresCluster.StartAsync(Options(), Cancelled);
        await ExecuteAsync(cluster, "CREATE TABLE t AS SELECT 42 AS x");
        var port = cluster.Port;

        UnixSignals.Send(cluster.PostmasterPid!.Value, UnixSignal.Kill);
        await cluster.RestartAsync(Cancelled);

        Assert.Equal(port, cluster.Port);
        Assert.Equal(42, await ScalarAsync<int>(cluster, "SELECT x FROM t"));
    }

    [Fact]
    public async Task KillAsync_WithOpenSessions_EndsEveryProcessAndLosesNoCommit()
    {
        await using var cluster = await PostgresCluster.StartAsync(Options(), Cancelled);
        await ExecuteAsync(cluster, "CREATE TABLE t AS SELECT 42 AS x");
        await using var busy = new NpgsqlConnection(cluster.ConnectionString);
        await busy.OpenAsync(Cancelled);
        await using var sleep = new NpgsqlCommand("SELECT pg_sleep(3600)", busy);
        var sleeping = sleep.ExecuteNonQueryAsync(Cancelled);

        await cluster.KillAsync();

        await Assert.ThrowsAnyAsync<NpgsqlException>(() => sleeping);
        Assert.Null(cluster.PostmasterPid);
        await cluster.RestartAsync(Cancelled);
        Assert.Equal(42, await ScalarAsync<int>(cluster, "SELECT x FROM t"));
    }

    [Fact]
    public async Task StartAsync_OrphanOfAnEarlierLife_IsStoppedFirst()
    {
        string data;
        await using (var first = await PostgresCluster.StartAsync(Options(), Cancelled))
        {
            await ExecuteAsync(first, "CREATE TABLE t AS SELECT 42 AS x");
            data = _folder.In("c/data");
        }

        // Started by nobody of ours: what a lost watchdog would leave behind.
        var binaries = await PostgresBinaries.FindAsync(binFolder: null, major: null, Cancelled);
        await using var orphan = await ChildProcess.StartAsync(
            new ChildProcessOptions
            {
                Program = binaries.Postgres,
                Arguments = ["-D", data],
                RunAs = Environment.IsPrivilegedProcess ? "postgres" : null,
                WorkingFolder = "/",
            },
            Cancelled);
        while (!File.Exists(Path.Combine(data, "postmaster.pid")))
        {
            await Task.Yield();
        }

        // A link on the way must not hide it: two servers on one folder would ruin the data.
        Directory.CreateSymbolicLink(_folder.In("link"), _folder.In("c"));
        await using var second = await PostgresCluster.StartAsync(Options("link"), Cancelled);
        await orphan.Exited.WaitAsync(Cancelled);
        Assert.NotEqual(orphan.Pid, second.PostmasterPid);
        Assert.Equal(42, await ScalarAsync<int>(second, "SELECT x FROM t"));
    }

    [Fact]
    public async Task StartAsync_RecordedIdBelongsToAnotherProcess_StartsAnyway()
    {
        await using (await PostgresCluster.StartAsync(Options(), Cancelled))
        {
        }

        await using var stranger = await ChildProcess.StartAsync(
            new ChildProcessOptions
            {
                Program = "sleep",
                Arguments = ["3600"],
                RunAs = Environment.IsPrivilegedProcess ? "postgres" : null,
                WorkingFolder = "/",
            },
            Cancelled);
        var pidFile = _folder.In("c/data/postmaster.pid");
        await File.WriteAllTextAsync(pidFile, $"{stranger.Pid}\n{_folder.In("c/data")}\n", Cancelled);

        await using var cluster = await PostgresCluster.StartAsync(Options(), Cancelled);
        Assert.Equal(1, await ScalarAsync<int>(cluster, "SELECT 1"));
        Assert.False(stranger.Exited.IsCompleted);
    }

    [Fact]
    public async Task StartAsync_PortTaken_SaysSo()
    {
        await using var first = await PostgresCluster.StartAsync(Options(), Cancelled);
        var options = new PostgresClusterOptions { DataFolder = _folder.In("d"), Name = "d", Port = first.Port, Durable = false };

        var failure = await Assert.ThrowsAsync<EmbeddedServerException>(() => PostgresCluster.StartAsync(options, Cancelled));
        Assert.Contains("Address already in use", failure.Message, StringComparison.Ordinal);
        Assert.Contains($"'d' did not start on port {first.Port}", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FindAsync_NothingInstalled_NamesTheInstallCommands()
    {
        var failure = await Assert.ThrowsAsync<EmbeddedServerException>(
            () => PostgresBinaries.FindAsync(null, null, _folder.Path, _folder.In("none"), Cancelled));

        Assert.Contains("apt-get install postgresql", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FindAsync_VersionTooOld_IsRefusedWithWhatWasFound()
    {
        foreach (var name in new[] { "postgres", "initdb" })
        {
            await File.WriteAllTextAsync(_folder.In(name), "#!/bin/sh\necho 'postgres (PostgreSQL) 14.9'\n", Cancelled);
            File.SetUnixFileMode(_folder.In(name), (UnixFileMode)0b111_101_101);
        }

        var failure = await Assert.ThrowsAsync<EmbeddedServerException>(
            () => PostgresBinaries.FindAsync(_folder.Path, null, Cancelled));

        Assert.Contains("15 or newer", failure.Message, StringComparison.Ordinal);
        Assert.Contains("(version 14)", failure.Message, StringComparison.Ordinal);
    }

    private static async Task ExecuteAsync(PostgresCluster cluster, string sql)
    {
        await using var database = NpgsqlDataSource.Create(cluster.ConnectionString);
        await using var command = database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Cancelled);
    }

    private static async Task<T?> ScalarAsync<T>(PostgresCluster cluster, string sql)
    {
        await using var database = NpgsqlDataSource.Create(cluster.ConnectionString);
        await using var command = database.CreateCommand(sql);
        return (T?)await command.ExecuteScalarAsync(Cancelled);
    }

    private PostgresClusterOptions Options(string name = "c") => new() { DataFolder = _folder.In(name), Name = name, Durable = false };
}
