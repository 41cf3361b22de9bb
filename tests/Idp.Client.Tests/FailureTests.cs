using System.Globalization;
using Npgsql;
using static Idp.Client.Tests.FenceTests;
using static Idp.Client.Tests.World;

namespace Idp.Client.Tests;

public sealed class FailureTests(World world) : IClassFixture<World>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Execute_SessionKilledInsideATransaction_RunsTheUnitAgain()
    {
        await using var client = world.Client();
        var attempts = 0;

        await client.ExecuteAsync(
            Users,
            "killed",
            Operation.Write,
            async (connection, token) =>
            {
                await using var transaction = await connection.BeginTransactionAsync(token);
                await InsertAsync(connection, "killed", 1);
                if (++attempts == 1)
                {
                    await KillAsync(connection);
                }

                await InsertAsync(connection, "killed", 2);
                await transaction.CommitAsync(token);
            },
            Cancelled);

        Assert.Equal(2, attempts);
        Assert.Equal(2, await world.RowsAsync(Eu, "killed"));
    }

    [Fact]
    public async Task Execute_PooledSessionKilledWhileIdle_WritesOnce()
    {
        await using var client = world.Client();
        await using (var connection = await client.OpenConnectionAsync(Users, "idle", cancellationToken: Cancelled))
        {
            await KillAsync(connection);
        }

        await MovementTests.WriteAsync(client, "idle", 1);

        Assert.Equal(1, await world.RowsAsync(Eu, "idle"));
    }

    [Fact]
    public async Task SingleWrite_AnswerLost_IsAnUnknownOutcomeAndNotRepeated()
    {
        await using var relay = Relay();
        await using var client = Client(relay);
        await client.WarmUpAsync([Eu], Cancelled);
        relay.LosesNextAnswer = true;

        await Assert.ThrowsAsync<IdpOutcomeUnknownException>(() => MovementTests.WriteAsync(client, "lost", 1));
    }

    [Fact]
    public async Task SingleRead_AnswerLost_IsRepeated()
    {
        await using var relay = Relay();
        await using var client = Client(relay);
        var attempts = 0;

        var one = await client.ExecuteAsync(
            Users,
            "read",
            Operation.Read,
            (connection, _) =>
            {
                relay.LosesNextAnswer = ++attempts == 1;
                return ScalarAsync(connection, "SELECT 1");
            },
            Cancelled);

        Assert.Equal(1, one);
        Assert.Equal(2, attempts);
    }

    [Fact]
    public async Task Execute_FailureAfterAnEarlierCommit_IsNotRepeated()
    {
        await using var client = world.Client();
        var attempts = 0;

        await Assert.ThrowsAsync<PostgresException>(() => client.ExecuteAsync(
            Users,
            "half",
            Operation.Write,
            async (connection, _) =>
            {
                attempts++;
                await InsertAsync(connection, "half", 1);
                await ScalarAsync(connection, "DO $$ BEGIN RAISE EXCEPTION 'again' USING ERRCODE = '40001'; END $$");
            },
            Cancelled));

        Assert.Equal(1, attempts);
        Assert.Equal(1, await world.RowsAsync(Eu, "half"));
    }

    [Fact]
    public async Task Execute_SerializationFailure_RunsTheUnitAgain()
    {
        await using var client = world.Client();
        var attempts = 0;

        await client.ExecuteAsync(
            Users,
            "victim",
            Operation.Write,
            (connection, _) => ++attempts < 3
                ? ScalarAsync(connection, "DO $$ BEGIN RAISE EXCEPTION 'again' USING ERRCODE = '40P01'; END $$")
                : InsertAsync(connection, "victim", 1),
            Cancelled);

        Assert.Equal(3, attempts);
        Assert.Equal(1, await world.RowsAsync(Eu, "victim"));
    }

    [Fact]
    public async Task Execute_ApplicationFailure_IsNotRepeated()
    {
        await using var client = world.Client();
        var attempts = 0;

        await Assert.ThrowsAsync<PostgresException>(() => client.ExecuteAsync(
            Users,
            "wrong",
            Operation.Read,
            (connection, _) =>
            {
                attempts++;
                return ScalarAsync(connection, "SELECT nonsense");
            },
            Cancelled));

        Assert.Equal(1, attempts);
    }

    private RoundTripRelay Relay() => new(new NpgsqlConnectionStringBuilder(world.ConnectionString(Eu)).Port);

    private IdpDataSource Client(RoundTripRelay relay)
    {
        var client = new IdpDataSourceBuilder(Eu)
            .AddRegion(Eu, string.Create(CultureInfo.InvariantCulture, $"{world.ConnectionString(Eu)};Port={relay.Port}"))
            .Build();
        client.ApplyRoutes(Routes(1));
        return client;
    }

    private Task KillAsync(IdpConnection connection) =>
        world.ExecuteAsync(connection.Region, $"SELECT pg_terminate_backend({connection.Inner.ProcessID}, 5000)");
}
