using System.Data;
using System.Data.Common;
using Npgsql;
using static Idp.Client.Tests.World;

namespace Idp.Client.Tests;

public sealed class FenceTests(World world) : IClassFixture<World>
{
    private const string InsertSql = "INSERT INTO profile VALUES ($1, $2, 'x')";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Execute_EachKindOfStatement_TakesTheRoundTripsItWouldWithoutUs()
    {
        await world.BearAsync("trips");
        await using var relay = new RoundTripRelay(new NpgsqlConnectionStringBuilder(world.ConnectionString(Eu)).Port);
        await using var client = new IdpDataSourceBuilder(Eu).AddRegion(Eu, $"{world.ConnectionString(Eu)};Port={relay.Port}").Build();
        client.ApplyRoutes(Routes(1, new RoutingEntry(new ObjectId(Users, "trips"), Eu, 1)));
        await Task.WhenAll(client.WarmUpAsync(cancellationToken: Cancelled), client.WarmUpAsync(cancellationToken: Cancelled));

        IdpConnection connection = null!;
        Assert.Equal(0, await relay.CountAsync(async () => connection = await client.OpenConnectionAsync(Users, "trips", cancellationToken: Cancelled)));
        await using var closing = connection;
        Assert.Equal(1, await relay.CountAsync(() => InsertAsync(connection, "trips", 1)));
        Assert.Equal(1, await relay.CountAsync(() => ScalarAsync(connection, "SELECT count(*) FROM profile")));
        Assert.Equal(1, await relay.CountAsync(() => ScalarAsync(connection, "SELECT 1; SELECT 2")));
        Assert.Equal(3, await relay.CountAsync(async () =>
        {
            await using var transaction = await connection.BeginTransactionAsync(Cancelled);
            await InsertAsync(connection, "trips", 2);
            await InsertAsync(connection, "trips", 3);
            await transaction.CommitAsync(Cancelled);
        }));
        Assert.Equal(1, await relay.CountAsync(() => client.ExecuteAsync(
            Users, "trips", Operation.Write, (own, _) => InsertAsync(own, "trips", 4), Cancelled)));
        Assert.Equal(3, await relay.CountAsync(async () =>
        {
            await using var entered = await client.OpenEnteredAsync(Users, "trips", cancellationToken: Cancelled);
            await using var insert = new NpgsqlCommand("INSERT INTO profile VALUES ('trips', 5, 'x')", entered.Connection);
            await insert.ExecuteNonQueryAsync(Cancelled);
            await entered.CommitAsync(Cancelled);
        }));

        await using var prepared = Insert(connection, "trips", 6);
        Assert.Equal(1, await relay.CountAsync(() => prepared.PrepareAsync(Cancelled)));
        Assert.Equal(1, await relay.CountAsync(() => prepared.ExecuteNonQueryAsync(Cancelled)));
        prepared.Parameters[1].Value = 7;
        Assert.Equal(1, await relay.CountAsync(() => prepared.ExecuteNonQueryAsync(Cancelled)));
        Assert.Equal(7, await world.RowsAsync(Eu, "trips"));
        Assert.Equal(2L, await ScalarAsync(connection, "SELECT count(*) FROM pg_prepared_statements"));
    }

