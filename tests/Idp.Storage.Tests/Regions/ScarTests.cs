using Idp.Core;
using Idp.Core.Movement;
using Idp.Storage.Regions;
using Idp.Storage.Tests.Regions.Crashes;
using Npgsql;
using static Idp.Storage.Tests.Regions.TwoRegions;

namespace Idp.Storage.Tests.Regions;

/// <summary>What went wrong in the switch, the undo and the clean-up of Vitess and Citus, each by its issue, tried on ours.</summary>
public sealed class ScarTests(TwoRegions regions) : IClassFixture<TwoRegions>
{
    private const int Rows = 6;

    private static readonly Action<CopyReport> Ignore = _ => { };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>A transaction open across the switch committed at the old place, and its writes were lost.</summary>
    [Theory]
    [InlineData("READ COMMITTED")]
    [InlineData("REPEATABLE READ")]
    [InlineData("SERIALIZABLE")]
    public async Task Vitess9453_TransactionOpenAcrossTheSwitch_IsKeptOrRefused(string level)
    {
        var (id, _) = await BearAsync($"9453 {level}");
        var mover = regions.Mover(id, East, West, regions.NextMove());
        await mover.StartAsync(Token);
        await mover.CopyAsync(Ignore, Token);
        await using var entered = await BeginAsync(level, $"SELECT idp.enter('users', '{id.Key}', 1); UPDATE profile SET version = 99 WHERE user_id = '{id.Key}' AND item = 2");
        await using var looking = await BeginAsync(level, $"SELECT count(*) FROM profile WHERE user_id = '{id.Key}'");

        var switching = mover.SwitchAsync(Token);
        await WaitForWaiterAsync(East);
        await RunAsync(entered, "COMMIT");
        await switching;
        var refused = await Assert.ThrowsAsync<PostgresException>(() => RunAsync(
            looking, $"SELECT idp.enter('users', '{id.Key}', 1); UPDATE profile SET version = 98 WHERE user_id = '{id.Key}' AND item = 3"));

        Assert.Equal(level is "READ COMMITTED" ? "ID001" : PostgresErrorCodes.SerializationFailure, refused.SqlState);
        Assert.Equal("99 3", await regions.AskAsync<string>(West, $"SELECT string_agg(version::text, ' ' ORDER BY item) FROM profile WHERE user_id = '{id.Key}' AND item IN (2, 3)"));
    }

    /// <summary>The position to wait for was taken before the writes in flight had drained.</summary>
    [Fact]
    public async Task Vitess16563_PositionTakenBeforeWritesInFlight_StillDrainsThem()
    {
        var (id, client) = await BearAsync("16563");
        var mover = regions.Mover(id, East, West, regions.NextMove());
        await mover.StartAsync(Token);

        // Its transaction id is older than all that is drained before it commits.
        await using var early = await BeginAsync("READ COMMITTED", $"SELECT idp.enter('users', '{id.Key}', 1); UPDATE profile SET version = 99 WHERE user_id = '{id.Key}' AND item = 1");
        await client.WriteAsync(Token);
        await mover.CopyAsync(Ignore, Token);
        await mover.VerifyAsync(Token);
        await client.WriteAsync(Token);
        var switching = mover.SwitchAsync(Token);
        await WaitForWaiterAsync(East);
        await RunAsync(early, "COMMIT");
        await switching;

        Assert.Equal(99L, await regions.AskAsync<long>(West, $"SELECT version FROM profile WHERE user_id = '{id.Key}' AND item = 1"));
    }

