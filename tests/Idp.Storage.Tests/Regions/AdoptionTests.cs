using Idp.Core;
using Idp.Storage.Regions;
using Npgsql;
using static Idp.Storage.Tests.Regions.TwoRegions;

namespace Idp.Storage.Tests.Regions;

public sealed class AdoptionTests(TwoRegions regions) : IClassFixture<TwoRegions>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("CREATE TABLE r0 (owner text NOT NULL, id int, PRIMARY KEY (owner, id))", null)]
    [InlineData("CREATE TABLE r1 (owner text NOT NULL, id int)", "public.r1 has no primary key; add one")]
    [InlineData("CREATE TABLE r2 (owner text, id int PRIMARY KEY)", "public.r2.owner may be null")]
    [InlineData("CREATE TABLE r3 (tenant text, id int PRIMARY KEY)", "public.r3 has no column 'owner'")]
    [InlineData("CREATE TABLE r4 (owner text NOT NULL, id int PRIMARY KEY)", "the unique columns (id) of public.r4 neither contain 'owner' nor a uuid")]
    [InlineData("CREATE TABLE r5 (owner text NOT NULL, id uuid PRIMARY KEY)", null)]
    [InlineData("CREATE TABLE r6 (owner text NOT NULL, id int, PRIMARY KEY (owner, id)); CREATE UNIQUE INDEX ON r6 (lower(owner), id)", "a unique index on an expression")]
    [InlineData("CREATE TABLE r7 (owner text NOT NULL, id int, PRIMARY KEY (owner, id)); ALTER TABLE r7 ENABLE ROW LEVEL SECURITY", "row security, which could hide rows from a move; disable it")]
    [InlineData("CREATE TABLE r8 (owner text NOT NULL, id int, PRIMARY KEY (owner, id)); CREATE FUNCTION f8() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; CREATE TRIGGER stamp BEFORE INSERT ON r8 FOR EACH ROW EXECUTE FUNCTION f8()", "the trigger 'stamp', which works with rows and would again with copied ones")]
    [InlineData("CREATE TABLE r9 (owner date NOT NULL, id int, PRIMARY KEY (owner, id))", "public.r9.owner has the type date")]
    [InlineData("CREATE TABLE r10 (owner text NOT NULL, id float8, PRIMARY KEY (owner, id))", "public.r10.id of the primary key has the type double precision")]
    [InlineData("CREATE COLLATION ci (provider = icu, locale = 'und-u-ks-level2', deterministic = false); CREATE TABLE r11 (owner text COLLATE ci NOT NULL, id int, PRIMARY KEY (owner, id))", "public.r11.owner has the type text, of which one value can be written in several ways")]
    [InlineData("CREATE TABLE r12 (owner text NOT NULL, id int, up int, PRIMARY KEY (owner, id), FOREIGN KEY (owner, up) REFERENCES r12)", "points from public.r12 to itself")]
    [InlineData("CREATE TABLE o13 (id int PRIMARY KEY); CREATE TABLE r13 (owner text NOT NULL, id int REFERENCES o13, PRIMARY KEY (owner, id))", "points to public.o13, which is neither part of the dataset nor a reference table")]
    [InlineData("CREATE TABLE r14 (owner text NOT NULL, id int, PRIMARY KEY (owner, id)); CREATE TABLE o14 (owner text, id int, FOREIGN KEY (owner, id) REFERENCES r14 ON DELETE CASCADE)", "of public.o14 points to public.r14 from outside the dataset, so its rows would be left behind")]
    [InlineData("CREATE UNLOGGED TABLE r15 (owner text NOT NULL, id int, PRIMARY KEY (owner, id))", "public.r15 is not logged")]
    [InlineData("CREATE TABLE r16 (owner text NOT NULL, id int, PRIMARY KEY (owner, id)); CREATE TABLE i16 () INHERITS (r16)", "public.r16 has tables that inherit from it")]
    [InlineData("CREATE TABLE p17 (owner text NOT NULL, id int, PRIMARY KEY (owner, id)) PARTITION BY HASH (owner); CREATE TABLE r17 PARTITION OF p17 FOR VALUES WITH (MODULUS 1, REMAINDER 0)", "public.r17 is a partition; adopt the partitioned table above it")]
    [InlineData("CREATE TABLE r18 (owner text NOT NULL, id int, PRIMARY KEY (owner, id)) PARTITION BY HASH (owner); CREATE TABLE q18 PARTITION OF r18 FOR VALUES WITH (MODULUS 1, REMAINDER 0); CREATE UNIQUE INDEX ON q18 (id)", "the unique columns (id) of public.r18")]
    [InlineData("CREATE TABLE r19 (owner text NOT NULL, id int, PRIMARY KEY (owner, id) DEFERRABLE)", "public.r19 has a deferrable primary key")]
    [InlineData("CREATE TABLE r20 (owner text NOT NULL, id int, span int4range, PRIMARY KEY (owner, id), EXCLUDE USING gist (span WITH &&))", "public.r20 has the exclusion constraint")]
    [InlineData("CREATE TABLE r21 (owner text NOT NULL, id int, PRIMARY KEY (owner, id)); CREATE RULE r AS ON DELETE TO r21 DO ALSO SELECT 1", "public.r21 has rewrite rules")]
    [InlineData("CREATE VIEW r22 AS SELECT 'a'::text AS owner", "public.r22 is neither an ordinary nor a partitioned table")]
    [InlineData("CREATE TABLE r23 (owner text GENERATED ALWAYS AS ('x') STORED NOT NULL, id int, PRIMARY KEY (owner, id))", "public.r23.owner is a generated column")]
    [InlineData("CREATE TABLE r24 (owner text NOT NULL, id int, PRIMARY KEY (owner, id)); CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$; CREATE TRIGGER archive AFTER DELETE ON r24 REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION note()", "public.r24 has the trigger 'archive'")]
    [InlineData("CREATE TABLE r25 (owner text NOT NULL, id int, PRIMARY KEY (owner, id)); CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$; CREATE TRIGGER tell AFTER DELETE ON r25 FOR EACH STATEMENT EXECUTE FUNCTION tell()", null)]
    public async Task Check_EachRule_SaysWhyInWords(string sql, string? reason)
    {
        await regions.RunAsync(East, AdoptedTables.InPublic + sql);
        var table = System.Text.RegularExpressions.Regex.Match(sql, @"\br\d+\b").Value;
        var shape = await regions.Store(East).ReadDatasetAsync(DatasetId.Parse(table), "owner", [$"public.{table}"], Token);

        var broken = AdoptionRules.Check(shape, []);

        if (reason is null)
        {
            Assert.Empty(broken);
        }
        else
        {
            Assert.Contains(broken, text => text.Contains(reason, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Adopt_TableInUse_WaitsWithoutStoppingItsUsersAndGoesOn()
    {
        await regions.RunAsync(East, "CREATE TABLE public.busy (owner text NOT NULL, id int, PRIMARY KEY (owner, id))");
        var name = DatasetId.Parse("busy");
        var shape = await regions.Store(East).ReadDatasetAsync(name, "owner", ["public.busy"], Token);
        await using var connection = new NpgsqlConnection(regions.ConnectionString(East));
        await connection.OpenAsync(Token);
        var transaction = await connection.BeginTransactionAsync(Token);
        await using (var write = new NpgsqlCommand("INSERT INTO busy VALUES ('a', 1)", connection))
        {
            await write.ExecuteNonQueryAsync(Token);
        }

        var told = new Told();
        var adopting = RegionAdoption.AdoptAsync(regions.Store(East).Data, shape, East, told, Token);
        await told.First; // One try has ended: it gave its place in the queue back.
        await regions.RunAsync(East, "INSERT INTO busy VALUES ('a', 2)");
        Assert.False(adopting.IsCompleted);
        await transaction.CommitAsync(Token);
        await adopting;

        Assert.Contains("public.busy is locked by other transactions; trying again", await told.First, StringComparison.Ordinal);
        Assert.Equal("ID004", (await Assert.ThrowsAsync<PostgresException>(() => regions.RunAsync(East, "INSERT INTO busy VALUES ('a', 3)"))).SqlState);
    }

    [Fact]
    public async Task Release_ThenAdoptAgain_KeepsWhatIsKnownAndRestoresTheTable()
    {
        const string Catalog = "SELECT (SELECT string_agg(tgname, ',') FROM pg_trigger WHERE tgrelid = 'kept'::regclass) || (SELECT count(*) FROM pg_proc WHERE proname LIKE 'guard%kept')";
        var kept = await new AdoptedTables(regions, DatasetId.Parse("kept"), "owner", "public.kept").CreateAsync(
            "CREATE TABLE kept (owner text NOT NULL, id int, PRIMARY KEY (owner, id))");
        await kept.EnterAsync(East, "away", 0, "INSERT INTO kept VALUES ('away', 1)");
        var moved = await kept.MoveAsync("away", East, West);
        var store = regions.Store(East).Data;
        foreach (var _ in Enumerable.Range(0, 2))
        {
            Assert.True(await RegionAdoption.CloseAsync(store, DatasetId.Parse("kept"), Token));
            await RegionAdoption.ReleaseAsync(store, await kept.ReadAsync(East), new Told(), Token);
        }

        Assert.Null(await regions.AskAsync<string>(East, Catalog));
        await regions.RunAsync(East, "INSERT INTO kept VALUES ('plain', 1)");
        var unborn = await Assert.ThrowsAsync<PostgresException>(() => kept.EnterAsync(East, "new", 0, "SELECT 1"));
        Assert.Equal("ID005", unborn.SqlState);
        var start = await regions.Store(East).StartSourceAsync(kept.Id("plain"), await kept.ReadAsync(East), regions.NextMove(), Token);
        Assert.False(start.IsAccepted);

        await RegionAdoption.AdoptAsync(store, await kept.ReadAsync(East), East, Token);
        await RegionAdoption.RegisterObjectsAsync(store, await kept.ReadAsync(East), Token);
        await kept.EnterAsync(East, "plain", 1, "UPDATE kept SET id = 2 WHERE owner = 'plain'");
        var twice = await Assert.ThrowsAsync<PostgresException>(() => kept.EnterAsync(East, "away", 0, "INSERT INTO kept VALUES ('away', 7)"));
        Assert.Equal("ID001", twice.SqlState);
        Assert.Contains($"\"epoch\" : {moved.Epoch}", twice.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Upgrade_GuardsOfTheFirstSchema_StillGuardAndAreReplaced()
    {
        await regions.RunAsync(East, """
            CREATE TABLE public.early (owner text NOT NULL, id int, PRIMARY KEY (owner, id));
            CREATE FUNCTION idp.guard_public_early() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $guard$
            DECLARE pass text := current_setting('idp.pass', true); place int;
            BEGIN
                place := strpos(pass, E'\x1e' || 'early' || E'\x1f' || NEW.owner::text || E'\x1f');
                IF pass IS NULL OR place = 0 THEN PERFORM idp.refuse_write('early', NEW.owner); END IF;
                IF substr(pass, place + length('early') + length(NEW.owner) + 3, 1) = '+' THEN
                    INSERT INTO idp.change (dataset, object, table_name, new_key) VALUES ('early', NEW.owner, 'public.early', ARRAY[NEW.owner::text, NEW.id::text]);
                END IF;
                RETURN NULL;
            END $guard$;
            CREATE TRIGGER idp_guard AFTER INSERT ON early FOR EACH ROW EXECUTE FUNCTION idp.guard_public_early();
            INSERT INTO idp.dataset (name, birth_region, fingerprint) VALUES ('early', 'us-east-1', 'f');
            BEGIN; SELECT idp.enter('early', 'a', 0); SELECT idp.enter('early', 'b', 0); INSERT INTO early VALUES ('a', 1), ('b', 1); COMMIT
            """);
        var shape = await regions.Store(East).ReadDatasetAsync(DatasetId.Parse("early"), "owner", ["public.early"], Token);
        await RegionAdoption.AdoptAsync(regions.Store(East).Data, shape, East, Token);

        Assert.Equal("idp_guard,idp_key,idp_truncate", await regions.AskAsync<string>(East, "SELECT string_agg(tgname, ',' ORDER BY tgname) FROM pg_trigger WHERE tgrelid = 'early'::regclass"));
        Assert.Equal("ID004", (await Assert.ThrowsAsync<PostgresException>(() => regions.RunAsync(East, "DELETE FROM early"))).SqlState);
    }

    [Fact]
    public async Task Move_GuardsOfTheBuildBefore_LetMoversOfThisOnePass()
    {
        var second = await new AdoptedTables(regions, DatasetId.Parse("second"), "owner", "public.second").CreateAsync(
            "CREATE TABLE second (owner text NOT NULL, id int, PRIMARY KEY (owner, id))");
        foreach (var region in new[] { East, West })
        {
            // Its movers said idp.applier = 'on', and no guard asked for more.
            await regions.RunAsync(region, """
                CREATE OR REPLACE FUNCTION idp."guard_public.second"() RETURNS trigger LANGUAGE plpgsql AS $guard$
                DECLARE
                    pass text := current_setting('idp.pass', true);
                    is_logged boolean;
                BEGIN
                    IF pass = (E'\x1e' || 'second' || E'\x1f' || NEW."owner"::text || E'\x1f-') COLLATE "C" AND (OLD."owner"::text = NEW."owner"::text COLLATE "C") IS NOT FALSE THEN
                        RETURN NULL;
                    ELSIF current_setting('idp.applier', true) = 'on' THEN
                        RETURN NULL;
                    ELSIF pass = (E'\x1e' || 'second' || E'\x1f' || NEW."owner"::text || E'\x1f+') COLLATE "C" AND (OLD."owner"::text = NEW."owner"::text COLLATE "C") IS NOT FALSE THEN
                        is_logged := idp.log_change('second', NEW."owner"::text, 'public.second', CASE WHEN TG_OP = 'UPDATE' AND (OLD."owner", OLD."id") <> (NEW."owner", NEW."id") THEN ARRAY[OLD."owner"::text, OLD."id"::text] END, ARRAY[NEW."owner"::text, NEW."id"::text]);
                    ELSIF TG_OP = 'DELETE' AND pass = (E'\x1e' || 'second' || E'\x1f' || OLD."owner"::text || E'\x1f-') COLLATE "C" THEN
                        RETURN NULL;
                    ELSIF TG_OP = 'DELETE' AND pass = (E'\x1e' || 'second' || E'\x1f' || OLD."owner"::text || E'\x1f+') COLLATE "C" THEN
                        is_logged := idp.log_change('second', OLD."owner"::text, 'public.second', ARRAY[OLD."owner"::text, OLD."id"::text], NULL);
                    ELSIF TG_OP = 'INSERT' THEN
                        PERFORM idp.check_write('second', 'public.second', NULL, NEW."owner"::text, NULL, ARRAY[NEW."owner"::text, NEW."id"::text]);
                    ELSIF TG_OP = 'DELETE' THEN
                        PERFORM idp.check_write('second', 'public.second', OLD."owner"::text, NULL, ARRAY[OLD."owner"::text, OLD."id"::text], NULL);
                    ELSE
                        PERFORM idp.check_write('second', 'public.second', OLD."owner"::text, NEW."owner"::text, ARRAY[OLD."owner"::text, OLD."id"::text], ARRAY[NEW."owner"::text, NEW."id"::text]);
                    END IF;
                    RETURN NULL;
                END
                $guard$
                """);
        }

        await second.EnterAsync(East, "a", 0, "INSERT INTO second SELECT 'a', i FROM generate_series(1, 10) i");
        var mover = await second.MoverAsync("a", East, West, regions.NextMove());
        await mover.StartAsync(Token);
        await mover.CopyAsync(_ => { }, Token);
        await second.EnterAsync(East, "a", 1, "UPDATE second SET id = id + 100 WHERE id < 4; DELETE FROM second WHERE id = 5");
        await mover.VerifyAsync(Token);
        await mover.SwitchAsync(Token);
        await mover.OpenAsync(Token);
        await mover.CleanUpAsync(_ => { }, Token);

        Assert.Equal(350L, await regions.AskAsync<long>(West, "SELECT sum(id) FROM second"));
        Assert.Equal(0L, await regions.AskAsync<long>(East, "SELECT count(*) FROM second"));
    }

    private sealed class Told : IProgress<string>
    {
        private readonly TaskCompletionSource<string> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<string> First => _first.Task;

        public void Report(string value) => _first.TrySetResult(value);
    }
}