    [Fact]
    public async Task Execute_ThroughTheBaseTypes_LooksLikeAnyProvider()
    {
        await using var client = world.Client();
        await using DbConnection connection = client.CreateConnection(Users, "plain");
        await connection.OpenAsync(Cancelled);
        await using DbTransaction transaction = await connection.BeginTransactionAsync(Cancelled);
        await using DbCommand insert = connection.CreateCommand();
        insert.Transaction = transaction;
        insert.CommandText = "INSERT INTO profile VALUES (@user, @id, @value) RETURNING id, value";
        foreach (var (name, value) in new (string, object)[] { ("user", "plain"), ("id", 1), ("value", DBNull.Value) })
        {
            var parameter = insert.CreateParameter();
            (parameter.ParameterName, parameter.Value) = (name, value);
            insert.Parameters.Add(parameter);
        }

        await using (var reader = await insert.ExecuteReaderAsync(CommandBehavior.SingleRow | CommandBehavior.SequentialAccess, Cancelled))
        {
            Assert.Equal(2, reader.FieldCount);
            Assert.Equal("value", reader.GetName(1));
            Assert.True(await reader.ReadAsync(Cancelled));
            Assert.Equal(1, reader.GetInt32(0));
            Assert.True(await reader.IsDBNullAsync(1, Cancelled));
            Assert.False(await reader.ReadAsync(Cancelled));
            Assert.False(await reader.NextResultAsync(Cancelled));
            Assert.Equal(1, reader.RecordsAffected);
        }

        await transaction.CommitAsync(Cancelled);
        Assert.Equal(1, await world.RowsAsync(Eu, "plain"));

        // Synchronous code, too.
        insert.Transaction = null;
        insert.CommandText = "UPDATE profile SET value = @value WHERE user_id = @user AND id = @id";
        Assert.Equal(1, insert.ExecuteNonQuery());
        insert.CommandText = "SELECT count(*) FROM profile WHERE user_id = @user";
        Assert.Equal(1L, insert.ExecuteScalar());
    }

    [Fact]
    public async Task Execute_BatchAndScript_AreOneTransactionAndHideTheFence()
    {
        await using var client = world.Client();
        await using var connection = await client.OpenConnectionAsync(Users, "many", cancellationToken: Cancelled);
        await using DbBatch batch = connection.CreateBatch();
        foreach (var sql in new[] { "INSERT INTO profile VALUES ('many', 1), ('many', 2)", "SELECT 42", "DELETE FROM profile WHERE user_id = 'many' AND id = 2" })
        {
            var command = batch.CreateBatchCommand();
            command.CommandText = sql;
            batch.BatchCommands.Add(command);
        }

        Assert.Equal(42, await batch.ExecuteScalarAsync(Cancelled));
        Assert.Equal(1, await world.RowsAsync(Eu, "many"));

        await using var script = connection.CreateCommand();
        script.CommandText = "INSERT INTO profile VALUES (@u, 3, 'a;b'); INSERT INTO profile VALUES (@u, 4); SELECT value FROM profile WHERE user_id = @u AND id = 3;";
        script.Parameters.AddWithValue("u", "many");
        Assert.Equal("a;b", await script.ExecuteScalarAsync(Cancelled));
        script.CommandText = "INSERT INTO profile VALUES (@u, 5); SELECT 1 / 0";
        await Assert.ThrowsAsync<PostgresException>(() => script.ExecuteNonQueryAsync(Cancelled));
        Assert.Equal(3, await world.RowsAsync(Eu, "many"));
    }

    [Fact]
    public async Task Execute_CloseConnectionAndTrailingSemicolon_AreHonoured()
    {
        await using var client = world.Client();
        var connection = await client.OpenConnectionAsync(Users, "close", Operation.Read, Cancelled);
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT 1;";
        await using (var reader = await command.ExecuteReaderAsync(CommandBehavior.CloseConnection, Cancelled))
        {
            Assert.True(await reader.ReadAsync(Cancelled));
        }

        Assert.Equal(ConnectionState.Closed, connection.State);
    }