    /// <summary>A switch that stopped half-way denied both sides.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Vitess17326_SwitchStoppedHalfWay_ClientsGoOnByThemselves(bool isCommitted)
    {
        var (id, client) = await BearAsync($"17326 {isCommitted}");
        var attempt = regions.NextMove();
        var mover = regions.Mover(id, East, West, attempt, new MoverOptions { FreezeLimit = TimeSpan.FromMilliseconds(100) });
        await mover.StartAsync(Token);
        await mover.CopyAsync(Ignore, Token);
        if (isCommitted)
        {
            await regions.Mover(id, East, West, attempt).SwitchAsync(Token);
        }
        else
        {
            await regions.Store(East).FreezeAsync(id, attempt, nonce: 1, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(10), Token);
        }

        // Nobody opens, resolves or publishes anything.
        await client.WriteAsync(Token);

        Assert.Equal(client.Expected, await client.HeldAsync(isCommitted ? West : East));
        Assert.Equal(isCommitted ? MoveOutcome.Moved : MoveOutcome.Voided, await mover.ResolveAsync(Token));
    }

    /// <summary>The cancel of one tenant dropped the rows of others.</summary>
    [Fact]
    public async Task Vitess16919_CancelOfOneObject_TouchesNoOther()
    {
        var (cancelled, _) = await BearAsync("16919");
        var (other, client) = await BearAsync("16919 other");
        var movers = new List<ObjectMover>();
        foreach (var id in new[] { cancelled, other })
        {
            var mover = regions.Mover(id, East, West, regions.NextMove());
            await mover.StartAsync(Token);
            await mover.CopyAsync(Ignore, Token);
            movers.Add(mover);
        }

        await client.WriteAsync(Token);
        await movers[0].ResolveAsync(Token);
        await movers[0].UndoAsync(Token);

        Assert.Equal("|", await regions.RowsAsync(West, cancelled));
        Assert.NotEqual(0L, await regions.AskAsync<long>(East, $"SELECT count(*) FROM idp.change WHERE object = '{other.Key}'"));
        await movers[1].VerifyAsync(Token);
        await movers[1].SwitchAsync(Token);
        Assert.Equal(client.Expected, await client.HeldAsync(West));
    }

    /// <summary>A cancel left the denial of writes in place.</summary>
    [Fact]
    public async Task Vitess13999_CancelOfAFrozenMove_LeavesNoDenial()
    {
        var (id, client) = await BearAsync("13999");
        var attempt = regions.NextMove();
        var mover = regions.Mover(id, East, West, attempt);
        await mover.StartAsync(Token);
        await mover.CopyAsync(Ignore, Token);
        await regions.Store(East).FreezeAsync(id, attempt, nonce: 1, TimeSpan.FromHours(1), TimeSpan.FromSeconds(10), Token);

        Assert.Equal(MoveOutcome.Voided, await mover.ResolveAsync(Token));
        await client.WriteAsync(Token);
        await mover.UndoAsync(Token);
        await client.WriteAsync(Token);

        await CompleteAsync(regions.Mover(id, East, West, regions.NextMove()));
        Assert.Equal(client.Expected, await client.HeldAsync(West));
    }

    /// <summary>The stream back was there, but could not be used when it was needed.</summary>
    [Theory]
    [InlineData("never followed")]
    [InlineData("followed half-way")]
    [InlineData("undo given up before")]
    public async Task Vitess16794_StreamBack_IsUsableWhenNeeded(string story)
    {
        var (id, client) = await BearAsync($"16794 {story}");
        var attempt = regions.NextMove();
        var mover = regions.Mover(id, East, West, attempt);
        await CompleteAsync(mover);
        await client.WriteAsync(Token);
        if (story is not "never followed")
        {
            await mover.FollowAsync(Token);
        }

        await client.WriteAsync(Token);
        if (story is "undo given up before")
        {
            var givenUp = regions.Mover(id, West, East, regions.NextUndo(attempt));
            await givenUp.StartAsync(Token);
            await givenUp.ResolveAsync(Token);
            await givenUp.UndoAsync(Token);
            await client.WriteAsync(Token);
        }

        await CompleteAsync(regions.Mover(id, West, East, regions.NextUndo(attempt)));

        Assert.Equal(client.Expected, await client.HeldAsync(East));
    }

