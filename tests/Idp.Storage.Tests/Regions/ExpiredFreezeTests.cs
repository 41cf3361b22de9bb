using Idp.Core;
using Idp.Core.Movement;
using static Idp.Storage.Tests.Regions.TwoRegions;

namespace Idp.Storage.Tests.Regions;

/// <summary>What a mover leaves behind that dies between freeze and commit.</summary>
public sealed class ExpiredFreezeTests(TwoRegions regions) : IClassFixture<TwoRegions>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Switch_FreezeOfADeadMoverHasExpiredAndNoClientComes_ThawsItAndCommits()
    {
        var id = new ObjectId(Users, "expired");
        await regions.BearAsync(id, 5);
        var attempt = regions.NextMove();
        var mover = regions.Mover(id, East, West, attempt);
        await mover.StartAsync(Token);
        await mover.CopyAsync(_ => { }, Token);

        // Its limit is over before this returns.
        await regions.Store(East).FreezeAsync(id, attempt, nonce: 7, TimeSpan.FromTicks(1), TimeSpan.FromSeconds(5), Token);
        Assert.Equal(OwnershipState.Frozen, (await regions.Store(East).ReadAsync(id, Token)).State);
        await mover.SwitchAsync(Token);

        Assert.Equal(MoveOutcome.Moved, await mover.ResolveAsync(Token));
    }
}
