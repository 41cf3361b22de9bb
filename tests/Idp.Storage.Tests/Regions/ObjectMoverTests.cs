using Idp.Core;
using Idp.Core.Migrations;
using Idp.Core.Movement;
using Idp.Storage.Regions;
using Npgsql;
using static Idp.Storage.Tests.Regions.TwoRegions;

namespace Idp.Storage.Tests.Regions;

public sealed class ObjectMoverTests(TwoRegions regions) : IClassFixture<TwoRegions>
{
    private static readonly Action<CopyProgress> Ignore = _ => { };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Move_WholeProtocol_RowsAndOwnershipFollow()
    {
        var id = new ObjectId(Users, "whole");
        await regions.BearAsync(id, 1_200);
        var before = await regions.RowsAsync(East, id);
        var attempt = regions.NextMove();
        var mover = regions.Mover(id, East, West, attempt);

        await mover.StartAsync(Token);
        var copied = await mover.CopyAsync(Ignore, Token);
        var verified = await mover.VerifyAsync(Token);
        await mover.SwitchAsync(Token);
        await mover.OpenAsync(Token);

        Assert.Equal(2_400, copied.RowCount);
        Assert.Equal([1_200L, 1_200L], verified.Tables.Select(table => table.RowCount));
        Assert.Equal(0, verified.RepairedKeys);
        Assert.Equal(before, await regions.RowsAsync(West, id));
        Assert.Equal((OwnershipState.Moved, West, attempt.Epoch), await StateAsync(East, id));
        Assert.Equal(OwnershipState.Owned, (await regions.Store(West).ReadAsync(id, Token)).State);

        await mover.CleanUpAsync(_ => { }, Token);
        Assert.Equal("|", await regions.RowsAsync(East, id));
        Assert.Empty((await regions.Store(West).ReadAsync(id, Token)).Subscribers);
        foreach (var region in new[] { East, West })
        {
            Assert.Equal(0L, await regions.AskAsync<long>(region, $"SELECT (SELECT count(*) FROM idp.change WHERE object = 'whole') + (SELECT count(*) FROM idp.progress WHERE object = 'whole')"));
        }
    }

    [Fact]
    public async Task Move_UnderWriters_LosesNoAcknowledgedWrite()
    {
        var id = new ObjectId(Users, "busy");
        await regions.BearAsync(id, 300);
        using var stop = new CancellationTokenSource();
        var writers = Enumerable.Range(0, 4).Select(number => Task.Run(() => WriteAsync(id, number, stop.Token))).ToArray();

        var from = East;
        var to = West;
        for (var round = 0; round < 6; round++)
        {
            var mover = regions.Mover(id, from, to, regions.NextMove());
            await mover.StartAsync(Token);
            await mover.CopyAsync(Ignore, Token);
            await mover.VerifyAsync(Token);
            await mover.SwitchAsync(Token);
            await mover.OpenAsync(Token);
            await mover.CleanUpAsync(_ => { }, Token);
            (from, to) = (to, from);
        }

        await stop.CancelAsync();
        var acknowledged = (await Task.WhenAll(writers)).SelectMany(ledger => ledger).ToDictionary();
        Assert.True(acknowledged.Count > 50, $"only {acknowledged.Count} keys were written");
        foreach (var ((item, seq), note) in acknowledged)
        {
            var stored = await regions.AskAsync<string>(from, $"SELECT note FROM activity WHERE user_id = 'busy' AND item = {item} AND seq = {seq}");
            Assert.Equal(note, stored);
        }
    }

    [Fact]
    public async Task Undo_AfterWritesAtTheTarget_BringsThemBack()
    {
        var id = new ObjectId(Users, "undone");
        await regions.BearAsync(id, 20);
        var attempt = regions.NextMove();
        await CompleteAsync(regions.Mover(id, East, West, attempt));
        await EnterAsync(West, id, attempt.Epoch, "DELETE FROM profile WHERE user_id = 'undone' AND item = 3; UPDATE profile SET version = 77 WHERE user_id = 'undone' AND item = 4");
        await regions.Mover(id, East, West, attempt).FollowAsync(Token);
        await EnterAsync(West, id, attempt.Epoch, "UPDATE profile SET version = 78 WHERE user_id = 'undone' AND item = 5");
        var latest = await regions.RowsAsync(West, id);

        var undo = regions.NextUndo(attempt);
        var back = regions.Mover(id, West, East, undo);
        await CompleteAsync(back);
        await back.CleanUpAsync(_ => { }, Token);

        Assert.Equal(latest, await regions.RowsAsync(East, id));
        Assert.Equal("|", await regions.RowsAsync(West, id));
        Assert.Equal(undo.Epoch, (await regions.Store(East).ReadAsync(id, Token)).OwnerEpoch);
    }