    /// <summary>And where it has ended, the undo says so instead of losing rows.</summary>
    [Fact]
    public async Task Vitess16794_StreamBackHasEnded_UndoIsRefused()
    {
        var (id, client) = await BearAsync("16794 ended");
        var attempt = regions.NextMove();
        var mover = regions.Mover(id, East, West, attempt);
        await CompleteAsync(mover);
        await mover.CleanUpAsync(_ => { }, Token);

        var refused = await Assert.ThrowsAsync<MoveRefusedException>(() => regions.Mover(id, West, East, regions.NextUndo(attempt)).StartAsync(Token));
        await client.WriteAsync(Token);

        Assert.Contains("the reverse stream of the move to undo has ended", refused.Message, StringComparison.Ordinal);
        Assert.Equal(client.Expected, await client.HeldAsync(West));
    }

    /// <summary>Stopped moves left shards, slots and subscriptions behind, which held back the log until the disk was full.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Citus7980And7896And7125_MoveStoppedAfterAnyStep_LeavesNothing(int steps)
    {
        var (id, client) = await BearAsync($"7980 {steps}");
        var before = await DebrisAsync(id);
        var attempt = regions.NextMove();
        var mover = regions.Mover(id, East, West, attempt);
        Func<Task>[] all =
        [
            () => mover.StartAsync(Token),
            () => mover.CopyAsync(Ignore, Token),
            () => mover.VerifyAsync(Token),
            () => regions.Store(East).FreezeAsync(id, attempt, nonce: 1, TimeSpan.FromHours(1), TimeSpan.FromSeconds(10), Token),
        ];
        foreach (var step in all.Take(steps))
        {
            await client.WriteAsync(Token);
            await step();
        }

        await mover.ResolveAsync(Token);
        await mover.UndoAsync(Token);
        await client.WriteAsync(Token);

        // A subscriber left behind would have logged this write, and every later one.
        Assert.Equal(before, await DebrisAsync(id));
        Assert.Equal(client.Expected, await client.HeldAsync(East));
    }

    private async Task<(ObjectId Id, LedgerClient Client)> BearAsync(string key)
    {
        var id = new ObjectId(Users, key);
        await regions.BearAsync(id, Rows);
        return (id, new LedgerClient(regions, id, Rows));
    }

    private static async Task CompleteAsync(ObjectMover mover)
    {
        await mover.StartAsync(Token);
        await mover.CopyAsync(Ignore, Token);
        await mover.VerifyAsync(Token);
        await mover.SwitchAsync(Token);
        await mover.OpenAsync(Token);
    }

    private async Task<NpgsqlConnection> BeginAsync(string level, string sql)
    {
        var connection = new NpgsqlConnection(regions.ConnectionString(East));
        await connection.OpenAsync(Token);
        await RunAsync(connection, $"BEGIN ISOLATION LEVEL {level}");
        await RunAsync(connection, sql);
        return connection;
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql)
    {
#pragma warning disable CA2100 // The test's own text.
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(Token);
    }

    /// <summary>Until the freeze waits for the transaction in flight.</summary>
    private async Task WaitForWaiterAsync(RegionId region)
    {
        while (!await regions.AskAsync<bool>(region, "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted)"))
        {
            Token.ThrowIfCancellationRequested();
        }
    }

    private async Task<string> DebrisAsync(ObjectId id)
    {
        var found = new List<string>();
        foreach (var region in new[] { East, West })
        {
            found.Add(await regions.AskAsync<string>(region, $"""
                SELECT concat_ws(' ',
                    (SELECT count(*) FROM pg_class), (SELECT count(*) FROM pg_trigger), (SELECT count(*) FROM pg_proc),
                    (SELECT count(*) FROM pg_replication_slots), (SELECT count(*) FROM pg_publication), (SELECT count(*) FROM pg_subscription),
                    (SELECT count(*) FROM idp.change WHERE object = '{id.Key}'), (SELECT count(*) FROM idp.progress WHERE object = '{id.Key}'),
                    (SELECT coalesce(sum(cardinality(subscribers)), 0) FROM idp.ownership WHERE object = '{id.Key}'),
                    (SELECT count(*) FROM pg_prepared_xacts))
                """) ?? "");
        }

        found.Add(await regions.RowsAsync(West, id));
        return string.Join(" / ", found);
    }
}
