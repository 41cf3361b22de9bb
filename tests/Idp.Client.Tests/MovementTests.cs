using Npgsql;
using static Idp.Client.Tests.FenceTests;
using static Idp.Client.Tests.World;

namespace Idp.Client.Tests;

public sealed class MovementTests(World world) : IClassFixture<World>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RawConnection_StaleEpoch_IsToldAndHealsAtOnce()
    {
        await world.BearAsync("stale", epoch: 5);
        await using var client = world.Client();
        await using var connection = await client.OpenConnectionAsync(Users, "stale", cancellationToken: Cancelled);

        var refusal = await Assert.ThrowsAsync<IdpRoutingException>(() => InsertAsync(connection, "stale", 1));

        Assert.Equal("ID002", refusal.SqlState);
        Assert.True(refusal.IsTransient);
        Assert.Equal(new Route(Eu, 5), refusal.NewRoute);
        Assert.Equal(new Route(Eu, 5), client.FindRoute(new ObjectId(Users, "stale")));
        await InsertAsync(connection, "stale", 1);
        Assert.Equal(1, await world.RowsAsync(Eu, "stale"));
    }

    [Fact]
    public async Task Execute_MovedObject_FollowsTheForwardAndOpensTheTargetItself()
    {
        await world.BearAsync("mover");
        await using var client = world.Client();
        await WriteAsync(client, "mover", 1);
        await world.MoveAsync("mover", Eu, Us, epoch: 2);

        await WriteAsync(client, "mover", 2);

        Assert.Equal(new Route(Us, 2), client.FindRoute(new ObjectId(Users, "mover")));
        Assert.Equal(1, await world.RowsAsync(Us, "mover"));
        Assert.Equal("owned", await world.ScalarAsync<string>(Us, "SELECT state FROM idp.ownership WHERE object = 'mover'"));

        // And back: what a client last heard does not stop it.
        await world.MoveAsync("mover", Us, Eu, epoch: 3);
        await WriteAsync(client, "mover", 3);
        Assert.Equal(new Route(Eu, 3), client.FindRoute(new ObjectId(Users, "mover")));
        Assert.Equal(2, await world.RowsAsync(Eu, "mover"));
    }

    [Fact]
    public async Task OpenEntered_MovedObject_IsInsideItsTransaction()
    {
        await world.BearAsync("entered");
        await world.MoveAsync("entered", Eu, Us, epoch: 2);
        await using var client = world.Client();

        await using (var entered = await client.OpenEnteredAsync(Users, "entered", cancellationToken: Cancelled))
        {
            Assert.Equal(Us, entered.Region);
            await using var insert = new NpgsqlCommand("INSERT INTO profile VALUES ('entered', 1)", entered.Connection, entered.Transaction);
            await insert.ExecuteNonQueryAsync(Cancelled);
            await entered.CommitAsync(Cancelled);
        }

        await using (var undone = await client.OpenEnteredAsync(Users, "entered", cancellationToken: Cancelled))
        {
            await using var delete = new NpgsqlCommand("DELETE FROM profile WHERE user_id = 'entered'", undone.Connection);
            Assert.Equal(1, await delete.ExecuteNonQueryAsync(Cancelled));
        }

        Assert.Equal(1, await world.RowsAsync(Us, "entered"));
    }

    [Fact]
    public async Task Execute_FrozenThenThawed_WaitsAndSucceeds()
    {
        await world.BearAsync("frozen");
        await using var client = world.Client();
        await world.FreezeAsync("frozen", TimeSpan.FromMinutes(1));
        var refused = new TaskCompletionSource();
        var attempts = 0;

        var write = client.ExecuteAsync(
            Users,
            "frozen",
            Operation.Write,
            async (connection, _) =>
            {
                if (++attempts == 3)
                {
                    refused.SetResult();
                }

                await InsertAsync(connection, "frozen", 1);
            },
            Cancelled);
        await refused.Task;
        Assert.False(write.IsCompleted);
        await world.ExecuteAsync(Eu, "UPDATE idp.ownership SET state = 'owned' WHERE object = 'frozen'");
        await write;

        Assert.Equal(1, await world.RowsAsync(Eu, "frozen"));
    }

    [Fact]
    public async Task Execute_ExpiredFreeze_IsThawedByTheClient()
    {
        await world.BearAsync("expired");
        await using var client = world.Client();
        await world.FreezeAsync("expired", TimeSpan.FromSeconds(-1));

        await WriteAsync(client, "expired", 1);

        Assert.Equal("owned", await world.ScalarAsync<string>(Eu, "SELECT state FROM idp.ownership WHERE object = 'expired'"));
    }

    [Fact]
    public async Task Execute_FrozenForTooLong_EndsWithTheStoresAnswer()
    {
        await world.BearAsync("stuck");
        await using var client = world.Client(builder => builder.Retry.MaxAttempts = 3);
        await world.FreezeAsync("stuck", TimeSpan.FromMinutes(1));
        var attempts = 0;

        var refusal = await Assert.ThrowsAsync<IdpFrozenException>(() => client.ExecuteAsync(
            Users,
            "stuck",
            Operation.Write,
            (connection, _) =>
            {
                attempts++;
                return InsertAsync(connection, "stuck", 1);
            },
            Cancelled));

        Assert.Equal(3, attempts);
        Assert.False(refusal.IsExpired);
    }

    [Fact]
    public async Task Execute_ConcurrentBirths_BearOnce()
    {
        await using var client = world.Client();
        await using var other = world.Client();

        await Task.WhenAll(Enumerable.Range(1, 20).Select(id => WriteAsync(id % 2 == 0 ? client : other, "baby", id)));

        Assert.Equal(20, await world.RowsAsync(Eu, "baby"));
        Assert.Equal(new Route(Eu, 1), client.FindRoute(new ObjectId(Users, "baby")));
        Assert.Equal(1, await world.ScalarAsync<long>(Eu, "SELECT owner_epoch FROM idp.ownership WHERE object = 'baby'"));
    }

    [Fact]
    public async Task Execute_ObjectThatMovedAway_IsNotBornAgain()
    {
        await world.BearAsync("once");
        await world.MoveAsync("once", Eu, Us, epoch: 2);
        await using var ignorant = world.Client();

        await WriteAsync(ignorant, "once", 1);

        Assert.Equal("moved", await world.ScalarAsync<string>(Eu, "SELECT state FROM idp.ownership WHERE object = 'once'"));
        Assert.Equal(1, await world.RowsAsync(Us, "once"));
    }

    [Fact]
    public async Task Transaction_BirthRolledBack_LeavesTheObjectUnborn()
    {
        await using var client = world.Client();
        await using (var connection = await client.OpenConnectionAsync(Users, "unborn", cancellationToken: Cancelled))
        {
            await using var transaction = await connection.BeginTransactionAsync(Cancelled);
            await InsertAsync(connection, "unborn", 1);
            await transaction.RollbackAsync(Cancelled);
        }

        Assert.Equal(new Route(Eu, 0), client.FindRoute(new ObjectId(Users, "unborn")));
        await WriteAsync(client, "unborn", 1);
        Assert.Equal(1, await world.RowsAsync(Eu, "unborn"));
    }

    [Fact]
    public async Task Execute_RouteToAnObjectNeverBorn_FallsBackToTheBirthRegion()
    {
        await using var client = world.Client();
        client.ApplyRoutes(Routes(2, new RoutingEntry(new ObjectId(Users, "ghost"), Us, 9)));

        await WriteAsync(client, "ghost", 1);

        Assert.Equal(1, await world.RowsAsync(Eu, "ghost"));
    }

    [Fact]
    public async Task Open_UnknownDatasetOrRegion_SaysWhatIsMissing()
    {
        await using var client = world.Client();
        var dataset = await Assert.ThrowsAsync<IdpException>(async () => await client.OpenConnectionAsync(DatasetId.Parse("nobody"), "k", cancellationToken: Cancelled));
        Assert.Contains("routing table version 1", dataset.Message, StringComparison.Ordinal);

        client.ApplyRoutes(Routes(2, new RoutingEntry(new ObjectId(Users, "far"), RegionId.Parse("mars"), 1)));
        var region = await Assert.ThrowsAsync<IdpException>(async () => await client.OpenConnectionAsync(Users, "far", cancellationToken: Cancelled));
        Assert.Contains("'mars', which has no connection string", region.Message, StringComparison.Ordinal);
    }

    internal static Task WriteAsync(IdpDataSource client, string key, int id) =>
        client.ExecuteAsync(Users, key, Operation.Write, (connection, _) => InsertAsync(connection, key, id), Cancelled);
}
