using System.Globalization;
using Npgsql;
using static Idp.Client.Tests.FenceTests;
using static Idp.Client.Tests.World;

namespace Idp.Client.Tests;

/// <summary>A connection that breaks in the middle of a commit: the outcome is found out, not guessed.</summary>
public sealed class OutcomeTests(World world) : IClassFixture<World>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static TheoryData<bool> Proofs => [false, true];

    [Theory]
    [MemberData(nameof(Proofs))]
    public async Task Commit_AnswerLost_IsFoundCommittedAndRunsOnce(bool isProven)
    {
        await using var relay = Relay();
        await using var client = Client(relay);
        var attempts = 0;

        await client.ExecuteAsync(Users, $"committed-{isProven}", Write(isProven), async (connection, token) =>
        {
            attempts++;
            await using var transaction = await connection.BeginTransactionAsync(token);
            await InsertAsync(connection, $"committed-{isProven}", 1);
            relay.LosesNextAnswer = true;
            await transaction.CommitAsync(token);
        }, Cancelled);

        Assert.Equal(1, attempts);
        Assert.Equal(1, await world.RowsAsync(Eu, $"committed-{isProven}"));
    }

    [Theory]
    [MemberData(nameof(Proofs))]
    public async Task Commit_RequestLost_IsFoundOpenEndedAndRunAgain(bool isProven)
    {
        await using var relay = Relay();
        await using var client = Client(relay);
        var attempts = 0;

        await client.ExecuteAsync(Users, $"lost-{isProven}", Write(isProven), async (connection, token) =>
        {
            attempts++;
            await using var transaction = await connection.BeginTransactionAsync(token);
            await InsertAsync(connection, $"lost-{isProven}", 1);
            relay.LosesNextRequest = attempts == 1;
            await transaction.CommitAsync(token);
        }, Cancelled);

        Assert.Equal(2, attempts);
        Assert.Equal(1, await world.RowsAsync(Eu, $"lost-{isProven}"));
    }

    [Theory]
    [MemberData(nameof(Proofs))]
    public async Task Commit_StuckOnItsWay_CannotCommitAfterTheUnitWasRunAgain(bool isProven)
    {
        await using var relay = Relay();
        await using var client = Client(relay);
        var attempts = 0;

        await client.ExecuteAsync(Users, $"stuck-{isProven}", Write(isProven), async (connection, token) =>
        {
            attempts++;
            await using var transaction = await connection.BeginTransactionAsync(token);
            await InsertAsync(connection, $"stuck-{isProven}", attempts);
            relay.HoldsNextRequest = attempts == 1;
            await transaction.CommitAsync(token);
        }, Cancelled);
        await relay.DeliverHeldAsync();

        Assert.Equal(2, attempts);
        Assert.Equal(2, await world.ScalarAsync<int>(Eu, $"SELECT sum(id)::int FROM profile WHERE user_id = 'stuck-{isProven}'"));
    }

    /// <summary>Clocks cannot tell whether a young server has restarted since; a transaction in progress was then taken for another's, and could still commit.</summary>
    [Fact]
    public async Task Commit_StuckOnItsWayToAYoungServer_CannotCommitAfterTheUnitWasRunAgain()
    {
        await using var cluster = new ClientCluster();
        await cluster.InitializeAsync();
        await using var young = new World(cluster);
        await young.InitializeAsync();
        await cluster.Postgres.RestartAsync(Cancelled);
        young.Store(Eu).Clear();
        var tests = new OutcomeTests(young);

        await tests.Commit_StuckOnItsWay_CannotCommitAfterTheUnitWasRunAgain(isProven: false);
    }

    [Fact]
    public async Task ProvenStatement_AnswerLost_SaysThatItCommitted()
    {
        await using var relay = Relay();
        await using var client = Client(relay);
        await client.WarmUpAsync([Eu], Cancelled);
        relay.LosesNextAnswer = true;

        await Assert.ThrowsAsync<IdpAnswerLostException>(() => client.ExecuteAsync(
            Users, "proven", Operation.ProvenWrite, (connection, _) => InsertAsync(connection, "proven", 1), Cancelled));

        Assert.Equal(1, await world.RowsAsync(Eu, "proven"));
    }

    [Fact]
    public async Task ProvenStatement_StuckOnItsWay_IsVoidedAndRunAgain()
    {
        await using var relay = Relay();
        await using var client = Client(relay);
        await client.WarmUpAsync([Eu], Cancelled);
        var attempts = 0;
        relay.HoldsNextRequest = true;

        await client.ExecuteAsync(
            Users, "voided", Operation.ProvenWrite, (connection, _) => InsertAsync(connection, "voided", ++attempts), Cancelled);
        await relay.DeliverHeldAsync();

        Assert.Equal(2, attempts);
        Assert.Equal(2, await world.ScalarAsync<int>(Eu, "SELECT sum(id)::int FROM profile WHERE user_id = 'voided'"));
    }

    [Fact]
    public async Task ProvenScript_AnswerLost_SaysThatItCommitted()
    {
        await using var relay = Relay();
        await using var client = Client(relay);
        await client.WarmUpAsync([Eu], Cancelled);
        relay.LosesNextAnswer = true;

        await Assert.ThrowsAsync<IdpAnswerLostException>(() => client.ExecuteAsync(
            Users, "script", Operation.ProvenWrite, (connection, _) => ScalarAsync(connection, "INSERT INTO profile VALUES ('script', 1); SELECT 1"), Cancelled));

        Assert.Equal(1, await world.RowsAsync(Eu, "script"));
    }

    [Fact]
    public async Task EnteredCommit_AnswerLost_IsFoundCommitted()
    {
        await using var relay = Relay();
        await using var client = Client(relay);
        await using var entered = await client.OpenEnteredAsync(Users, "entered-lost", cancellationToken: Cancelled);
        await using var insert = new NpgsqlCommand("INSERT INTO profile VALUES ('entered-lost', 1)", entered.Connection, entered.Transaction);
        await insert.ExecuteNonQueryAsync(Cancelled);
        relay.LosesNextAnswer = true;

        await entered.CommitAsync(Cancelled);

        Assert.Equal(1, await world.RowsAsync(Eu, "entered-lost"));
    }

    private static Operation Write(bool isProven) => isProven ? Operation.ProvenWrite : Operation.Write;

    private RoundTripRelay Relay() => new(new NpgsqlConnectionStringBuilder(world.ConnectionString(Eu)).Port);

    private IdpDataSource Client(RoundTripRelay relay)
    {
        var client = new IdpDataSourceBuilder(Eu)
            .AddRegion(Eu, string.Create(CultureInfo.InvariantCulture, $"{world.ConnectionString(Eu)};Port={relay.Port}"))
            .Build();
        client.ApplyRoutes(Routes(1));
        return client;
    }
}
