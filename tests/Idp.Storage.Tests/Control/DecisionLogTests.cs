using Idp.Core;
using Idp.Testing;

namespace Idp.Storage.Tests.Control;

public sealed class DecisionLogTests(PostgresFixture postgres) : ControlTests(postgres)
{
    private static readonly DateTimeOffset Noon = new(2021, 4, 15, 12, 0, 0, TimeSpan.Zero);

    private DecisionLog Decisions => new(Database);

    [Fact]
    public async Task Append_ATickTwice_ReturnsTheSameIdsAndKeepsTheFirst()
    {
        var first = await Decisions.AppendAsync("urgent/1", 1, [Decide(1), Decide(0)], Cancel);
        var again = await Decisions.AppendAsync("urgent/1", 2, [Decide(1) with { Reason = "another" }, Decide(0), Decide(2)], Cancel);

        Assert.Equal(first, again.Take(2));
        Assert.Equal(3, again.Distinct().Count());
        var stored = await Decisions.FindAsync(first[0], Cancel);
        Assert.Equal(Decide(1) with { Id = first[0] }, stored);
        Assert.Empty(await Decisions.AppendAsync("urgent/2", 1, [], Cancel));
        Assert.Null(await Decisions.FindAsync(9_999, Cancel));
    }

    [Fact]
    public async Task Append_ATickTwentyTimesAtOnce_StoresItOnce()
    {
        StoredDecision[] decisions = [.. Enumerable.Range(0, 100).Select(Decide)];

        var ids = await Task.WhenAll(Enumerable.Range(0, 20).Select(turn =>
            Decisions.AppendAsync("urgent/1", 1, turn % 2 == 0 ? decisions : [.. decisions.Reverse()], Cancel)));

        Assert.All(ids, given => Assert.Equal(ids[0].Order(), given.Order()));
        Assert.Equal(100, (await Decisions.ListAsync(1_000, before: null, Cancel)).Length);
    }

    [Fact]
    public async Task LatestFor_AfterManyTicks_IsTheLast()
    {
        await Decisions.AppendAsync("urgent/1", 1, [Decide(0), Decide(1)], Cancel);
        await Decisions.AppendAsync("urgent/2", 2, [Decide(0) with { Outcome = "Hold" }], Cancel);

        Assert.Equal("Hold", (await Decisions.LatestForAsync(User(0), Cancel))?.Outcome);
        Assert.Equal("Migrate", (await Decisions.LatestForAsync(User(1), Cancel))?.Outcome);
        Assert.Null(await Decisions.LatestForAsync(User(2), Cancel));
    }

    [Fact]
    public async Task List_PagesWithinOneTick_MissesNone()
    {
        var ids = await Decisions.AppendAsync("urgent/1", 1, [.. Enumerable.Range(0, 5).Select(Decide)], Cancel);

        var newest = await Decisions.ListAsync(3, before: null, Cancel);
        var rest = await Decisions.ListAsync(3, newest[^1].Id, Cancel);

        Assert.Equal(ids.OrderDescending(), newest.Concat(rest).Select(decision => decision.Id));
    }

    [Fact]
    public async Task DropBefore_ADay_KeepsThatDay()
    {
        await Decisions.AppendAsync("urgent/1", 1, [Decide(0) with { DecidedAt = Noon.AddHours(-12).AddTicks(-10) }, Decide(1) with { DecidedAt = Noon.AddHours(-12) }], Cancel);

        Assert.Equal(1, await Decisions.DropBeforeAsync(new DateOnly(2021, 4, 15), Cancel));

        Assert.Equal(User(1), Assert.Single(await Decisions.ListAsync(10, before: null, Cancel)).Object);
    }

    private static StoredDecision Decide(int number) => new(
        Id: 0, User(number), "Migrate", Ireland, Tokyo, "12 ms saved on 900 reads/day", 1.2345678901m, Noon, """{ "b": 1,  "a": 1.10 }""");
}
