using Idp.Core;
using Idp.Core.Movement;
using Idp.Storage.Regions;
using Idp.Storage.Tests.Regions.Crashes;
using Npgsql;
using static Idp.Storage.Tests.Regions.TwoRegions;

namespace Idp.Storage.Tests.Regions;

/// <summary>A mover that stands still between two commands of a transaction holds locks that clients wait for; nobody frees them but its server.</summary>
public sealed class StalledMoverTests(TwoRegions regions) : IClassFixture<TwoRegions>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Write_MoverStalledUnderTheExclusiveLock_IsHeldUpForABoundedTime()
    {
        var id = new ObjectId(Users, "stalled at the source");
        await regions.BearAsync(id, 3);
        await using var relayed = new RelayedRegions(regions);
        await relayed.ConnectAsync(Token);

        // Lock and read, write, commit: stopped before the last, with the exclusive lock in hand.
        relayed.Relay.Arm(3, CrashKind.Stall);
        var starting = relayed.Store(East).StartSourceAsync(id, regions.NextMove(), Token);
        await relayed.Relay.Fired;
        var client = new LedgerClient(regions, id, 3);
        await client.WriteAsync(Token);

        relayed.Relay.Release();
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => starting);
        Assert.Equal("COMMIT", relayed.Relay.FiredAt);
        Assert.Equal(client.Expected, await client.HeldAsync(East));
        Assert.Equal(0, (await regions.Store(East).ReadAsync(id, Token)).MoveEpoch);
    }

    [Fact]
    public async Task Open_MoverStalledInABatchAtTheTarget_IsHeldUpForABoundedTime()
    {
        var id = new ObjectId(Users, "stalled at the target");
        await regions.BearAsync(id, 3);
        var attempt = regions.NextMove();
        var mover = regions.Mover(id, East, West, attempt);
        await mover.StartAsync(Token);
        await mover.CopyAsync(_ => { }, Token);
        await using var relayed = new RelayedRegions(regions);
        await relayed.ConnectAsync(Token);
        var zombie = new ObjectMover(
            relayed.Store(East), relayed.Store(West), regions.Dataset, id, attempt, new MoverOptions(), TimeProvider.System, new Random(7));
        relayed.Relay.Arm(int.MaxValue, CrashKind.Stall);
        await zombie.VerifyAsync(Token);
        relayed.Relay.Arm(relayed.Relay.Count, CrashKind.Stall);

        // The same again, but for its commit: the row that the opening needs stays locked.
        var verifying = zombie.VerifyAsync(Token);
        await relayed.Relay.Fired;
        await mover.SwitchAsync(Token);
        var client = new LedgerClient(regions, id, 3);
        await client.WriteAsync(Token);

        relayed.Relay.Release();
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => verifying);
        Assert.Equal("COMMIT", relayed.Relay.FiredAt);
        Assert.Equal(OwnershipState.Owned, (await regions.Store(West).ReadAsync(id, Token)).State);
        Assert.Equal(client.Expected, await client.HeldAsync(West));
    }
}
