using Idp.Core;
using Idp.Core.Movement;
using Idp.Storage.Regions;
using Npgsql;
using static Idp.Storage.Tests.Regions.TwoRegions;

namespace Idp.Storage.Tests.Regions;

/// <summary>Owners change their tables when they like. A move in flight then ends in the former state, and says why.</summary>
public sealed class SchemaChangeTests(TwoRegions regions) : IClassFixture<TwoRegions>
{
    private int _count;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("ALTER TABLE note ADD more int", "public.note has a new column 'more'")]
    [InlineData("ALTER TABLE note DROP body", "public.note has no column 'body' any more")]
    [InlineData("ALTER TABLE note ALTER body TYPE varchar(40)", "column 'body' of public.note was text and is character varying(40)")]
    [InlineData("ALTER TABLE note ALTER score TYPE int USING score * 2", "public.note was rewritten")]
    [InlineData("ALTER TABLE note ADD UNIQUE (owner, body)", "public.note has other unique indexes")]
    [InlineData("ALTER TYPE colour ADD VALUE 'blue'", "column 'c' of public.note has another definition (what its type is made of)")]
    [InlineData("ALTER TABLE note DISABLE TRIGGER idp_guard; UPDATE note SET score = 0; ALTER TABLE note ENABLE TRIGGER idp_guard", "its guards were changed")]
    [InlineData("ALTER TABLE note ADD temp int; ALTER TABLE note DROP temp", "public.note was rewritten")]
    [InlineData("ALTER TABLE note RENAME TO remark", "Table \"public\".\"note\" of dataset")]
    [InlineData("ALTER TABLE note RENAME body TO text", "public.note has no column 'body' any more")]
    public async Task Switch_TableChangedAtTheSource_EndsInTheFormerStateAndTheNextMoveWorks(string change, string reason)
    {
        var notes = await NotesAsync();
        var mover = await StartedAsync(notes);
        await regions.RunAsync(East, change);

        var refused = await Assert.ThrowsAsync<MoveRefusedException>(() => mover.SwitchAsync(Token));

        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
        Assert.Contains("us-east-1", refused.Message, StringComparison.Ordinal);
        Assert.Equal(MoveOutcome.Voided, await mover.ResolveAsync(Token));
        if (change.Contains("RENAME", StringComparison.Ordinal))
        {
            return;
        }

        await mover.UndoAsync(Token);
        Assert.Equal(0L, await regions.AskAsync<long>(West, "SELECT count(*) FROM note"));
        await regions.RunAsync(West, change);
        await notes.MoveAsync("n", East, West);
        Assert.Equal(20L, await regions.AskAsync<long>(West, "SELECT count(*) FROM note"));
    }

    [Fact]
    public async Task Switch_TableChangedAtTheTarget_IsRefused()
    {
        var notes = await NotesAsync();
        var mover = await StartedAsync(notes);
        await regions.RunAsync(West, "ALTER TABLE note ADD more int");

        var refused = await Assert.ThrowsAsync<MoveRefusedException>(() => mover.SwitchAsync(Token));

        Assert.Contains("the schema changed in eu-west-1: public.note has a new column 'more'", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Copy_WorkerWithAnotherReading_IsRefused()
    {
        var notes = await NotesAsync();
        var mover = await StartedAsync(notes);
        await regions.RunAsync(East, "ALTER TABLE note ADD more int");

        var attempt = new MoveAttempt((await regions.Store(East).ReadAsync(notes.Id("n"), Token)).MoveEpoch, MoveKind.Move);
        var second = await notes.MoverAsync("n", East, West, attempt);
        var refused = await Assert.ThrowsAsync<MoveRefusedException>(() => second.CopyAsync(_ => { }, Token));

        Assert.Contains("public.note has a new column 'more'", refused.Message, StringComparison.Ordinal);
        Assert.NotNull(mover);
    }

    [Fact]
    public async Task Commit_ChangeHoldsTheTable_IsNotOvertaken()
    {
        var notes = await NotesAsync();
        var mover = await StartedAsync(notes);
        await using var connection = new NpgsqlConnection(regions.ConnectionString(East));
        await connection.OpenAsync(Token);
        await using var transaction = await connection.BeginTransactionAsync(Token);
        await using (var change = new NpgsqlCommand("ALTER TABLE note ADD more int", connection))
        {
            await change.ExecuteNonQueryAsync(Token);
        }

        // The owner's change holds the table and has not committed: the commit waits for it, and gives up first.
        var attempt = (await regions.Store(East).ReadAsync(notes.Id("n"), Token)).MoveEpoch;
        var shape = await notes.ReadAsync(West);
        var busy = await regions.Store(East).CommitAsync(notes.Id("n"), shape, new MoveAttempt(attempt, MoveKind.Move), 7, West, null, Token);
        Assert.Contains("a schema change held a table", busy.Refusal, StringComparison.Ordinal);

        var switching = mover.SwitchAsync(Token);
        await transaction.CommitAsync(Token);
        var refused = await Assert.ThrowsAsync<MoveRefusedException>(() => switching);
        Assert.Contains("public.note has a new column 'more'", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Undo_AfterASchemaChange_IsRefusedWithTheReason()
    {
        var notes = await NotesAsync();
        await notes.EnterAsync(East, "n", 0, "INSERT INTO note (owner, id) VALUES ('n', 1)");
        var moved = await notes.MoveAsync("n", East, West);
        await regions.RunAsync(West, "ALTER TABLE note ADD more int DEFAULT 1");
        await regions.RunAsync(East, "ALTER TABLE note ADD more int DEFAULT 1");

        var undo = await notes.MoverAsync("n", West, East, regions.NextUndo(moved));
        var refused = await Assert.ThrowsAsync<MoveRefusedException>(() => undo.StartAsync(Token));

        Assert.Contains("public.note has a new column 'more'", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_GuardsAreMissing_IsRefused()
    {
        var notes = await NotesAsync();
        await notes.EnterAsync(East, "n", 0, "INSERT INTO note (owner, id) VALUES ('n', 1)");
        await regions.RunAsync(East, "ALTER TABLE note DISABLE TRIGGER ALL");

        var mover = await notes.MoverAsync("n", East, West, regions.NextMove());
        var refused = await Assert.ThrowsAsync<MoveRefusedException>(() => mover.StartAsync(Token));

        Assert.Contains("public.note lacks its guards", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task KeyColumn_DroppedOrRenamed_FailsSafe()
    {
        var notes = await NotesAsync();
        await notes.EnterAsync(East, "n", 0, "INSERT INTO note (owner, id) VALUES ('n', 1)");

        var dropped = await Assert.ThrowsAsync<PostgresException>(() => regions.RunAsync(East, "ALTER TABLE note DROP owner"));
        Assert.Equal(PostgresErrorCodes.DependentObjectsStillExist, dropped.SqlState);

        await regions.RunAsync(East, "ALTER TABLE note RENAME owner TO tenant");
        var write = await Assert.ThrowsAsync<PostgresException>(() => notes.EnterAsync(East, "n", 1, "UPDATE note SET id = 2"));
        Assert.Equal(PostgresErrorCodes.UndefinedColumn, write.SqlState);
        Assert.Contains("guard_public.note", write.Where, StringComparison.Ordinal);
        Assert.Equal(1L, await regions.AskAsync<long>(East, "SELECT count(*) FROM note WHERE id = 1"));
    }

    private async Task<AdoptedTables> NotesAsync()
    {
        var name = DatasetId.Parse($"notes-{Interlocked.Increment(ref _count)}-{Guid.NewGuid():N}"[..24]);
        foreach (var region in new[] { East, West })
        {
            await regions.RunAsync(region, "DROP TABLE IF EXISTS note, remark; DROP TYPE IF EXISTS colour");
        }

        return await new AdoptedTables(regions, name, "owner", "public.note").CreateAsync("""
            CREATE TYPE colour AS ENUM ('red', 'green');
            CREATE TABLE note (owner text NOT NULL, id int NOT NULL, body text, score int, c colour, PRIMARY KEY (owner, id));
            """);
    }

    private async Task<ObjectMover> StartedAsync(AdoptedTables notes)
    {
        await notes.EnterAsync(East, "n", 0, "INSERT INTO note SELECT 'n', i, i::text, i, 'red' FROM generate_series(1, 20) i");
        var mover = await notes.MoverAsync("n", East, West, regions.NextMove());
        await mover.StartAsync(Token);
        await mover.CopyAsync(_ => { }, Token);
        return mover;
    }
}