    [Fact]
    public async Task Follow_ForALongTime_KeepsAShortLogAndLosesNothing()
    {
        var id = new ObjectId(Users, "pruned");
        await regions.BearAsync(id, 20);
        var attempt = regions.NextMove();
        await CompleteAsync(regions.Mover(id, East, West, attempt));
        for (var round = 1; round <= 5; round++)
        {
            await EnterAsync(West, id, attempt.Epoch, $"UPDATE profile SET version = {round} * 100 + item WHERE user_id = 'pruned'");
            await regions.Mover(id, East, West, attempt).FollowAsync(Token);
        }

        // Another subscriber, which has seen nothing yet, stops the pruning.
        Assert.Equal(20L, await regions.AskAsync<long>(West, "SELECT count(*) FROM idp.change WHERE object = 'pruned'"));
        await regions.RunAsync(West, "UPDATE idp.ownership SET subscribers = subscribers || 4711::bigint WHERE object = 'pruned'");
        await EnterAsync(West, id, attempt.Epoch, "UPDATE profile SET version = 0 WHERE user_id = 'pruned'");
        await regions.Mover(id, East, West, attempt).FollowAsync(Token);
        Assert.Equal(40L, await regions.AskAsync<long>(West, "SELECT count(*) FROM idp.change WHERE object = 'pruned'"));
        await regions.RunAsync(West, "UPDATE idp.ownership SET subscribers = array_remove(subscribers, 4711::bigint) WHERE object = 'pruned'");

        var undo = regions.NextUndo(attempt);
        await CompleteAsync(regions.Mover(id, West, East, undo));
        Assert.Equal(await regions.RowsAsync(West, id), await regions.RowsAsync(East, id));
    }

    [Fact]
    public async Task Copy_LargeObject_ReportsHowFarItHasCome()
    {
        var id = new ObjectId(Users, "reported");
        await regions.BearAsync(id, 1_500);
        await regions.RunAsync(East, "ANALYZE profile; ANALYZE activity");
        var mover = regions.Mover(id, East, West, regions.NextMove(), new MoverOptions { RowsPerStep = 100, MaxChunkRows = 200 });
        await mover.StartAsync(Token);
        var reports = new List<CopyProgress>();

        await mover.CopyAsync(reports.Add, Token);

        Assert.True(reports.Count > 3);
        Assert.Equal(reports.Select(report => report.RowCount).Order(), reports.Select(report => report.RowCount));
        Assert.All(reports, report => Assert.InRange(report.EstimatedRows, report.RowCount, 100_000));
        Assert.Equal((3_000L, 3_000L), (reports[^1].RowCount, reports[^1].EstimatedRows));
        Assert.Equal(reports[^1].SizeBytes, reports[^1].EstimatedBytes);
        Assert.True(reports[^1].BytesPerSecond > 0);
    }

    [Fact]
    public async Task Abort_InTheMiddleOfACopy_LeavesTheFormerState()
    {
        var id = new ObjectId(Users, "aborted");
        await regions.BearAsync(id, 900);
        var rows = await regions.RowsAsync(East, id);
        var mover = regions.Mover(id, East, West, regions.NextMove());
        await mover.StartAsync(Token);
        await Assert.ThrowsAsync<OperationCanceledException>(() => mover.CopyAsync(_ => throw new OperationCanceledException(), Token));

        Assert.Equal(MoveOutcome.Voided, await mover.ResolveAsync(Token));
        await mover.UndoAsync(Token);

        Assert.Equal(rows, await regions.RowsAsync(East, id));
        Assert.Equal("|", await regions.RowsAsync(West, id));
        var source = await regions.Store(East).ReadAsync(id, Token);
        Assert.Equal((OwnershipState.Owned, OwnershipTransitions.BirthEpoch, 0L), (source.State, source.OwnerEpoch, source.MoveEpoch));
        Assert.Empty(source.Subscribers);
        await Assert.ThrowsAsync<MoveRefusedException>(() => mover.StartAsync(Token));
        await Assert.ThrowsAsync<MoveRefusedException>(() => mover.CopyAsync(Ignore, Token));
    }

    [Fact]
    public async Task Resolve_AfterTheCommit_ReadsMoved()
    {
        var id = new ObjectId(Users, "committed");
        await regions.BearAsync(id, 3);
        var mover = regions.Mover(id, East, West, regions.NextMove());
        await mover.StartAsync(Token);
        await mover.CopyAsync(Ignore, Token);
        await mover.SwitchAsync(Token);

        Assert.Equal(MoveOutcome.Moved, await mover.ResolveAsync(Token));
        Assert.Equal(MoveOutcome.Moved, await mover.ResolveAsync(Token));
    }