    [Fact]
    public async Task Execute_TimeoutAndCancellation_EndTheStatementNotTheConnection()
    {
        await using var client = world.Client();
        await using var connection = await client.OpenConnectionAsync(Users, "slow", cancellationToken: Cancelled);
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT pg_sleep(60)";
        command.CommandTimeout = 1;
        var timedOut = await Assert.ThrowsAsync<NpgsqlException>(() => command.ExecuteNonQueryAsync(Cancelled));
        Assert.IsType<TimeoutException>(timedOut.InnerException);

        using var cancel = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => command.ExecuteNonQueryAsync(cancel.Token));
        Assert.Equal(1, await ScalarAsync(connection, "SELECT 1"));
    }

    [Fact]
    public async Task Write_WithoutEntering_IsRefusedWithTheHint()
    {
        var plain = await Assert.ThrowsAsync<PostgresException>(() => world.ExecuteAsync(Eu, "INSERT INTO profile VALUES ('stranger', 1)"));
        Assert.Equal("ID004", plain.SqlState);
        Assert.Contains("SELECT idp.enter('users', 'stranger'", plain.Hint, StringComparison.Ordinal);

        await using var client = world.Client();
        await using var connection = await client.OpenConnectionAsync(Users, "mine", cancellationToken: Cancelled);
        var other = await Assert.ThrowsAsync<IdpException>(() => InsertAsync(connection, "stranger", 1));
        Assert.Equal("ID004", other.SqlState);
        Assert.False(other.IsTransient);
        Assert.Contains("idp.enter", other.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Write_InReadMode_IsRefused()
    {
        await world.BearAsync("reader");
        await using var client = world.Client();

        var refusal = await Assert.ThrowsAsync<IdpException>(() => client.ExecuteAsync(
            Users, "reader", Operation.Read, (connection, _) => InsertAsync(connection, "reader", 1), Cancelled));

        Assert.Equal("ID004", refusal.SqlState);
        Assert.Equal(0, await world.RowsAsync(Eu, "reader"));
    }

    [Theory]
    [InlineData(IsolationLevel.ReadCommitted)]
    [InlineData(IsolationLevel.RepeatableRead)]
    [InlineData(IsolationLevel.Serializable)]
    public async Task Transaction_EachIsolationLevel_EntersBearsAndCommits(IsolationLevel level)
    {
        await using var client = world.Client();
        await using var connection = await client.OpenConnectionAsync(Users, $"level-{level}", cancellationToken: Cancelled);
        for (var id = 1; id <= 2; id++)
        {
            await using var transaction = await connection.BeginTransactionAsync(level, Cancelled);
            await InsertAsync(connection, $"level-{level}", id);
            await transaction.CommitAsync(Cancelled);
        }

        Assert.Equal(2, await world.RowsAsync(Eu, $"level-{level}"));
    }

    [Fact]
    public async Task Savepoint_BeforeTheFirstStatement_DoesNotUndoTheFence()
    {
        await using var client = world.Client();
        await using var connection = await client.OpenConnectionAsync(Users, "save", cancellationToken: Cancelled);
        await using var transaction = await connection.BeginTransactionAsync(Cancelled);
        await transaction.SaveAsync("s", Cancelled);
        await InsertAsync(connection, "save", 1);
        await transaction.RollbackAsync("s", Cancelled);
        await InsertAsync(connection, "save", 2);
        await transaction.CommitAsync(Cancelled);

        Assert.Equal(2, await world.ScalarAsync<int>(Eu, "SELECT id FROM profile WHERE user_id = 'save'"));
    }

    [Theory]
    [InlineData(16, null)]
    [InlineData(17, "ID006")]
    public async Task Enlist_ManyObjects_AtMostSixteen(int count, string? sqlState)
    {
        await using var client = world.Client();
        await using var connection = await client.OpenConnectionAsync(Users, $"e{count}-0", cancellationToken: Cancelled);
        for (var i = 1; i < count; i++)
        {
            connection.Enlist(Users, $"e{count}-{i}");
        }

        var refusal = await Record.ExceptionAsync(() => InsertAsync(connection, $"e{count}-{count - 1}", 1));
        Assert.Equal(sqlState, (refusal as IdpException)?.SqlState);
        Assert.Equal(sqlState is null ? 1 : 0, await world.RowsAsync(Eu, $"e{count}-{count - 1}"));
    }

    internal static IdpCommand Insert(IdpConnection connection, string key, int id)
    {
        var command = connection.CreateCommand();
        command.CommandText = InsertSql;
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = key });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = id });
        return command;
    }

    internal static async Task InsertAsync(IdpConnection connection, string key, int id)
    {
        await using var insert = Insert(connection, key, id);
        Assert.Equal(1, await insert.ExecuteNonQueryAsync(Cancelled));
    }

    internal static async Task<object?> ScalarAsync(IdpConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return await command.ExecuteScalarAsync(Cancelled);
    }
}
