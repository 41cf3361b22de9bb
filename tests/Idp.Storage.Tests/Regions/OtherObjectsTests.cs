using Idp.Core;
using Idp.Storage.Regions;
using static Idp.Storage.Tests.Regions.TwoRegions;

namespace Idp.Storage.Tests.Regions;

/// <summary>What belongs to another object, or to nobody we know, stays as it is, however alike it looks.</summary>
public sealed class OtherObjectsTests(TwoRegions regions) : IClassFixture<TwoRegions>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("uuid", "00000000-0000-0000-0000-0000000000aa", "00000000-0000-0000-0000-0000000000AA")]
    [InlineData("bigint", "7", "007")]
    [InlineData("varchar(3)", "abc", "abcdef")]
    [InlineData("char(4)", "ab", "ab  ")]
    [InlineData("name", "a", "a")]
    public async Task Move_KeyInAnotherSpelling_TouchesNoRow(string type, string key, string alias)
    {
        if (type == "name")
        {
            (key, alias) = (new string('n', 63), new string('n', 70));
        }

        var table = $"spelled_{type[..4]}";
        var spelled = await new AdoptedTables(regions, DatasetId.Parse(table.Replace('_', '-')), "owner", $"public.{table}").CreateAsync(
            $"CREATE TABLE {table} (owner {type} NOT NULL, id int NOT NULL, note text, PRIMARY KEY (owner, id))");
        await spelled.EnterAsync(East, key, 0, $"INSERT INTO {table} SELECT '{key}', i FROM generate_series(1, 5) i");
        await spelled.EnterAsync(East, alias, 0, "SELECT 1");

        var attempt = await spelled.MoveAsync(alias, East, West);
        Assert.Equal((5L, 0L), (await CountAsync(East, table), await CountAsync(West, table)));

        await (await spelled.MoverAsync(alias, East, West, attempt)).CleanUpAsync(_ => { }, Token);
        Assert.Equal((5L, 0L), (await CountAsync(East, table), await CountAsync(West, table)));

        // The other way: what is wiped before a copy is of exactly that spelling, too.
        await spelled.MoveAsync(key, East, West);
        await spelled.MoveAsync(alias, West, East);
        Assert.Equal(5L, await CountAsync(West, table));
    }

    [Fact]
    public async Task Copy_IdThatAnotherObjectHasThere_IsRefusedAndTheOtherKeepsItsRow()
    {
        var docs = await new AdoptedTables(regions, DatasetId.Parse("docs"), "owner", "public.docs").CreateAsync(
            "CREATE TABLE docs (id uuid PRIMARY KEY, owner text NOT NULL, note text)");
        const string Id = "'00000000-0000-0000-0000-000000000001'";
        await docs.EnterAsync(East, "there", 0, $"INSERT INTO docs VALUES ({Id}, 'there', 'of there')");
        await docs.MoveAsync("there", East, West);
        await regions.RunAsync(East, "BEGIN; SET LOCAL session_replication_role = replica; DELETE FROM docs; COMMIT");
        await docs.EnterAsync(East, "here", 0, $"INSERT INTO docs VALUES ({Id}, 'here', 'of here')");

        var mover = await docs.MoverAsync("here", East, West, regions.NextMove());
        await mover.StartAsync(Token);
        await Assert.ThrowsAsync<MoveVerificationException>(() => mover.CopyAsync(_ => { }, Token));

        Assert.Equal("there: of there", await regions.AskAsync<string>(West, "SELECT string_agg(owner || ': ' || note, ', ') FROM docs"));
        await mover.ResolveAsync(Token);
        await mover.UndoAsync(Token);
        Assert.Equal(1L, await CountAsync(West, "docs"));
    }

    [Fact]
    public async Task CleanUp_TableGotAnHeir_ItsRowsStay()
    {
        var plain = await new AdoptedTables(regions, DatasetId.Parse("plain"), "owner", "public.plain").CreateAsync(
            "CREATE TABLE plain (owner text NOT NULL, id int NOT NULL, PRIMARY KEY (owner, id))");
        await plain.EnterAsync(East, "a", 0, "INSERT INTO plain SELECT 'a', i FROM generate_series(1, 20) i");
        var attempt = await plain.MoveAsync("a", East, West);
        await regions.RunAsync(East, $"{AdoptedTables.InPublic}CREATE TABLE heir () INHERITS (plain); INSERT INTO heir SELECT 'other', i FROM generate_series(1, 20) i");

        await (await plain.MoverAsync("a", East, West, attempt)).CleanUpAsync(_ => { }, Token);

        Assert.Equal("other 20", await regions.AskAsync<string>(East, "SELECT string_agg(DISTINCT owner, ',') || ' ' || count(*) FROM plain"));
    }

    [Fact]
    public async Task Start_OutsiderRefersToTheTableSinceAdoption_IsRefused()
    {
        var cases = await new AdoptedTables(regions, DatasetId.Parse("cases"), "owner", "public.cases").CreateAsync(
            "CREATE TABLE cases (owner text NOT NULL, id int NOT NULL, PRIMARY KEY (owner, id))");
        await cases.EnterAsync(East, "a", 0, "INSERT INTO cases VALUES ('a', 1)");
        foreach (var region in new[] { East, West })
        {
            await regions.RunAsync(region, $"{AdoptedTables.InPublic}CREATE TABLE attachment (owner text, id int, FOREIGN KEY (owner, id) REFERENCES cases ON DELETE CASCADE)");
        }

        await regions.RunAsync(East, "INSERT INTO attachment VALUES ('a', 1)");
        var refused = await Assert.ThrowsAsync<MoveRefusedException>(async () =>
            await (await cases.MoverAsync("a", East, West, await cases.MoveAsync("a", East, West))).CleanUpAsync(_ => { }, Token));

        Assert.Contains("from outside the dataset", refused.Message, StringComparison.Ordinal);
        Assert.Equal(1L, await CountAsync(East, "attachment"));
    }

    [Fact]
    public async Task Switch_TargetLacksItsGuards_IsRefused()
    {
        var bare = await new AdoptedTables(regions, DatasetId.Parse("bare"), "owner", "public.bare").CreateAsync(
            "CREATE TABLE bare (owner text NOT NULL, id int NOT NULL, PRIMARY KEY (owner, id))");
        await bare.EnterAsync(East, "a", 0, "INSERT INTO bare VALUES ('a', 1)");
        await regions.RunAsync(West, "ALTER TABLE bare DISABLE TRIGGER USER");

        var refused = await Assert.ThrowsAsync<MoveRefusedException>(() => bare.MoveAsync("a", East, West));

        Assert.Contains("public.bare lacks its guards", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ListAll_NameThatIsNoObject_IsPassedOver()
    {
        foreach (var key in new[] { "a\tb", new string('x', 201), "c\u0085d" })
        {
            await regions.RunAsync(East, $"BEGIN; SELECT idp.enter('users', {Quote.Literal(key)}, 0); COMMIT");
        }

        await regions.BearAsync(new ObjectId(Users, "zebra"), 1);
        var sweep = new RegionSweep(regions.Store(East));
        var (dataset, key1, found) = (string.Empty, string.Empty, new List<string>());
        while (await sweep.ListAllAsync(dataset, key1, 1, Token) is { IsEmpty: false } page)
        {
            (dataset, key1) = (page[^1].Object.Dataset.Value, page[^1].Object.Key);
            found.Add(key1);
        }

        Assert.Contains("zebra", found);
    }

    private async Task<long> CountAsync(RegionId region, string table) =>
        await regions.AskAsync<long>(region, $"SELECT count(*) FROM {table}");
}
