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

        // Another object's start tells which of its commands is the commit: there it has the exclusive lock in hand.
        await regions.BearAsync(new ObjectId(Users, "measured at the source"), 3);
        await using var measured = new RelayedRegions(regions);
        await measured.ConnectAsync(Token);
        measured.Relay.Arm(int.MaxValue, CrashKind.Stall);
        await measured.Store(East).StartSourceAsync(new ObjectId(Users, "measured at the source"), regions.Dataset, regions.NextMove(), Token);
        relayed.Relay.Arm(measured.Relay.LastOf("COMMIT"), CrashKind.Stall);
        var starting = relayed.Store(East).StartSourceAsync(id, regions.Dataset, regions.NextMove(), Token);
        await Task.WhenAny(relayed.Relay.Fired, starting);
        Assert.False(starting.IsCompleted);
        var client = new LedgerClient(regions, id, 3);
        await client.WriteAsync(Token);

        relayed.Relay.Release();
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => starting);
        Assert.Equal(client.Expected, await client.HeldAsync(East));
        Assert.Equal(0, (await regions.Store(East).ReadAsync(id, Token)).MoveEpoch);
    }

    [Fact]
    public async Task Open_MoverStalledInABatchAtTheTarget_IsHeldUpForABoundedTime()
    {
        // A first object tells which of the verification's commands is its commit at the target.
        await using var measured = new RelayedRegions(regions);
        var (_, _, measuring) = await CopyAsync(measured, "measured");
        measured.Relay.Arm(int.MaxValue, CrashKind.Stall);
        await measuring.VerifyAsync(Token);

        await using var relayed = new RelayedRegions(regions);
        var (id, mover, zombie) = await CopyAsync(relayed, "stalled at the target");
        relayed.Relay.Arm(measured.Relay.LastOf("COMMIT"), CrashKind.Stall);
        var verifying = zombie.VerifyAsync(Token);
        await Task.WhenAny(relayed.Relay.Fired, verifying);
        Assert.False(verifying.IsCompleted);

        // The row that the opening needs stays locked.
        await mover.SwitchAsync(Token);
        var client = new LedgerClient(regions, id, 3);
        await client.WriteAsync(Token);

        relayed.Relay.Release();
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => verifying);
        Assert.Equal(OwnershipState.Owned, (await regions.Store(West).ReadAsync(id, Token)).State);
        Assert.Equal(client.Expected, await client.HeldAsync(West));
    }

    /// <summary>A freeze that is taken again keeps its limit, so a mover that came too late once would always have come too late.</summary>
    [Fact]
    public async Task Switch_FreezeHasExpired_IsThawedAndTakenAnew()
    {
        var id = new ObjectId(Users, "expired");
        await regions.BearAsync(id, 3);
        var attempt = regions.NextMove();
        var mover = regions.Mover(id, East, West, attempt);
        await mover.StartAsync(Token);
        await mover.CopyAsync(_ => { }, Token);
        await regions.Store(East).FreezeAsync(id, attempt, nonce: 1, TimeSpan.Zero, TimeSpan.FromSeconds(10), Token);

        await mover.SwitchAsync(Token);

        Assert.Equal(MoveOutcome.Moved, await mover.ResolveAsync(Token));
    }

    private async Task<(ObjectId Id, ObjectMover Mover, ObjectMover Relayed)> CopyAsync(RelayedRegions relayed, string key)
    {
        var id = new ObjectId(Users, key);
        await regions.BearAsync(id, 3);
        var attempt = regions.NextMove();
        var mover = regions.Mover(id, East, West, attempt);
        await mover.StartAsync(Token);
        await mover.CopyAsync(_ => { }, Token);
        await relayed.ConnectAsync(Token);
        var options = new MoverOptions { SilentChunkLimit = TimeSpan.FromSeconds(5) };
        return (id, mover, new ObjectMover(
            relayed.Store(East), relayed.Store(West), regions.Dataset, id, attempt, options, TimeProvider.System, new Random(7)));
    }
}
