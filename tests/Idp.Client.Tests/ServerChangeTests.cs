using Idp.Embedded;
using Npgsql;
using static Idp.Client.Tests.FenceTests;
using static Idp.Client.Tests.World;

namespace Idp.Client.Tests;

/// <summary>The answer to a COMMIT is lost, and whoever is asked for it is not the server that ran the transaction, or not yet done with it.</summary>
/// <remarks>A server of its own for each test: it crashes, is promoted away from, or waits for another.</remarks>
public sealed class ServerChangeTests : IAsyncLifetime
{
    private const string NumberSql = "SELECT pg_current_xact_id()::text::bigint";

    // By its age alone a server that is up for longer than the unit looks like the one that has run it.
    private const string IsGrownSql = "SELECT clock_timestamp() - pg_postmaster_start_time() > interval '6 s'";

    private const string CrashSql = "SELECT stats_reset FROM pg_stat_bgwriter";

    private readonly ClientCluster _cluster = new();
    private World? _world;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private World World => _world ?? throw new InvalidOperationException("Not started.");

    public async ValueTask InitializeAsync()
    {
        await _cluster.InitializeAsync();
        _world = new World(_cluster);
        await _world.InitializeAsync();
        await _world.ExecuteAsync(Eu, "CREATE TABLE mark (number bigint DEFAULT pg_current_xact_id()::text::bigint)");
        await _world.BearAsync("ada");
    }

    public async ValueTask DisposeAsync()
    {
        await (_world?.DisposeAsync() ?? ValueTask.CompletedTask);
        await _cluster.DisposeAsync();
    }

    /// <summary>A killed session makes the server recover without a new start; numbers that left no trace in the log are given out again.</summary>
    [Fact]
    public async Task Commit_AfterACrashWithoutRestart_DoesNotTakeAnothersCommitForOurs()
    {
        await using var client = Client(World.ConnectionString(Eu));
        var attempts = 0;

        await UntilAsync(() => World.ScalarAsync<bool>(Eu, IsGrownSql));
        await Assert.ThrowsAsync<IdpOutcomeUnknownException>(() => client.ExecuteAsync(Users, "ada", Operation.Write, async (connection, token) =>
        {
            attempts++;
            await using var transaction = await connection.BeginTransactionAsync(token);
            var number = (long)(await ScalarAsync(connection, NumberSql))!;
            var before = await World.ScalarAsync<DateTime>(Eu, CrashSql);
            UnixSignals.Send(connection.Inner.ProcessID, UnixSignal.Kill);
            await UntilAsync(async () => await World.ScalarAsync<DateTime>(Eu, CrashSql) != before);
            await GiveOutAsync(number, () => World.ScalarAsync<long>(Eu, "INSERT INTO mark DEFAULT VALUES RETURNING number"));
            await transaction.CommitAsync(token);
        }, Cancelled));

        Assert.Equal(1, attempts);
    }

    [Fact]
    public async Task Commit_AfterAPromotion_DoesNotTakeAnothersCommitForOurs()
    {
        await using var standby = await Standby.StartAsync(_cluster.Postgres, DatabaseName, Cancelled);
        await using var relay = new RoundTripRelay(_cluster.Postgres.Port);
        await using var client = Client($"{World.ConnectionString(Eu)};Port={relay.Port}");
        var attempts = 0;

        await UntilAsync(() => standby.ScalarAsync<bool>(IsGrownSql, Cancelled));
        await Assert.ThrowsAsync<IdpOutcomeUnknownException>(() => client.ExecuteAsync(Users, "ada", Operation.Write, async (connection, token) =>
        {
            attempts++;
            await using var transaction = await connection.BeginTransactionAsync(token);
            var number = (long)(await ScalarAsync(connection, NumberSql))!;
            relay.ServerPort = standby.Port;
            await _cluster.Postgres.KillAsync();
            Assert.True(await standby.ScalarAsync<bool>("SELECT pg_promote()", Cancelled));
            await GiveOutAsync(number, () => standby.ScalarAsync<long>("INSERT INTO mark DEFAULT VALUES RETURNING number", Cancelled));
            await transaction.CommitAsync(token);
        }, Cancelled));

        Assert.Equal(1, attempts);
    }

