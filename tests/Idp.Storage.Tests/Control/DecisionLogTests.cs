using System.Collections.Immutable;
using Idp.Core;
using Idp.Testing;

namespace Idp.Storage.Tests.Control;

public sealed class DecisionLogTests(PostgresFixture postgres) : ControlTests(postgres)
{
    private static readonly DateTimeOffset Noon = new(2021, 4, 15, 12, 0, 0, TimeSpan.Zero);

    private DecisionLog Decisions => new(Database);

    [Fact]
    public async Task TryCommit_RevisionMovedOn_StoresNothing()
    {
        var (revision, memory) = await Decisions.ReadMemoryAsync(Cancel);
        var ids = await Decisions.TryCommitAsync("urgent/1", 1, [Decide(1), Decide(0), Decide(0) with { Controller = "cost" }], revision, "first", Cancel);
        var late = await Decisions.TryCommitAsync("strategic/1", 1, [Decide(2)], revision, "second", Cancel);

        Assert.Null(memory);
        Assert.Equal(3, ids!.Value.Distinct().Count());
        Assert.Null(late);
        Assert.Equal((revision + 1, "first"), await Decisions.ReadMemoryAsync(Cancel));
        Assert.Equal(Decide(1) with { Id = ids.Value[0] }, await Decisions.FindAsync(ids.Value[0], Cancel));
        Assert.Equal("cost", (await Decisions.FindAsync(ids.Value[2], Cancel))?.Controller);
        Assert.Equal(ids.Value.Order(), (await Decisions.ListOfTickAsync("urgent/1", Cancel)).Select(decision => decision.Id));
        Assert.Empty(await Decisions.ListOfTickAsync("strategic/1", Cancel));
        Assert.Null(await Decisions.FindAsync(9_999, Cancel));
    }

    [Fact]
    public async Task TryCommit_TwentyRunsAtOnce_OneWins()
    {
        var (revision, _) = await Decisions.ReadMemoryAsync(Cancel);

        var ids = await Task.WhenAll(Enumerable.Range(0, 20).Select(turn =>
            Decisions.TryCommitAsync($"urgent/{turn}", 1, [.. Enumerable.Range(0, 100).Select(Decide)], revision, "memory", Cancel)));

        Assert.Single(ids, given => given is not null);
        Assert.Equal(100, (await Decisions.ListAsync(1_000, before: null, Cancel)).Length);
    }

    [Fact]
    public async Task TryCommit_NothingToRecord_StillRemembers()
    {
        var (revision, _) = await Decisions.ReadMemoryAsync(Cancel);

        Assert.Empty((await Decisions.TryCommitAsync("urgent/1", 1, [], revision, "memory", Cancel))!.Value);

        Assert.Equal("memory", (await Decisions.ReadMemoryAsync(Cancel)).Memory);
    }

    [Fact]
    public async Task LatestFor_AfterManyTicks_IsTheLast()
    {
        await CommitAsync("urgent/1", 1, [Decide(0), Decide(1)], Cancel);
        await CommitAsync("urgent/2", 2, [Decide(0) with { Outcome = "Hold" }], Cancel);

        Assert.Equal("Hold", (await Decisions.LatestForAsync(User(0), Cancel))?.Outcome);
        Assert.Equal("Migrate", (await Decisions.LatestForAsync(User(1), Cancel))?.Outcome);
        Assert.Null(await Decisions.LatestForAsync(User(2), Cancel));
    }

    [Fact]
    public async Task List_PagesWithinOneTick_MissesNone()
    {
        var ids = await CommitAsync("urgent/1", 1, [.. Enumerable.Range(0, 5).Select(Decide)], Cancel);

        var newest = await Decisions.ListAsync(3, before: null, Cancel);
        var rest = await Decisions.ListAsync(3, newest[^1].Id, Cancel);

        Assert.Equal(ids.OrderDescending(), newest.Concat(rest).Select(decision => decision.Id));
    }

    [Fact]
    public async Task DropBefore_ADay_KeepsThatDay()
    {
        await CommitAsync("urgent/1", 1, [Decide(0) with { DecidedAt = Noon.AddHours(-12).AddTicks(-10) }, Decide(1) with { DecidedAt = Noon.AddHours(-12) }], Cancel);

        Assert.Equal(1, await Decisions.DropBeforeAsync(new DateOnly(2021, 4, 15), Cancel));

        Assert.Equal(User(1), Assert.Single(await Decisions.ListAsync(10, before: null, Cancel)).Object);
    }

    private async Task<ImmutableArray<long>> CommitAsync(string tick, long snapshotId, StoredDecision[] decisions, CancellationToken cancellationToken) =>
        (await Decisions.TryCommitAsync(tick, snapshotId, decisions, (await Decisions.ReadMemoryAsync(cancellationToken)).Revision, "memory", cancellationToken))!.Value;

    private static StoredDecision Decide(int number) => new(
        Id: 0, User(number), "placement", "Migrate", Ireland, Tokyo, "12 ms saved on 900 reads/day", 1.2345678901m, Noon, """{ "b": 1,  "a": 1.10 }""");
}
