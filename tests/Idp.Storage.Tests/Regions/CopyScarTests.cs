using Idp.Core.Movement;
using Idp.Storage.Regions;
using Idp.Storage.Tests.Regions.Properties;
using Npgsql;
using static Idp.Storage.Tests.Regions.TwoRegions;

namespace Idp.Storage.Tests.Regions;

/// <summary>What went wrong elsewhere, or here once, and must not again.</summary>
public sealed class CopyScarTests(TwoRegions regions) : IClassFixture<TwoRegions>
{
    private const string OneTable = "CREATE TABLE {s}.item (owner text NOT NULL, k int NOT NULL, v text, PRIMARY KEY (owner, k))";

    private const string Chain = """
        CREATE TABLE {s}.a (owner text NOT NULL, k int NOT NULL, code int, n bigint GENERATED ALWAYS AS IDENTITY, PRIMARY KEY (owner, k), UNIQUE (owner, code));
        CREATE TABLE {s}.b (owner text NOT NULL, k int NOT NULL, a int NOT NULL, PRIMARY KEY (owner, k), FOREIGN KEY (owner, a) REFERENCES {s}.a ON DELETE CASCADE);
        CREATE TABLE {s}.c (owner text NOT NULL, k int NOT NULL, b int NOT NULL, PRIMARY KEY (owner, k), FOREIGN KEY (owner, b) REFERENCES {s}.b ON DELETE CASCADE)
        """;

