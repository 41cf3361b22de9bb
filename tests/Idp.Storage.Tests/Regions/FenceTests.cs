using System.Data;
using Idp.Core;
using Idp.Core.Movement;
using Idp.Storage.Regions;
using Npgsql;
using static Idp.Storage.Tests.Regions.TwoRegions;

namespace Idp.Storage.Tests.Regions;

/// <summary>The fence and the guards, asked in SQL as a client does.</summary>
public sealed class FenceTests(TwoRegions regions) : IClassFixture<TwoRegions>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Enter_OwnedObject_LetsItsRowsBeWrittenAndNoOthers()
    {
        await regions.BearAsync(new ObjectId(Users, "a1"), 2);

        Assert.Equal(1L, await EnterAsync("a1", 1, "UPDATE profile SET version = 50 WHERE user_id = 'a1' AND item = 1"));

        Assert.Equal(50L, await regions.AskAsync<long>(East, "SELECT version FROM profile WHERE user_id = 'a1' AND item = 1"));
        var other = await Assert.ThrowsAsync<PostgresException>(() => EnterAsync("a1", 1, "INSERT INTO profile (user_id, item, version) VALUES ('stranger', 1, 1)"));
        var epoch = await Assert.ThrowsAsync<PostgresException>(() => EnterAsync("a1", 2));
        var unborn = await Assert.ThrowsAsync<PostgresException>(() => EnterAsync("a3", 1));
        var mode = await Assert.ThrowsAsync<PostgresException>(() => EnterAsync("a1", 1, mode: "both"));
        Assert.Equal(("ID004", "ID002", "ID001", "ID006"), (other.SqlState, epoch.SqlState, unborn.SqlState, mode.SqlState));
    }

    [Fact]
    public async Task Enter_WhileTheObjectMoves_IsLoggedThenRefused()
    {
        var id = new ObjectId(Users, "leaving");
        await regions.BearAsync(id, 2);
        var attempt = regions.NextMove();
        var mover = regions.Mover(id, East, West, attempt);
        await mover.StartAsync(Token);

        await EnterAsync("leaving", 1, "UPDATE profile SET version = 9 WHERE user_id = 'leaving'");
        Assert.Equal(2L, await regions.AskAsync<long>(East, "SELECT count(*) FROM idp.change WHERE object = 'leaving'"));

        await mover.CopyAsync(_ => { }, Token);
        await regions.Store(East).FreezeAsync(id, attempt, 5, TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(1), Token);
        Assert.Equal("ID003", (await Assert.ThrowsAsync<PostgresException>(() => EnterAsync("leaving", 1))).SqlState);

        await mover.SwitchAsync(Token);
        Assert.Equal("ID001", (await Assert.ThrowsAsync<PostgresException>(() => EnterAsync("leaving", 1, mode: "read"))).SqlState);
    }

    [Theory]
    [InlineData(IsolationLevel.RepeatableRead)]
    [InlineData(IsolationLevel.Serializable)]
    public async Task Enter_UnderAnOldSnapshot_FailsToSerialize(IsolationLevel level)
    {
        var id = new ObjectId(Users, $"old-{level}");
        await regions.BearAsync(id, 1);
        await using var connection = new NpgsqlConnection(regions.ConnectionString(East));
        await connection.OpenAsync(Token);
        await using var transaction = await connection.BeginTransactionAsync(level, Token);
        await using (var look = new NpgsqlCommand("SELECT count(*) FROM profile", connection))
        {
            await look.ExecuteScalarAsync(Token);
        }

        var attempt = regions.NextMove();
        Assert.True((await regions.Store(East).StartSourceAsync(id, regions.Dataset, attempt, Token)).IsAccepted);

        var refused = await Assert.ThrowsAsync<PostgresException>(() => AskAsync(connection, id.Key, 1, "write"));
        Assert.Equal(PostgresErrorCodes.SerializationFailure, refused.SqlState);
    }

    [Fact]
    public async Task Pass_KeyThatLooksLikeAnEntry_ForgesNothing()
    {
        await regions.BearAsync(new ObjectId(Users, "f1"), 1);
        await regions.BearAsync(new ObjectId(Users, "f2"), 1);
        const string Forged = "E'f1\\x1f-\\x1eusers\\x1ff2'";

        var named = await Assert.ThrowsAsync<PostgresException>(() => regions.RunAsync(East, $"BEGIN; SELECT idp.enter('users', {Forged}, 0); COMMIT"));
        var written = await Assert.ThrowsAsync<PostgresException>(() => regions.RunAsync(
            East, $"BEGIN; SELECT idp.enter('users', 'f1', 1), idp.enter('users', 'f2', 1); INSERT INTO profile (user_id, item, version) VALUES ({Forged}, 1, 1); COMMIT"));

        Assert.Equal(("ID006", "ID004"), (named.SqlState, written.SqlState));
        await regions.RunAsync(East, "BEGIN; SELECT idp.enter('users', 'f1', 1), idp.enter('users', 'f2', 1); UPDATE profile SET version = 3 WHERE user_id IN ('f1', 'f2'); COMMIT");
        Assert.Equal(2L, await regions.AskAsync<long>(East, "SELECT count(*) FROM profile WHERE version = 3 AND user_id IN ('f1', 'f2')"));
    }

    [Fact]
    public async Task Guard_ApplicationWithoutPrivileges_WritesAndIsLogged()
    {
        var id = new ObjectId(Users, "plain-role");
        await regions.BearAsync(id, 2);
        await regions.RunAsync(East, """
            CREATE ROLE app; GRANT USAGE ON SCHEMA idp TO app; GRANT SELECT, INSERT, UPDATE, DELETE ON profile, activity TO app;
            CREATE SCHEMA evil AUTHORIZATION app;
            CREATE FUNCTION evil.eq(text, text) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN CREATE TABLE evil.pwned (); RETURN true; END $$;
            CREATE OPERATOR evil.= (LEFTARG = text, RIGHTARG = text, FUNCTION = evil.eq);
            GRANT EXECUTE ON FUNCTION evil.eq TO PUBLIC;
            """);
        await regions.Store(East).StartSourceAsync(id, regions.Dataset, regions.NextMove(), Token);

        // With a search path of its own before pg_catalog: no definer's function may fall for it.
        await regions.RunAsync(East, """
            SET ROLE app; BEGIN; SET LOCAL search_path = evil, pg_catalog, public; SELECT idp.enter('users', 'plain-role', 1, 'read'); COMMIT;
            SET search_path = public; BEGIN; SELECT idp.enter('users', 'plain-role', 1); DELETE FROM activity WHERE user_id = 'plain-role'; UPDATE profile SET item = item + 10 WHERE user_id = 'plain-role'; COMMIT; RESET ROLE
            """);

        Assert.Equal(4L, await regions.AskAsync<long>(East, "SELECT count(*) FROM idp.change WHERE object = 'plain-role'"));
        Assert.True(await regions.AskAsync<bool>(East, "SELECT to_regclass('evil.pwned') IS NULL"));
        var direct = await Assert.ThrowsAsync<PostgresException>(() => regions.RunAsync(East, "SET ROLE app; SELECT idp.log_change('users', 'x', 'public.profile', NULL, '{a}')"));
        var table = await Assert.ThrowsAsync<PostgresException>(() => regions.RunAsync(East, "SET ROLE app; INSERT INTO idp.change (dataset, object, table_name) VALUES ('users', 'x', 't')"));
        Assert.Equal(("ID006", PostgresErrorCodes.InsufficientPrivilege), (direct.SqlState, table.SqlState));
    }

    [Fact]
    public async Task Guard_UpsertAndKeyChange_AreSeen()
    {
        await regions.BearAsync(new ObjectId(Users, "up"), 1);
        await regions.RunAsync(East, "BEGIN; SELECT idp.enter('users', 'up', 1); INSERT INTO profile (user_id, item, version) VALUES ('up', 1, 5) ON CONFLICT (user_id, item) DO UPDATE SET version = 6; DELETE FROM activity WHERE user_id = 'up'; COMMIT");
        var rekeyed = await Assert.ThrowsAsync<PostgresException>(() => regions.RunAsync(
            East, "BEGIN; SELECT idp.enter('users', 'up', 1); UPDATE profile SET user_id = 'down' WHERE user_id = 'up'; COMMIT"));
        var stolen = await Assert.ThrowsAsync<PostgresException>(() => regions.RunAsync(
            East, "BEGIN; SELECT idp.enter('users', 'down', 0); UPDATE profile SET user_id = 'down' WHERE user_id = 'up'; COMMIT"));
        var deleted = await Assert.ThrowsAsync<PostgresException>(() => regions.RunAsync(East, "DELETE FROM profile WHERE user_id = 'up'"));

        Assert.Equal(("ID004", "ID004", "ID004"), (rekeyed.SqlState, stolen.SqlState, deleted.SqlState));
        Assert.Contains("cannot change", rekeyed.MessageText, StringComparison.Ordinal);
        Assert.Equal(6L, await regions.AskAsync<long>(East, "SELECT version FROM profile WHERE user_id = 'up'"));
    }

    private async Task<long> EnterAsync(string key, long epoch, string sql = "SELECT 1", string mode = "write")
    {
        await using var connection = new NpgsqlConnection(regions.ConnectionString(East));
        await connection.OpenAsync(Token);
        await using var transaction = await connection.BeginTransactionAsync(Token);
        var answer = await AskAsync(connection, key, epoch, mode);
        await using var write = new NpgsqlCommand(sql, connection);
        await write.ExecuteNonQueryAsync(Token);
        await transaction.CommitAsync(Token);
        return answer;
    }

    private static async Task<long> AskAsync(NpgsqlConnection connection, string key, long epoch, string mode)
    {
        await using var enter = new NpgsqlCommand("SELECT idp.enter($1, $2, $3, $4)", connection)
        {
            Parameters =
            {
                new NpgsqlParameter<string> { TypedValue = "users" },
                new NpgsqlParameter<string> { TypedValue = key },
                new NpgsqlParameter<long> { TypedValue = epoch },
                new NpgsqlParameter<string> { TypedValue = mode },
            },
        };
        return (long)(await enter.ExecuteScalarAsync(Token))!;
    }
}
