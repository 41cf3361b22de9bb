using Idp.Storage.Regions;
using static Idp.Storage.Tests.Regions.TwoRegions;

namespace Idp.Storage.Tests.Regions;

/// <summary>That a comparison can fail, and what it does then.</summary>
public sealed class CopyVerifierTests(TwoRegions regions) : IClassFixture<TwoRegions>
{
    private const string Tables = """
        CREATE TABLE {s}.parent (owner text NOT NULL, k int NOT NULL, price numeric, weight float8, body jsonb, PRIMARY KEY (owner, k));
        CREATE TABLE {s}.child (owner text NOT NULL, k int NOT NULL, n int NOT NULL, PRIMARY KEY (owner, k, n), FOREIGN KEY (owner, k) REFERENCES {s}.parent)
        """;

    private static readonly string[] Names = ["parent", "child"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("scale", 0, "UPDATE {s}.parent SET price = 1.00 WHERE k = 7", "parent(x, 7)")]
    [InlineData("sign", 0, "UPDATE {s}.parent SET weight = '-0' WHERE k = 8", "parent(x, 8)")]
    [InlineData("jsonscale", 0, "UPDATE {s}.parent SET body = '{\"n\": 1.0}' WHERE k = 9", "parent(x, 9)")]
    [InlineData("lost", 0, "DELETE FROM {s}.child WHERE k = 40", "child(x, 40, 1)")]
    [InlineData("extra", 0, "INSERT INTO {s}.child VALUES ('x', 40, 99)", "child(x, 40, 99)")]
    [InlineData("lostparent", 0, "DELETE FROM {s}.child WHERE k = 3; DELETE FROM {s}.parent WHERE k = 3", "parent(x, 3)")]
    [InlineData("whole", 20_000, "UPDATE {s}.parent SET price = 1.00 WHERE k = 7; DELETE FROM {s}.child WHERE k = 40", "parent(x, 7)")]
    [InlineData("beyond", 0, "INSERT INTO {s}.parent VALUES ('x', 1000)", "parent(x, 1000)")]
    public async Task Verify_TargetWasCorrupted_FindsNamesAndRepairsTheRows(string schema, int comparedWhole, string fault, string found)
    {
        var world = await MakeAsync(schema, new MoverOptions { RowsPerStep = 10, MaxComparedRows = 9, RowsComparedWhole = comparedWhole });
        var id = world.Id("x");
        var attempt = regions.NextMove();
        await world.Mover(id, attempt).StartAsync(Token);
        await world.Mover(id, attempt).CopyAsync(_ => { }, Token);
        await world.CorruptAsync(fault);
        Assert.NotEqual(await world.DumpAsync(East, id), await world.DumpAsync(West, id));

        var report = await world.Mover(id, attempt).VerifyAsync(Token);

        Assert.Contains($"{schema}.{found}", report.RepairedSample);
        Assert.Equal(await world.DumpAsync(East, id), await world.DumpAsync(West, id));
        Assert.Equal(0, (await world.Mover(id, attempt).VerifyAsync(Token)).RepairedKeys);
    }

    [Fact]
    public async Task Verify_MoreDiffersThanMayBeRepaired_RefusesAndNamesTwentyKeys()
    {
        var world = await MakeAsync("toomuch", new MoverOptions { MaxRepairedKeys = 29 });
        var id = world.Id("x");
        var attempt = regions.NextMove();
        await world.Mover(id, attempt).StartAsync(Token);
        await world.Mover(id, attempt).CopyAsync(_ => { }, Token);
        await world.CorruptAsync("UPDATE {s}.parent SET price = 2 WHERE k <= 30");

        var refused = await Assert.ThrowsAsync<MoveVerificationException>(() => world.Mover(id, attempt).VerifyAsync(Token));

        Assert.Contains("30 keys of toomuch.parent", refused.Message, StringComparison.Ordinal);
        Assert.Equal(20, refused.Message.Split("toomuch.parent(").Length - 1);
        Assert.Equal(30L, await world.AskAsync<long>(West, "SELECT count(*) FROM {s}.parent WHERE price = 2"));
    }

    [Fact]
    public async Task Verify_Interrupted_GoesOnWhereItStoppedAndReportsAll()
    {
        var world = await MakeAsync("resumes", new MoverOptions { MaxComparedRows = 20, RowsComparedWhole = 0 });
        var id = world.Id("x");
        var attempt = regions.NextMove();
        await world.Mover(id, attempt).StartAsync(Token);
        await world.Mover(id, attempt).CopyAsync(_ => { }, Token);
        var first = world.Copier(id, attempt);
        var state = await first.VerifyStepAsync(null, TimeProvider.System, Token);
        state = await first.VerifyStepAsync(state, TimeProvider.System, Token);

        // Compared already, and compared again as it is drained.
        await world.WriteAsync(id, "UPDATE {s}.parent SET price = 3.10 WHERE k = 5");
        var report = await world.Mover(id, attempt).VerifyAsync(Token);

        Assert.Equal(40, state!.Tallies[0].Digest.RowCount);
        Assert.Equal([100L, 100L], report.Tables.Select(table => table.RowCount));
        Assert.Equal([6, 6], report.Tables.Select(table => table.Chunks));
        Assert.All(report.Tables, table => Assert.Equal(32, table.Checksum.Length));
        Assert.Equal(await world.DumpAsync(East, id), await world.DumpAsync(West, id));
    }

    private async Task<CopyFixtureWorld> MakeAsync(string schema, MoverOptions options)
    {
        var world = await CopyFixtureWorld.MakeAsync(regions, schema, Names, Tables, options: options);
        await world.WriteAsync(world.Id("x"), "INSERT INTO {s}.parent SELECT 'x', i, 1.0, 0, '{\"n\": 1.00}' FROM generate_series(1, 100) i; INSERT INTO {s}.child SELECT 'x', i, 1 FROM generate_series(1, 100) i", 0);
        return world;
    }
}