    private static readonly string[] ChainTables = ["a", "b", "c"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    // The position was taken before writes in flight had drained (Vitess #16563); cursors over ids skip what commits late.
    [Fact]
    public async Task Vitess16563_WriteInFlightWhileALaterOneIsDrained_IsDrainedOnceItCommits()
    {
        var world = await CopyFixtureWorld.MakeAsync(regions, "inflight16563", ["item"], OneTable);
        var id = world.Id("x");
        await world.WriteAsync(id, "INSERT INTO {s}.item SELECT 'x', i, 'first' FROM generate_series(1, 20) i", 0);
        var attempt = regions.NextMove();
        await world.Mover(id, attempt).StartAsync(Token);
        await world.Mover(id, attempt).CopyAsync(_ => { }, Token);

        await using var late = new NpgsqlConnection(regions.ConnectionString(East));
        await late.OpenAsync(Token);
        await using var transaction = await late.BeginTransactionAsync(Token);
        await using var write = new NpgsqlCommand("SELECT idp.enter('inflight16563', 'x', 1); UPDATE inflight16563.item SET v = 'late' WHERE k = 3", late);
        await write.ExecuteNonQueryAsync(Token);
        await world.WriteAsync(id, "UPDATE {s}.item SET v = 'later, sooner' WHERE k = 4");
        var copier = world.Copier(id, attempt);
        Assert.Equal(1, (await copier.StepAsync(Token)).ChangedKeys);
        await transaction.CommitAsync(Token);

        Assert.Equal(1, (await copier.StepAsync(Token)).ChangedKeys);
        Assert.Equal("late", await world.AskAsync<string>(West, "SELECT v FROM {s}.item WHERE k = 3"));
        await world.AssertMovesAsync(id, attempt);
    }

    // A comparison in key order found extra rows that were none, where the stores collate differently.
    [Fact]
    public async Task Vitess12859And20876_StoresThatCollateDifferently_FindNoPhantomsAndCopyEveryRow()
    {
        const string here = "CREATE TABLE {s}.item (owner text NOT NULL, k text COLLATE \"C\" NOT NULL, v text, PRIMARY KEY (owner, k))";
        var world = await CopyFixtureWorld.MakeAsync(regions, "collated12859", ["item"], here, here.Replace("\"C\"", "\"en-x-icu\"", StringComparison.Ordinal));
        var id = world.Id("x");
        await world.WriteAsync(id, "INSERT INTO {s}.item SELECT 'x', p || i, 'first' FROM generate_series(1, 9) i, unnest(ARRAY['a', 'B', '_', 'ä', 'Z', '-b', ' c', 'É']) p", 0);
        var attempt = regions.NextMove();
        await world.Mover(id, attempt).StartAsync(Token);
        await world.Copier(id, attempt).StepAsync(Token);
        await using (var dead = await AbandonedRound.BeginAsync(regions.Store(East), regions.Store(West), world.Dataset, id, attempt, landed: 2, Token))
        {
            Assert.NotNull(dead);
        }

        await world.WriteAsync(id, "UPDATE {s}.item SET v = 'second' WHERE k LIKE '%5'; DELETE FROM {s}.item WHERE k LIKE '%7'");

        var mover = world.Mover(id, attempt);
        await mover.CopyAsync(_ => { }, Token);
        var verified = await mover.VerifyAsync(Token);
        var refused = await Assert.ThrowsAsync<MoveRefusedException>(() => mover.SwitchAsync(Token));

        Assert.Empty(verified.RepairedSample);
        Assert.Equal(await world.DumpAsync(East, id), await world.DumpAsync(West, id));
        Assert.Contains("collation", refused.Message, StringComparison.Ordinal);
    }

    // The cancel of one tenant's migration dropped other tenants' rows.
    [Fact]
    public async Task Vitess16919_CancelOfOneObject_TouchesNoOther()
    {
        var world = await CopyFixtureWorld.MakeAsync(regions, "cancel16919", ["item"], OneTable);
        var (moved, cancelled, bystander) = (world.Id("moved"), world.Id("cancelled"), world.Id("bystander"));
        foreach (var id in new[] { moved, cancelled, bystander })
        {
            await world.WriteAsync(id, $"INSERT INTO {{s}}.item SELECT '{id.Key}', i, 'first' FROM generate_series(1, 30) i", 0);
        }

        var first = regions.NextMove();
        await world.Mover(moved, first).StartAsync(Token);
        await world.AssertMovesAsync(moved, first);
        var attempt = regions.NextMove();
        var mover = world.Mover(cancelled, attempt);
        await mover.StartAsync(Token);
        await world.Copier(cancelled, attempt).StepAsync(Token);
        await using (var dead = await AbandonedRound.BeginAsync(regions.Store(East), regions.Store(West), world.Dataset, cancelled, attempt, landed: 2, Token))
        {
            Assert.NotNull(dead);
        }

        Assert.Equal(MoveOutcome.Voided, await mover.ResolveAsync(Token));
        await mover.UndoAsync(Token);

        Assert.Equal(30L, await world.AskAsync<long>(West, "SELECT count(*) FROM {s}.item"));
        Assert.Equal(90L, await world.AskAsync<long>(East, "SELECT count(*) FROM {s}.item"));
        Assert.Equal(0L, await world.AskAsync<long>(West, "SELECT count(*) FROM idp.progress WHERE object = 'cancelled'"));

        // Nor was a deny-list left behind (Vitess #13999).
        await world.WriteAsync(cancelled, "UPDATE {s}.item SET v = 'second' WHERE owner = 'cancelled'");
        await world.WriteAsync(bystander, "UPDATE {s}.item SET v = 'second' WHERE owner = 'bystander'");
    }

    // Debezium skips a table whose chunk fails; Npgsql completes a raw COPY that is disposed unfinished.
    [Fact]
    public async Task Debezium_ChunkThatFails_FailsTheCopyWhichThenGoesOn()
    {
        var world = await CopyFixtureWorld.MakeAsync(
            regions, "chunkfails", ["item"], OneTable, OneTable + "; ALTER TABLE {s}.item ADD CONSTRAINT no_17 CHECK (k <> 17)");
        var id = world.Id("x");
        await world.WriteAsync(id, "INSERT INTO {s}.item SELECT 'x', i, repeat('long', i) FROM generate_series(1, 60) i", 0);
        var attempt = regions.NextMove();
        await world.Mover(id, attempt).StartAsync(Token);

        var failed = await Assert.ThrowsAsync<PostgresException>(() => world.Mover(id, attempt).CopyAsync(_ => { }, Token));
        Assert.Equal(PostgresErrorCodes.CheckViolation, failed.SqlState);
        await world.CorruptAsync("ALTER TABLE {s}.item DROP CONSTRAINT no_17");

        await world.AssertMovesAsync(id, attempt);
    }

    // Found in a test of the whole plane: read again and again, since the rows were taken for a conflict that a drain would end.
    [Fact]
    public async Task Copy_TargetStoresOtherRowsThanItWasSent_FailsInsteadOfTryingForEver()
    {
        var world = await CopyFixtureWorld.MakeAsync(regions, "spoils", ["item"], OneTable, OneTable + """
            ; CREATE FUNCTION {s}.spoil() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.v := 'spoiled'; RETURN NEW; END $$;
            CREATE TRIGGER idp_planted BEFORE INSERT ON {s}.item FOR EACH ROW EXECUTE FUNCTION {s}.spoil()
            """);
        var id = world.Id("x");
        await world.WriteAsync(id, "INSERT INTO {s}.item VALUES ('x', 1, 'first')", 0);
        var attempt = regions.NextMove();
        await world.Mover(id, attempt).StartAsync(Token);

        var failed = await Assert.ThrowsAsync<MoveVerificationException>(() => world.Mover(id, attempt).CopyAsync(_ => { }, Token));

        Assert.Contains("stores other rows of spoils.item", failed.Message, StringComparison.Ordinal);
    }

    // A process that is stopped in the middle of a chunk holds its locks, and its kernel answers for it.
    [Fact]
    public async Task TakeOver_MoverStoppedInTheMiddleOfAChunk_EndsItsSession()
    {
        var world = await CopyFixtureWorld.MakeAsync(
            regions, "silent", ["item"], OneTable, options: new MoverOptions { RowsPerStep = 3, SilentChunkLimit = TimeSpan.FromMilliseconds(100) });
        var id = world.Id("x");
        await world.WriteAsync(id, "INSERT INTO {s}.item SELECT 'x', i, 'first' FROM generate_series(1, 20) i", 0);
        var attempt = regions.NextMove();
        await world.Mover(id, attempt).StartAsync(Token);
        await world.Copier(id, attempt).StepAsync(Token);
        await using var stopped = await AbandonedRound.BeginAsync(regions.Store(East), regions.Store(West), world.Dataset, id, attempt, landed: 1, Token);
        Assert.True(await stopped!.LandOneAsync(commit: false, Token));

        await world.AssertMovesAsync(id, attempt);

        await Assert.ThrowsAnyAsync<NpgsqlException>(() => stopped.CommitAsync(Token));
    }

    // Found by thought here: deleting a parent first cascades to a child that has another parent by now, and on to its children.
    [Fact]
    public async Task Drain_ChildOfADeletedParentWasMovedToAnother_ItsOwnChildrenStay()
    {
        var world = await CopyFixtureWorld.MakeAsync(regions, "cascade", ChainTables, Chain);
        var id = world.Id("x");
        await world.WriteAsync(id, "INSERT INTO {s}.a VALUES ('x', 1, 1), ('x', 2, 2); INSERT INTO {s}.b VALUES ('x', 1, 1); INSERT INTO {s}.c SELECT 'x', i, 1 FROM generate_series(1, 5) i", 0);
        var attempt = regions.NextMove();
        await world.Mover(id, attempt).StartAsync(Token);
        await world.Mover(id, attempt).CopyAsync(_ => { }, Token);
        await world.WriteAsync(id, "UPDATE {s}.b SET a = 2; DELETE FROM {s}.a WHERE k = 1");

        await world.Copier(id, attempt).StepAsync(Token);

        Assert.Equal(5L, await world.AskAsync<long>(West, "SELECT count(*) FROM {s}.c"));
        await world.AssertMovesAsync(id, attempt);
    }

    [Theory]
    [InlineData("swap1", "UPDATE {s}.a SET code = NULL WHERE k = 1; UPDATE {s}.a SET code = 1 WHERE k = 2; UPDATE {s}.a SET code = 2 WHERE k = 1")]
    [InlineData("swap2", "UPDATE {s}.a SET code = code + 1000; UPDATE {s}.a SET code = 1030 - code + 1")] // Every value in another row.
    [InlineData("swap3", "DELETE FROM {s}.b WHERE a = 4; DELETE FROM {s}.a WHERE k = 4; UPDATE {s}.a SET code = 4 WHERE k = 9")] // Of a row that is gone.
    [InlineData("anew", "DELETE FROM {s}.a WHERE k = 5; INSERT INTO {s}.a VALUES ('x', 5, 5); INSERT INTO {s}.b VALUES ('x', 5, 5)")] // With another identity.
    public async Task Drain_UniqueValuesOfReferencedRowsSwapped_ChildrenAreKept(string schema, string swap)
    {
        var world = await CopyFixtureWorld.MakeAsync(regions, schema, ChainTables, Chain);
        var id = world.Id("x");
        await world.WriteAsync(id, "INSERT INTO {s}.a SELECT 'x', i, i FROM generate_series(1, 30) i; INSERT INTO {s}.b SELECT 'x', i, i FROM generate_series(1, 30) i; INSERT INTO {s}.c SELECT 'x', i, 1 + i % 30 FROM generate_series(1, 40) i", 0);
        var attempt = regions.NextMove();
        await world.Mover(id, attempt).StartAsync(Token);
        var copier = world.Copier(id, attempt);
        await copier.StepAsync(Token);
        await copier.StepAsync(Token);
        foreach (var write in swap.Split(';'))
        {
            await world.WriteAsync(id, write); // One transaction each.
        }

        await copier.StepAsync(Token);
        await world.AssertMovesAsync(id, attempt);
    }
}
