using Idp.Core;
using Idp.Storage.Regions;
using Npgsql;
using static Idp.Storage.Tests.Regions.TwoRegions;

namespace Idp.Storage.Tests.Regions;

/// <summary>What the guards let through, what they log, and what no writer gets past them.</summary>
public sealed class GuardTests(TwoRegions regions) : IClassFixture<TwoRegions>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("text", "a'\\b", "c")]
    [InlineData("varchar(40) COLLATE \"en_US.utf8\"", "Ä", "a")]
    [InlineData("uuid", "00000000-0000-0000-0000-0000000000aa", "00000000-0000-0000-0000-0000000000bb")]
    [InlineData("bigint", "-7", "77")]
    [InlineData("public.hue", "red", "blue")]
    [InlineData("public.label", "x", "y")]
    public async Task Write_WithOrWithoutPass_ForEveryKindOfKey(string type, string key, string other)
    {
        if (type.Contains("COLLATE", StringComparison.Ordinal) && !await regions.AskAsync<bool>(East, "SELECT count(*) > 0 FROM pg_collation WHERE collname = 'en_US.utf8'"))
        {
            type = "varchar(40) COLLATE \"en-x-icu\"";
        }

        foreach (var region in new[] { East, West })
        {
            await regions.RunAsync(
                region,
                $"{AdoptedTables.InPublic}DROP TABLE IF EXISTS keyed; DROP TYPE IF EXISTS hue, label; CREATE TYPE hue AS ENUM ('red', 'blue'); CREATE DOMAIN label AS text CHECK (value <> '')");
        }

        var keyed = await new AdoptedTables(regions, DatasetId.Parse($"keyed-{key.Length}-{type[..4]}".Replace('.', '-')), "owner", "public.keyed").CreateAsync(
            $"CREATE TABLE keyed (owner {type} NOT NULL, id int NOT NULL, note text, PRIMARY KEY (owner, id))");
        var (mine, theirs) = (Quote.Literal(key), Quote.Literal(other));

        await keyed.EnterAsync(East, key, 0, $"INSERT INTO keyed VALUES ({mine}, 1), ({mine}, 2) ON CONFLICT DO NOTHING");
        await keyed.EnterAsync(East, other, 0, $"INSERT INTO keyed VALUES ({theirs}, 1)");
        await keyed.EnterAsync(East, key, 1, $"UPDATE keyed SET note = 'x', owner = owner WHERE owner = {mine}; DELETE FROM keyed WHERE owner = {mine} AND id = 2");

        foreach (var refused in (string[])
        [
            $"INSERT INTO keyed VALUES ({theirs}, 2)",
            $"INSERT INTO keyed VALUES ({theirs}, 1) ON CONFLICT (owner, id) DO UPDATE SET note = 'y'",
            $"UPDATE keyed SET note = 'y' WHERE owner = {theirs}",
            $"UPDATE keyed SET note = 'y'",
            $"UPDATE keyed SET owner = {theirs}, id = 9 WHERE owner = {mine}",
            $"UPDATE keyed SET owner = {mine}, id = 9 WHERE owner = {theirs}",
            $"DELETE FROM keyed WHERE owner = {theirs}",
            $"MERGE INTO keyed k USING (VALUES (1)) v(i) ON k.owner = {theirs} AND k.id = v.i WHEN MATCHED THEN UPDATE SET note = 'y'",
            $"MERGE INTO keyed k USING (VALUES (1)) v(i) ON k.owner = {theirs} AND k.id = v.i WHEN MATCHED THEN DELETE",
            $"MERGE INTO keyed k USING (VALUES (5)) v(i) ON k.owner = {theirs} AND k.id = v.i WHEN NOT MATCHED THEN INSERT VALUES ({theirs}, v.i)",
        ])
        {
            var entered = await Assert.ThrowsAsync<PostgresException>(() => keyed.EnterAsync(East, key, 1, refused));
            var read = await Assert.ThrowsAsync<PostgresException>(() => regions.RunAsync(
                East, $"BEGIN; SELECT idp.enter('{keyed.Id(other).Dataset}', {theirs}, 1, 'read'); {refused}; COMMIT"));
            var bare = await Assert.ThrowsAsync<PostgresException>(() => regions.RunAsync(East, refused));

            // The word by which movers of earlier builds had every object's rows let pass.
            var former = await Assert.ThrowsAsync<PostgresException>(() => regions.RunAsync(East, $"BEGIN; SET LOCAL idp.applier = 'on'; {refused}; COMMIT"));
            Assert.All([entered, read, bare, former], refusal => Assert.Equal("ID004", refusal.SqlState));
        }

        Assert.Equal("1x 1", await regions.AskAsync<string>(East, "SELECT string_agg(id || coalesce(note, ''), ' ' ORDER BY note) FROM keyed"));
    }

    [Fact]
    public async Task Write_NullKey_IsRefused()
    {
        var nulls = await new AdoptedTables(regions, DatasetId.Parse("nulls"), "owner", "public.nulls").CreateAsync(
            "CREATE TABLE nulls (owner text NOT NULL, id uuid PRIMARY KEY DEFAULT gen_random_uuid())");
        await regions.RunAsync(East, "ALTER TABLE nulls ALTER owner DROP NOT NULL");
        await nulls.EnterAsync(East, "a", 0, "INSERT INTO nulls VALUES ('a')");

        foreach (var refused in (string[])["INSERT INTO nulls VALUES (NULL)", "UPDATE nulls SET owner = NULL"])
        {
            Assert.Equal("ID004", (await Assert.ThrowsAsync<PostgresException>(() => nulls.EnterAsync(East, "a", 1, refused))).SqlState);
            Assert.Equal("ID004", (await Assert.ThrowsAsync<PostgresException>(() => regions.RunAsync(East, refused))).SqlState);
        }
    }

    [Fact]
    public async Task Write_LogsEachKindOnceAndOnlyForSubscribers()
    {
        foreach (var key in new[] { "loud", "quiet" })
        {
            await regions.BearAsync(new ObjectId(Users, key), 3);
        }

        await regions.Store(East).StartSourceAsync(new ObjectId(Users, "loud"), regions.Dataset, regions.NextMove(), Token);
        await LoggedAsync("loud", "INSERT INTO profile (user_id, item, version) VALUES ('loud', 9, 1)", "{NULL}>{loud,9}");
        await LoggedAsync("loud", "INSERT INTO profile (user_id, item, version) VALUES ('loud', 9, 1) ON CONFLICT (user_id, item) DO UPDATE SET version = 2", "{NULL}>{loud,9}");
        await LoggedAsync("loud", "UPDATE profile SET version = 7 WHERE user_id = 'loud' AND item = 9", "{NULL}>{loud,9}");
        await LoggedAsync("loud", "UPDATE profile SET item = 10 WHERE user_id = 'loud' AND item = 9", "{loud,9}>{loud,10}");
        await LoggedAsync("loud", "DELETE FROM profile WHERE user_id = 'loud' AND item = 10", "{loud,10}>{NULL}");
        await LoggedAsync("quiet", "UPDATE profile SET version = 7 WHERE user_id = 'quiet'; DELETE FROM activity WHERE user_id = 'quiet'", null);

        // Several objects on one pass: each by its own entry.
        await LoggedAsync(
            "quiet", "SELECT idp.enter('users', 'loud', 1); UPDATE profile SET version = 8 WHERE user_id IN ('quiet', 'loud') AND item = 1", "{NULL}>{loud,1}");
        await LoggedAsync(
            "loud", "SELECT idp.enter('users', 'quiet', 1); UPDATE profile SET version = 8 WHERE user_id IN ('quiet', 'loud') AND item = 2", "{NULL}>{loud,2}");
        var rekeyed = await Assert.ThrowsAsync<PostgresException>(() => regions.RunAsync(
            East, "BEGIN; SELECT idp.enter('users', 'loud', 1); SELECT idp.enter('users', 'quiet', 1); UPDATE activity SET user_id = 'quiet' WHERE user_id = 'loud' AND item = 3; COMMIT"));
        Assert.Contains("cannot change", rekeyed.MessageText, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ROLLBACK TO s; UPDATE profile SET version = 9 WHERE user_id = 'saved'", "ID004")]
    [InlineData("RELEASE s; UPDATE profile SET version = 9 WHERE user_id = 'saved'", null)]
    [InlineData("COMMIT; BEGIN; UPDATE profile SET version = 9 WHERE user_id = 'saved'", "ID004")]
    public async Task Pass_LastsAsLongAsItsTransactionOrSavepoint(string after, string? refusal)
    {
        if (await regions.AskAsync<long>(East, "SELECT count(*) FROM profile WHERE user_id = 'saved'") == 0)
        {
            await regions.BearAsync(new ObjectId(Users, "saved"), 1);
        }

        var write = () => regions.RunAsync(East, $"BEGIN; SAVEPOINT s; SELECT idp.enter('users', 'saved', 1); {after}; COMMIT");
        if (refusal is null)
        {
            await write();
        }
        else
        {
            Assert.Equal(refusal, (await Assert.ThrowsAsync<PostgresException>(write)).SqlState);
        }
    }

    private async Task LoggedAsync(string key, string sql, string? expected)
    {
        await regions.RunAsync(East, "DELETE FROM idp.change");
        await regions.RunAsync(East, $"BEGIN; SELECT idp.enter('users', '{key}', 1); {sql}; COMMIT");
        Assert.Equal(expected, await regions.AskAsync<string>(
            East, "SELECT string_agg(coalesce(old_key, '{NULL}'::text[])::text || '>' || coalesce(new_key, '{NULL}'::text[])::text, ' ') FROM idp.change"));
    }
}
