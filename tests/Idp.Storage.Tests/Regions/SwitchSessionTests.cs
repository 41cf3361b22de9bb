using Idp.Core;
using Idp.Core.Movement;
using Idp.Storage.Regions;
using Npgsql;
using static Idp.Storage.Tests.Regions.TwoRegions;

namespace Idp.Storage.Tests.Regions;

/// <summary>What clients of an object see while it is handed over, and what is left when whoever does it falls silent.</summary>
public sealed class SwitchSessionTests(TwoRegions regions) : IClassFixture<TwoRegions>
{
    private const long Nonce = 77;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Enter_DuringTheHandOver_WaitsAndIsSentOnByTheCommit()
    {
        var (session, mover, id) = await FrozenAsync("waiting");
        await using (session)
        {
            var client = regions.RunAsync(East, "SELECT idp.enter('users', 'waiting', 1)");
            await Task.WhenAny(client, Task.Delay(300, Token));
            Assert.False(client.IsCompleted);

            Assert.True((await session.CommitAsync(Nonce, West, await DrainedAsync(id), Token)).IsAccepted);

            Assert.Equal("ID001", (await Assert.ThrowsAsync<PostgresException>(() => client)).SqlState);
        }

        Assert.Equal(MoveOutcome.Moved, await mover.ResolveAsync(Token));
        await regions.RunAsync(West, $"SELECT idp.enter('users', 'waiting', {(await regions.Store(East).ReadAsync(id, Token)).ForwardEpoch})");
    }

    [Fact]
    public async Task Commit_WriteThatNobodyDrained_IsRefusedAndTheClientsGoOn()
    {
        var (session, mover, id) = await FrozenAsync("undrained");
        await using (session)
        {
            var committed = await session.CommitAsync(Nonce, West, drained: "1:1:", Token);
            Assert.False(committed.IsAccepted);
            Assert.Contains("has not reached the target", committed.Refusal, StringComparison.Ordinal);
        }

        var client = await Assert.ThrowsAsync<PostgresException>(() => regions.RunAsync(East, "SELECT idp.enter('users', 'undrained', 1)"));
        Assert.Equal("ID003", client.SqlState); // Refused by the row, no longer waiting.
        Assert.Equal(MoveOutcome.Voided, await mover.ResolveAsync(Token));
        Assert.Equal(OwnershipState.Owned, (await regions.Store(East).ReadAsync(id, Token)).State);
    }

    [Fact]
    public async Task Enter_MoverFallsSilent_WaitsNoLongerThanTheServersLimit()
    {
        var (session, _, _) = await FrozenAsync("silent");

        var client = await Assert.ThrowsAsync<PostgresException>(() => regions.RunAsync(East, "SELECT idp.enter('users', 'silent', 1)").WaitAsync(TimeSpan.FromSeconds(15), Token));

        Assert.Equal("ID003", client.SqlState);
        await session.DisposeAsync(); // Of a session that its server has ended.
        await regions.RunAsync(East, "SELECT pg_advisory_xact_lock(idp.lock_key('users', 'silent'))");
    }

    private async Task<(SwitchSession Session, ObjectMover Mover, ObjectId Id)> FrozenAsync(string key)
    {
        var id = new ObjectId(Users, key);
        await regions.BearAsync(id, 3);
        var attempt = regions.NextMove();
        var mover = regions.Mover(id, East, West, attempt);
        await mover.StartAsync(Token);
        await regions.RunAsync(East, $"BEGIN; SELECT idp.enter('users', '{key}', 1); UPDATE profile SET version = 5 WHERE user_id = '{key}'; COMMIT");
        await mover.CopyAsync(_ => { }, Token);
        var session = await SwitchSession.OpenAsync(regions.Store(East), regions.Dataset, id, attempt, TimeProvider.System, Token);
        Assert.True((await session.FreezeAsync(Nonce, TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(5), Token)).IsAccepted);
        return (session, mover, id);
    }

    private Task<string?> DrainedAsync(ObjectId id) =>
        regions.AskAsync<string>(West, $"SELECT drained::text FROM idp.progress WHERE object = '{id.Key}'");
}
