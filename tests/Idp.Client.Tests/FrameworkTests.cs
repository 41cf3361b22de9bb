using System.Data;
using Dapper;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using static Idp.Client.Tests.World;

namespace Idp.Client.Tests;

/// <summary>What applications bring along works as before: EF Core, Dapper, COPY, prepared statements, pooling, cancellation.</summary>
public sealed class FrameworkTests(World world) : IClassFixture<World>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task EfCore_ThroughAMove_SavesAndReadsWhereTheObjectIs()
    {
        await world.BearAsync("ef");
        await using var client = world.Client();

        await SaveAsync(client, new Profile { UserId = "ef", Id = 1, Value = "before" });
        await world.MoveAsync("ef", Eu, Us, epoch: 2);
        await SaveAsync(client, new Profile { UserId = "ef", Id = 2, Value = "after" });

        Assert.Equal(1, await world.RowsAsync(Eu, "ef"));
        Assert.Equal("after", await world.ScalarAsync<string>(Us, "SELECT value FROM profile WHERE user_id = 'ef'"));

        await using var entered = await client.OpenEnteredAsync(Users, "ef", cancellationToken: Cancelled);
        await using var context = await UseAsync(entered);
        var row = await context.Profiles.SingleAsync(profile => profile.UserId == "ef", Cancelled);
        row.Value = "changed";
        await context.SaveChangesAsync(Cancelled);
        Assert.Equal(1, await context.Profiles.Where(profile => profile.UserId == "ef" && profile.Value == "changed").ExecuteDeleteAsync(Cancelled));
        await entered.CommitAsync(Cancelled);
        Assert.Equal(0, await world.RowsAsync(Us, "ef"));
    }

    [Fact]
    public async Task EfCore_OtherObjectsRow_IsRefusedAndRolledBack()
    {
        await using var client = world.Client();
        await using var entered = await client.OpenEnteredAsync(Users, "ef-mine", cancellationToken: Cancelled);
        await using var context = await UseAsync(entered);
        context.Profiles.AddRange(new Profile { UserId = "ef-mine", Id = 1 }, new Profile { UserId = "ef-other", Id = 1 });

        var refused = await Assert.ThrowsAsync<DbUpdateException>(() => context.SaveChangesAsync(Cancelled));

        Assert.Equal("ID004", Assert.IsType<PostgresException>(refused.InnerException).SqlState);
        Assert.Equal(0, await world.RowsAsync(Eu, "ef-mine"));
    }

    [Fact]
    public async Task Dapper_OnBothKindsOfConnection_WorksThroughAMove()
    {
        await world.BearAsync("dapper");
        await using var client = world.Client();

        await client.ExecuteAsync(Users, "dapper", Operation.Write, async (connection, _) =>
        {
            await using var transaction = await connection.BeginTransactionAsync(Cancelled);
            await connection.ExecuteAsync(
                "INSERT INTO profile VALUES (@user, @id, @value)",
                new[] { new { user = "dapper", id = 1, value = "a" }, new { user = "dapper", id = 2, value = "b" } },
                transaction);
            await transaction.CommitAsync(Cancelled);
        }, Cancelled);
        await world.MoveAsync("dapper", Eu, Us, epoch: 2);
        await world.ExecuteAsync(Us, "SELECT idp.enter('users', 'dapper', 2); INSERT INTO profile VALUES ('dapper', 1, 'a'), ('dapper', 2, 'b')");

        var values = await client.ExecuteAsync(
            Users, "dapper", Operation.Read, async (connection, _) => await connection.QueryAsync<string>("SELECT value FROM profile WHERE user_id = @user ORDER BY id", new { user = "dapper" }), Cancelled);
        await using (var entered = await client.OpenEnteredAsync(Users, "dapper", cancellationToken: Cancelled))
        {
            await entered.Connection.ExecuteAsync("UPDATE profile SET value = value || '!' WHERE user_id = @user AND id = ANY(@ids)", new { user = "dapper", ids = new[] { 1, 2 } }, entered.Transaction);
            await entered.CommitAsync(Cancelled);
        }

        Assert.Equal(["a", "b"], values);
        Assert.Equal("b!", await world.ScalarAsync<string>(Us, "SELECT value FROM profile WHERE user_id = 'dapper' AND id = 2"));
    }

    [Fact]
    public async Task Copy_OnAnEnteredConnection_IsFenced()
    {
        await using var client = world.Client();
        await using (var entered = await client.OpenEnteredAsync(Users, "copy", cancellationToken: Cancelled))
        {
            await using (var import = await entered.Connection.BeginBinaryImportAsync("COPY profile FROM STDIN (FORMAT binary)", Cancelled))
            {
                await import.WriteRowAsync(Cancelled, "copy", 1, "x");
                await import.CompleteAsync(Cancelled);
            }

            await entered.CommitAsync(Cancelled);
        }

        Assert.Equal(1, await world.RowsAsync(Eu, "copy"));
    }

    [Fact]
    public async Task Pool_ManyUnits_ReuseConnectionsAndTheirPreparedStatements()
    {
        await using var client = world.Client(settings: "Maximum Pool Size=2;Max Auto Prepare=10;Auto Prepare Min Usages=2");
        var sessions = new HashSet<int>();
        for (var id = 1; id <= 20; id++)
        {
            var row = id;
            await client.ExecuteAsync(Users, "pool", Operation.Write, async (connection, _) =>
            {
                sessions.Add(connection.Inner.ProcessID);
                await FenceTests.InsertAsync(connection, "pool", row);
            }, Cancelled);
        }

        // One session served all; the fence and the statement were prepared by themselves, once.
        Assert.Single(sessions);
        var prepared = await client.ExecuteAsync(
            Users, "pool", Operation.Read, (connection, _) => FenceTests.ScalarAsync(connection, "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%idp.enter%' OR statement LIKE 'INSERT%'"), Cancelled);
        Assert.Equal(2L, prepared);
        Assert.Equal(20, await world.RowsAsync(Eu, "pool"));
    }

    [Fact]
    public async Task Pool_AfterRefusals_HasNoBrokenOrOpenTransaction()
    {
        await world.BearAsync("reused", epoch: 9);
        await using var client = world.Client(settings: "Maximum Pool Size=1");
        await using (var entered = await client.OpenEnteredAsync(Users, "reused", cancellationToken: Cancelled))
        {
            await entered.Connection.ExecuteAsync("INSERT INTO profile VALUES ('reused', 1)");
        }

        // Rolled back with its pass: the next user of the same session has entered nothing.
        await using var connection = await client.OpenConnectionAsync(Users, "reused", Operation.Read, Cancelled);
        Assert.Equal(string.Empty, await FenceTests.ScalarAsync(connection, "SELECT coalesce(nullif(strpos(current_setting('idp.pass', true), 'reused'), 0)::text, '')"));
        Assert.Equal(0, await world.RowsAsync(Eu, "reused"));
    }

    [Fact]
    public async Task Execute_CancelledWhileFrozen_EndsAtOnceAndWritesNothing()
    {
        await world.BearAsync("waiting");
        await using var client = world.Client();
        await world.FreezeAsync("waiting", TimeSpan.FromMinutes(10));
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        var attempts = 0;

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.ExecuteAsync(Users, "waiting", Operation.Write, async (connection, _) =>
        {
            if (++attempts == 3)
            {
                await cancel.CancelAsync();
            }

            await FenceTests.InsertAsync(connection, "waiting", 1);
        }, cancel.Token));

        Assert.Equal(3, attempts);
        Assert.Equal(0, await world.RowsAsync(Eu, "waiting"));
    }

    private static async Task SaveAsync(IdpDataSource client, Profile profile)
    {
        await using var entered = await client.OpenEnteredAsync(Users, profile.UserId, isolationLevel: IsolationLevel.RepeatableRead, cancellationToken: Cancelled);
        await using var context = await UseAsync(entered);
        context.Profiles.Add(profile);
        await context.SaveChangesAsync(Cancelled);
        await entered.CommitAsync(Cancelled);
    }

    private static async Task<ProfileContext> UseAsync(IdpEntered entered)
    {
        var context = new ProfileContext(entered.Connection);
        await context.Database.UseTransactionAsync(entered.Transaction, Cancelled);
        return context;
    }
}