    [Fact]
    public async Task Switch_TransactionInFlight_WaitsForItAndKeepsItsWrite()
    {
        var id = new ObjectId(Users, "inflight");
        await regions.BearAsync(id, 3);
        var mover = regions.Mover(id, East, West, regions.NextMove());
        await mover.StartAsync(Token);
        await mover.CopyAsync(Ignore, Token);
        await using var connection = new NpgsqlConnection(regions.ConnectionString(East));
        await connection.OpenAsync(Token);
        await using var transaction = await connection.BeginTransactionAsync(Token);
        await using var write = new NpgsqlCommand("SELECT idp.enter('users', 'inflight', 1); UPDATE profile SET version = 99 WHERE user_id = 'inflight' AND item = 2", connection);
        await write.ExecuteNonQueryAsync(Token);

        var switching = mover.SwitchAsync(Token);
        await regions.AskAsync<object>(East, "SELECT 1");
        Assert.False(switching.IsCompleted);
        await transaction.CommitAsync(Token);
        await switching;

        Assert.Equal(99L, await regions.AskAsync<long>(West, "SELECT version FROM profile WHERE user_id = 'inflight' AND item = 2"));
    }

    [Fact]
    public async Task Write_WithoutEntering_IsRefusedWithTheWayIn()
    {
        var id = new ObjectId(Users, "guarded");
        await regions.BearAsync(id, 1);

        var refused = await Assert.ThrowsAsync<PostgresException>(() => regions.RunAsync(East, "UPDATE profile SET version = 2 WHERE user_id = 'guarded'"));
        var truncated = await Assert.ThrowsAsync<PostgresException>(() => regions.RunAsync(East, "TRUNCATE profile CASCADE"));
        var rekeyed = await Assert.ThrowsAsync<PostgresException>(() => EnterAsync(East, id, 1, "DELETE FROM activity WHERE user_id = 'guarded'; UPDATE profile SET user_id = 'other' WHERE user_id = 'guarded'"));

        Assert.Equal(("ID004", "ID004", "ID004"), (refused.SqlState, truncated.SqlState, rekeyed.SqlState));
        Assert.Contains("SELECT idp.enter('users', 'guarded'", refused.Hint, StringComparison.Ordinal);
    }

    private static async Task CompleteAsync(ObjectMover mover)
    {
        await mover.StartAsync(Token);
        await mover.CopyAsync(Ignore, Token);
        await mover.VerifyAsync(Token);
        await mover.SwitchAsync(Token);
        await mover.OpenAsync(Token);
    }

    private async Task<(OwnershipState, RegionId?, long)> StateAsync(RegionId region, ObjectId id)
    {
        var row = await regions.Store(region).ReadAsync(id, Token);
        return (row.State, row.ForwardTo, row.ForwardEpoch);
    }

    private Task EnterAsync(RegionId region, ObjectId id, long epoch, string sql) =>
        regions.RunAsync(region, $"BEGIN; SELECT idp.enter('users', '{id.Key}', {epoch}); {sql}; COMMIT");

    // A plain client that follows the stores' own directions, with its own ledger of what was acknowledged.
    private async Task<Dictionary<(int Item, long Seq), string>> WriteAsync(ObjectId id, int writer, CancellationToken stop)
    {
        var ledger = new Dictionary<(int, long), string>();
        var random = new Random(writer);
        var (region, epoch) = (East, OwnershipTransitions.BirthEpoch);
        for (var sequence = 2L; !stop.IsCancellationRequested; sequence++)
        {
            var item = random.Next(1, 301);
            var note = $"{writer}-{sequence}";
            while (true)
            {
                try
                {
                    await EnterAsync(region, id, epoch, $"INSERT INTO activity VALUES ('{id.Key}', {item}, {(sequence * 10) + writer}, '{note}')");
                    ledger.Add((item, (sequence * 10) + writer), note);
                    break;
                }
                catch (PostgresException moved) when (moved.SqlState is "ID001" or "ID002" && moved.Hint!.Contains("region", StringComparison.Ordinal))
                {
                    var place = System.Text.Json.JsonDocument.Parse(moved.Hint!).RootElement;
                    if (place.GetProperty("region").GetString() is { } there)
                    {
                        (region, epoch) = (RegionId.Parse(there), place.GetProperty("epoch").GetInt64());
                    }
                }
                catch (PostgresException frozen) when (frozen.SqlState == "ID003")
                {
                    await Task.Yield();
                }
            }
        }

        return ledger;
    }
}