    [Fact]
    public async Task Commit_AskedOfAStandbyThatLagsBehind_IsNotTakenForRolledBack()
    {
        await using var standby = await Standby.StartAsync(_cluster.Postgres, DatabaseName, Cancelled);
        await using var relay = new RoundTripRelay(_cluster.Postgres.Port);
        await using var client = Client($"{World.ConnectionString(Eu)};Port={relay.Port}", TimeSpan.FromMilliseconds(500));
        var attempts = 0;
        await standby.ScalarAsync<object>("SELECT pg_wal_replay_pause()::text", Cancelled);

        await Assert.ThrowsAsync<IdpOutcomeUnknownException>(() => client.ExecuteAsync(Users, "ada", Operation.Write, async (connection, token) =>
        {
            attempts++;
            await using var transaction = await connection.BeginTransactionAsync(token);
            await InsertAsync(connection, "ada", 1);
            (relay.ServerPort, relay.LosesNextAnswer) = (standby.Port, true);
            await transaction.CommitAsync(token);
        }, Cancelled));

        Assert.Equal(1, attempts);
        Assert.Equal(1, await World.RowsAsync(Eu, "ada"));
    }

    /// <summary>Ending such a session makes its commit visible before another server has it: it would be told as done, and lost with this server.</summary>
    [Fact]
    public async Task Commit_WaitingForASynchronousStandby_IsNotEndedByWhoAsks()
    {
        await using var relay = new RoundTripRelay(_cluster.Postgres.Port);
        await using var client = Client($"{World.ConnectionString(Eu)};Port={relay.Port}", TimeSpan.FromSeconds(2));
        await World.ExecuteAsync(Eu, "ALTER SYSTEM SET synchronous_standby_names = 'nobody'");
        await World.ExecuteAsync(Eu, "SELECT pg_reload_conf()");
        await UntilAsync(async () => await World.ScalarAsync<string>(Eu, "SHOW synchronous_standby_names") == "nobody");

        await Assert.ThrowsAsync<IdpOutcomeUnknownException>(() => client.ExecuteAsync(Users, "ada", Operation.Write, async (connection, token) =>
        {
            await using var transaction = await connection.BeginTransactionAsync(token);
            await InsertAsync(connection, "ada", 1);
            relay.CutsAfterNextRequest = true;
            await transaction.CommitAsync(token);
        }, Cancelled));

        Assert.Equal(1, await World.ScalarAsync<long>(Eu, "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'"));
        Assert.Equal(0, await World.RowsAsync(Eu, "ada"));
    }

    private string DatabaseName => new NpgsqlConnectionStringBuilder(World.ConnectionString(Eu)).Database!;

    /// <summary>Commits transactions of others until one has the number.</summary>
    private static async Task GiveOutAsync(long number, Func<Task<long>> commit)
    {
        var given = 0L;
        await UntilAsync(async () =>
        {
            given = await commit();
            return given >= number;
        });
        Assert.Equal(number, given);
    }

    private static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        var deadline = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(deadline) < TimeSpan.FromMinutes(1))
        {
            try
            {
                if (await isSo())
                {
                    return;
                }
            }
            catch (NpgsqlException)
            {
                // The server is not back yet.
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Cancelled);
        }

        Assert.Fail("It never came.");
    }

    private static IdpDataSource Client(string connectionString, TimeSpan? maxTime = null)
    {
        var builder = new IdpDataSourceBuilder(Eu).AddRegion(Eu, connectionString);
        builder.Retry.MaxTime = maxTime ?? builder.Retry.MaxTime;
        var client = builder.Build();
        client.ApplyRoutes(Routes(1, new RoutingEntry(new ObjectId(Users, "ada"), Eu, 1)));
        return client;
    }
}
