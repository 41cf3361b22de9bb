using System.Globalization;
using System.Text;
using Npgsql;
using static Idp.Client.Tests.FenceTests;
using static Idp.Client.Tests.World;

namespace Idp.Client.Tests;

/// <summary>What is acknowledged has been committed, and what may have been committed is not run again, however oddly the connection is used.</summary>
public sealed class AcknowledgementTests(World world) : IClassFixture<World>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Reader_LeftOpenByTheUnit_EndsWithItsConnection()
    {
        await using var client = world.Client();

        await client.ExecuteAsync(Users, "left-open", Operation.Write, async (connection, token) =>
        {
            var insert = connection.CreateCommand();
            insert.CommandText = "INSERT INTO profile VALUES ('left-open', 1) RETURNING id";
            var reader = await insert.ExecuteReaderAsync(token);
            Assert.True(await reader.ReadAsync(token));
        }, Cancelled);

        Assert.Equal(1, await world.RowsAsync(Eu, "left-open"));
    }

    [Fact]
    public async Task Commit_OfATransactionThatHasFailed_IsRefused()
    {
        await using var client = world.Client();
        await using var connection = await client.OpenConnectionAsync(Users, "failed", cancellationToken: Cancelled);
        await using var transaction = await connection.BeginTransactionAsync(Cancelled);
        await InsertAsync(connection, "failed", 1);
        await Assert.ThrowsAsync<PostgresException>(() => InsertAsync(connection, "failed", 1));

        var refused = await Assert.ThrowsAsync<PostgresException>(() => transaction.CommitAsync(Cancelled));

        Assert.Equal(PostgresErrorCodes.InFailedSqlTransaction, refused.SqlState);
        Assert.Equal(0, await world.RowsAsync(Eu, "failed"));
    }

    [Fact]
    public async Task Commit_OfATransactionThatWasRolledBackUnderneath_IsRefused()
    {
        await using var client = world.Client();
        await using var entered = await client.OpenEnteredAsync(Users, "underneath", cancellationToken: Cancelled);
        await entered.Transaction.RollbackAsync(Cancelled);

        await Assert.ThrowsAsync<InvalidOperationException>(() => entered.CommitAsync(Cancelled));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Commit_AfterAnEndThatWasCancelledBeforeItWasSent_RunsOnceWhenItsAnswerIsLost(bool isRollback)
    {
        await using var relay = Relay();
        await using var client = Client(relay);
        var cancelled = new CancellationToken(canceled: true);
        var attempts = 0;

        await client.ExecuteAsync(Users, $"twice-{isRollback}", Operation.Write, async (connection, token) =>
        {
            await using var transaction = await connection.BeginTransactionAsync(token);
            await InsertAsync(connection, $"twice-{isRollback}", ++attempts);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => isRollback ? transaction.RollbackAsync(cancelled) : transaction.CommitAsync(cancelled));
            relay.LosesNextAnswer = attempts == 1;
            await transaction.CommitAsync(token);
        }, Cancelled);

        Assert.Equal(1, attempts);
        Assert.Equal(1, await world.RowsAsync(Eu, $"twice-{isRollback}"));
    }

    [Fact]
    public async Task Commit_OfWhatOnlyTheConnectionUnderneathDid_IsUnknownWhenItsAnswerIsLost()
    {
        await world.BearAsync("inner");
        await using var relay = Relay();
        await using var client = Client(relay);
        var attempts = 0;

        await Assert.ThrowsAsync<IdpOutcomeUnknownException>(() => client.ExecuteAsync(Users, "inner", Operation.Write, async (connection, token) =>
        {
            attempts++;
            await using var transaction = await connection.BeginTransactionAsync(token);
            await using var insert = new NpgsqlCommand("SELECT idp.enter('users', 'inner', 1); INSERT INTO profile VALUES ('inner', 1) ON CONFLICT DO NOTHING", connection.Inner);
            await insert.ExecuteNonQueryAsync(token);
            relay.LosesNextAnswer = true;
            await transaction.CommitAsync(token);
        }, Cancelled));

        Assert.Equal(1, attempts);
    }

    [Fact]
    public async Task Statement_WhoseResultCannotBeRead_HasCommittedAllTheSame()
    {
        await world.ExecuteAsync(Eu, "CREATE TYPE pair AS (a int, b int)");
        await world.BearAsync("unread");
        await using var client = world.Client();
        client.ApplyRoutes(Routes(2, new RoutingEntry(new ObjectId(Users, "unread"), Eu, 1)));
        var attempts = 0;

        await Assert.ThrowsAsync<PostgresException>(() => client.ExecuteAsync(Users, "unread", Operation.Write, async (connection, _) =>
        {
            await Assert.ThrowsAsync<InvalidCastException>(() => ScalarAsync(connection, $"INSERT INTO profile VALUES ('unread', {++attempts}) RETURNING ROW(1, 2)::pair"));
            await ScalarAsync(connection, "DO $$ BEGIN RAISE EXCEPTION 'again' USING ERRCODE = '40001'; END $$");
        }, Cancelled));

        Assert.Equal(1, attempts);
        Assert.Equal(1, await world.RowsAsync(Eu, "unread"));
    }

    [Fact]
    public async Task Batch_WithAnErrorBarrier_WouldCommitInParts()
    {
        await using var client = world.Client();
        await using var connection = await client.OpenConnectionAsync(Users, "barrier", cancellationToken: Cancelled);
        await using var batch = connection.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand("INSERT INTO profile VALUES ('barrier', 1)") { AppendErrorBarrier = true });
        batch.BatchCommands.Add(new NpgsqlBatchCommand("SELECT 1"));

        await Assert.ThrowsAsync<NotSupportedException>(() => batch.ExecuteNonQueryAsync(Cancelled));

        Assert.Equal(0, await world.RowsAsync(Eu, "barrier"));
    }

    /// <summary>The first statement's own answer was taken for the fence's, and so led the object astray.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Statement_RefusedByAFenceOfItsOwn_DoesNotSpeakForTheObject(bool isExplicit)
    {
        await using var client = world.Client();
        await using var connection = await client.OpenConnectionAsync(Users, "own", cancellationToken: Cancelled);
        await using var transaction = isExplicit ? await connection.BeginTransactionAsync(Cancelled) : null;

        var refused = await Assert.ThrowsAsync<PostgresException>(() => ScalarAsync(
            connection, """DO $$ BEGIN RAISE EXCEPTION 'elsewhere' USING ERRCODE = 'ID001', HINT = '{"region": "us", "epoch": 9}'; END $$"""));

        Assert.Equal("ID001", refused.SqlState);
        Assert.Equal(Eu, client.FindRoute(new ObjectId(Users, "own")).Region);
    }

    /// <summary>A pooler that loses the server ends the session like a server would; it cannot know what the server has done.</summary>
    [Fact]
    public async Task Statement_EndedByAPooler_MayHaveCommitted()
    {
        await using var relay = Relay();
        await using var client = Client(relay);
        await world.BearAsync("pooler");
        client.ApplyRoutes(Routes(2, new RoutingEntry(new ObjectId(Users, "pooler"), Eu, 1)));
        await client.WarmUpAsync([Eu], Cancelled);
        relay.SaysInstead = Fatal(PostgresErrorCodes.ProtocolViolation, "server conn crashed?");
        await Assert.ThrowsAsync<IdpOutcomeUnknownException>(() => MovementTests.WriteAsync(client, "pooler", 1));
        Assert.Equal(1, await world.RowsAsync(Eu, "pooler"));

        await client.WarmUpAsync([Eu], Cancelled);
        relay.SaysInstead = Fatal(PostgresErrorCodes.AdminShutdown, "shutting down");
        await Assert.ThrowsAsync<IdpOutcomeUnknownException>(() => MovementTests.WriteAsync(client, "pooler", 2));
        Assert.Equal(2, await world.RowsAsync(Eu, "pooler"));
    }

    [Fact]
    public async Task Transaction_EndedByAPooler_RunsAgain()
    {
        await using var relay = Relay();
        await using var client = Client(relay);
        var attempts = 0;

        await client.ExecuteAsync(Users, "pooled", Operation.Write, async (connection, token) =>
        {
            await using var transaction = await connection.BeginTransactionAsync(token);
            await InsertAsync(connection, "pooled", 1);
            relay.SaysInstead = ++attempts == 1 ? Fatal(PostgresErrorCodes.ProtocolViolation, "server conn crashed?") : null;
            await InsertAsync(connection, "pooled", 2);
            await transaction.CommitAsync(token);
        }, Cancelled);

        Assert.Equal(2, attempts);
        Assert.Equal(2, await world.RowsAsync(Eu, "pooled"));
    }

    [Fact]
    public async Task Transaction_OverObjectsThatMovedTogether_FollowsBoth()
    {
        await world.BearAsync("pair-a");
        await world.BearAsync("pair-b");
        await using var client = world.Client();
        client.ApplyRoutes(Routes(2, new RoutingEntry(new ObjectId(Users, "pair-a"), Eu, 1), new RoutingEntry(new ObjectId(Users, "pair-b"), Eu, 1)));
        await world.MoveAsync("pair-a", Eu, Us, epoch: 2);
        await world.MoveAsync("pair-b", Eu, Us, epoch: 2);

        await client.ExecuteAsync(Users, "pair-a", Operation.Write, async (connection, token) =>
        {
            connection.Enlist(Users, "pair-b");
            await using var transaction = await connection.BeginTransactionAsync(token);
            await InsertAsync(connection, "pair-a", 1);
            await InsertAsync(connection, "pair-b", 1);
            await transaction.CommitAsync(token);
        }, Cancelled);

        Assert.Equal(1, await world.RowsAsync(Us, "pair-b"));
    }

    /// <summary>The second object's refusal was taken for the first one's, which was then sought where the second is.</summary>
    [Fact]
    public async Task Transaction_OverObjectsThatLiveApart_IsRefusedOnce()
    {
        await world.BearAsync("apart-a");
        await world.BearAsync("apart-b");
        await using var client = world.Client();
        client.ApplyRoutes(Routes(2, new RoutingEntry(new ObjectId(Users, "apart-a"), Eu, 1), new RoutingEntry(new ObjectId(Users, "apart-b"), Eu, 1)));
        await world.MoveAsync("apart-b", Eu, Us, epoch: 2);
        var attempts = 0;

        await Assert.ThrowsAsync<IdpException>(() => client.ExecuteAsync(Users, "apart-a", Operation.Write, async (connection, _) =>
        {
            attempts++;
            connection.Enlist(Users, "apart-b");
            await InsertAsync(connection, "apart-a", 1);
        }, Cancelled));

        Assert.Equal(2, attempts);
        Assert.Equal(Eu, client.FindRoute(new ObjectId(Users, "apart-a")).Region);
        Assert.Equal(Us, client.FindRoute(new ObjectId(Users, "apart-b")).Region);
    }

    [Fact]
    public async Task Client_DisposedTwice_StaysDisposed()
    {
        var client = world.Client();
        await client.DisposeAsync();
        await client.DisposeAsync();
    }

    /// <summary>ErrorResponse as a pooler writes it: severity, code and message, and none of the fields that tell the place in the server's source.</summary>
    private static byte[] Fatal(string code, string message)
    {
        var fields = Encoding.ASCII.GetBytes($"SFATAL\0C{code}\0M{message}\0\0");
        return [(byte)'E', 0, 0, 0, (byte)(fields.Length + 4), .. fields];
    }

    private RoundTripRelay Relay() => new(new NpgsqlConnectionStringBuilder(world.ConnectionString(Eu)).Port);

    private IdpDataSource Client(RoundTripRelay relay)
    {
        var client = new IdpDataSourceBuilder(Eu)
            .AddRegion(Eu, string.Create(CultureInfo.InvariantCulture, $"{world.ConnectionString(Eu)};Port={relay.Port};No Reset On Close=true"))
            .Build();
        client.ApplyRoutes(Routes(1));
        return client;
    }
}
