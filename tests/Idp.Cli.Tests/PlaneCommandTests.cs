using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Idp.Activities.Sensors;
using Idp.Core.Controllers.Cost;
using Idp.Core.Decisions;
using Idp.Core.Telemetry;
using Idp.Core.Value;
using Idp.Storage;
using Idp.Testing.Planes;

namespace Idp.Cli.Tests;

/// <summary>Commands against an installation: real PostgreSQL, real Temporal, the real executable.</summary>
public sealed class PlaneCommandTests(DatabaseFixture postgres, TemporalFixture temporal) : IAsyncLifetime
{
    private readonly PlaneFixture _plane = new(postgres, temporal);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _plane.InitializeAsync();
        var settings = new JsonObject();
        foreach (var (key, value) in _plane.Settings)
        {
            var parts = key.Split(':');
            ((JsonObject)(settings[parts[0]] ??= new JsonObject()))[parts[1]] = value;
        }

        await File.WriteAllTextAsync(Path.Combine(_plane.Home, "idp.json"), settings.ToJsonString(), Cancelled);
    }

    public ValueTask DisposeAsync() => _plane.DisposeAsync();

    [Fact]
    public async Task Spend_ShownAndExported_AreTheMeteredHours()
    {
        Assert.Equal(4, (await RunAsync("spend")).ExitCode);
        var hour = new DateTimeOffset(2026, 3, 2, 7, 0, 0, TimeSpan.Zero);
        var shop = ServiceId.Parse("shop");
        var charge = new Charge(hour, hour.AddHours(1), SpendKind.Egress, PlaneFixture.East, shop, null, null, null, 100, "GB", 2.5m);
        await new ChargeLog(_plane.Control).TryAppendAsync(hour, [charge], [], Cancelled);
        var plan = new CostController(new CostOptions(), new ValueOptions { Services = { ["shop"] = new ServiceOptions { BudgetUsdPerDay = 1 } } }, new LinearLatencyValue(0.01, 0.01))
            .Decide(CostSnapshot.Empty(hour.AddHours(1), TimeSpan.FromHours(1)) with { Charges = [charge] });
        await new SnapshotStore(_plane.Control).SaveAsync(SnapshotKinds.Spend, hour.AddHours(1), JsonSerializer.Serialize(plan with { Allocated = [] }), Cancelled);
        var file = Path.Combine(_plane.Home, "march.csv");

        var shown = await RunAsync("spend");
        var exported = await RunAsync("spend", "--focus", file, "--from", "2026-03-01", "--to", "2026-04-01");
        var nowhere = await RunAsync("spend", "--focus", Path.Combine(_plane.Home, "nowhere", "march.csv"));
        var noFile = await RunAsync("spend", "--from", "2026-03-01");

        Assert.Equal(1, shown.ExitCode); // Above its budget.
        Assert.Contains("$2.50 in the 24 hours up to 2026-03-02 08:00:00Z", shown.Output, StringComparison.Ordinal);
        Assert.Contains("Budgets: shop spends $60.00/day of $1.00", shown.Output, StringComparison.Ordinal);
        Assert.Equal((0, "1 lines, $2.50, from 2026-03-01 to before 2026-04-01"), (exported.ExitCode, exported.Output[..exported.Output.IndexOf(" in ", StringComparison.Ordinal)]));
        Assert.Equal(2, (await File.ReadAllLinesAsync(file, Cancelled)).Length);
        Assert.Equal((2, 2), (nowhere.ExitCode, noFile.ExitCode));
        Assert.Contains("--from and --to say which days --focus exports", noFile.Error, StringComparison.Ordinal);
        Assert.Equal(["march.csv"], Directory.GetFiles(_plane.Home, "march.csv*").Select(Path.GetFileName)); // Nothing half done is left.
    }

    [Fact]
    public async Task GetRegions_OneMeasured_ShowsItsLoadAndThatTheOtherIsUnknown()
    {
        await new LoadLog(_plane.Control).AddAsync([new LoadMinute(PlaneFixture.East, TimeProvider.System.GetUtcNow(), 2.5, 1, 12, 400, 30.25)], Cancelled);

        var shown = await RunAsync("get", "regions");

        Assert.Equal(0, shown.ExitCode);
        Assert.Matches(@"us-east-1 .* 2\.5 +2\.5 +- +30\.25 +12/400", shown.Output);
        Assert.Matches(@"eu-west-1 .* - +- +- +- +-", shown.Output);
    }

    [Fact]
    public async Task AdoptCheck_GoodTables_PrintsTheGuardAndChangesNothing()
    {
        var check = await RunAsync("dataset", "adopt", await WriteAsync(PlaneFixture.Declaration), "--check");

        Assert.Equal(0, check.ExitCode);
        Assert.Contains("CREATE OR REPLACE TRIGGER idp_guard", check.Output, StringComparison.Ordinal);
        Assert.Contains("no policy names data_classification 'internal'", check.Error, StringComparison.Ordinal);
        await using var schema = _plane.Region(PlaneFixture.East).CreateCommand("SELECT to_regnamespace('idp') IS NULL");
        Assert.True((bool)(await schema.ExecuteScalarAsync(Cancelled))!);
    }

    [Fact]
    public async Task Adopt_BadTables_NamesEveryViolationAndExitsWith3()
    {
        await _plane.RunAsync(PlaneFixture.East, "ALTER TABLE activity DROP CONSTRAINT activity_pkey; ALTER TABLE profile ENABLE ROW LEVEL SECURITY");

        var adopt = await RunAsync("dataset", "adopt", await WriteAsync(PlaneFixture.Declaration), "--json");

        Assert.Equal(3, adopt.ExitCode);
        Assert.Contains("in us-east-1: public.profile has row security", adopt.Error, StringComparison.Ordinal);
        Assert.Contains("in us-east-1: public.activity has no primary key", adopt.Error, StringComparison.Ordinal);
        Assert.False((bool)adopt.Json["isAdopted"]!);
    }

    [Fact]
    public async Task Adopt_TablesDiffer_NamesTheTable()
    {
        await _plane.RunAsync(PlaneFixture.West, "ALTER TABLE profile ADD more int");

        var adopt = await RunAsync("dataset", "adopt", await WriteAsync(PlaneFixture.Declaration));

        Assert.Equal(3, adopt.ExitCode);
        Assert.Contains("public.profile differs between eu-west-1 and us-east-1", adopt.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AdoptCheck_SomeTablesFit_SaysWhichAndWhyTheOthersDoNot()
    {
        await _plane.RunAsync(PlaneFixture.East, "ALTER TABLE activity DROP CONSTRAINT activity_pkey");
        await _plane.RunAsync(PlaneFixture.West, "ALTER TABLE activity DROP CONSTRAINT activity_pkey");

        var check = await RunAsync("dataset", "adopt", await WriteAsync(PlaneFixture.Declaration), "--check");

        Assert.Equal(3, check.ExitCode);
        Assert.Contains("-- public.profile: fits", check.Output, StringComparison.Ordinal);
        Assert.Contains("-- public.activity: advise only", check.Output, StringComparison.Ordinal);
        Assert.Contains("--   public.activity has no primary key; add one", check.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Release_ChecksRefusesReleasesAndCanBeTakenBack()
    {
        const string GuardsSql = "SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'idp%'";
        await _plane.RunAsync(PlaneFixture.East, "INSERT INTO profile SELECT 'u' || (i % 3), i, 'x' FROM generate_series(1, 30) i");
        var file = await WriteAsync(PlaneFixture.Declaration);
        Assert.Equal(4, (await RunAsync("dataset", "release", "users")).ExitCode);
        Assert.Equal(0, (await RunAsync("dataset", "adopt", file)).ExitCode);
        var guards = await AskAsync(PlaneFixture.East, GuardsSql);
        Assert.True(guards > 0);

        // An object that lives elsewhere would be left there.
        await _plane.RunAsync(PlaneFixture.West, "INSERT INTO idp.ownership (dataset, object, state, owner_epoch, attempt_epoch) VALUES ('users', 'far', 'owned', 9, 9)");
        var refused = await RunAsync("dataset", "release", "users");
        Assert.Equal(3, refused.ExitCode);
        Assert.Contains("1 object is in eu-west-1, for example 'far'", refused.Error, StringComparison.Ordinal);
        Assert.Contains("idp migrate users/far --to us-east-1", refused.Error, StringComparison.Ordinal);
        Assert.Equal(guards, await AskAsync(PlaneFixture.East, GuardsSql));
        await _plane.RunAsync(PlaneFixture.West, "UPDATE idp.ownership SET state = 'moved', forward_to = 'us-east-1', forward_epoch = 10 WHERE object = 'far'");

        var check = await RunAsync("dataset", "release", "users", "--check");
        Assert.Equal(0, check.ExitCode);
        Assert.Contains("DROP TRIGGER IF EXISTS idp_guard ON \"public\".\"profile\";", check.Output, StringComparison.Ordinal);
        Assert.Equal(guards, await AskAsync(PlaneFixture.East, GuardsSql));

        foreach (var _ in Enumerable.Range(0, 2))
        {
            var release = await RunAsync("dataset", "release", "users", "--json");
            Assert.True(release.ExitCode == 0, release.Error);
            Assert.True((bool)release.Json["isReleased"]!);
        }

        Assert.Equal(0, await AskAsync(PlaneFixture.East, GuardsSql) + await AskAsync(PlaneFixture.West, GuardsSql));
        await _plane.RunAsync(PlaneFixture.East, "INSERT INTO profile VALUES ('plain', 1, 'x')");

        // What a store says was moved away must not come back to life there.
        await _plane.RunAsync(PlaneFixture.West, "INSERT INTO profile VALUES ('far', 1, 'x')");
        var stray = await RunAsync("dataset", "adopt", file);
        Assert.Equal(3, stray.ExitCode);
        Assert.Contains("eu-west-1 holds rows of 'far'", stray.Error, StringComparison.Ordinal);
        await _plane.RunAsync(PlaneFixture.West, "DELETE FROM profile");

        var again = await RunAsync("dataset", "adopt", file, "--json");
        Assert.True(again.ExitCode == 0, again.Error);
        Assert.Equal(4, (long)again.Json["objectCount"]!);
        Assert.Equal(guards, await AskAsync(PlaneFixture.East, GuardsSql));
    }

    [Fact]
    public async Task Adopt_RowsInTwoRegions_IsRefused()
    {
        await _plane.RunAsync(PlaneFixture.West, "INSERT INTO profile VALUES ('lost', 1, 'x')");

        var adopt = await RunAsync("dataset", "adopt", await WriteAsync(PlaneFixture.Declaration));

        Assert.Equal(3, adopt.ExitCode);
        Assert.Contains("eu-west-1 holds rows of 'lost'", adopt.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Adopt_TableAddedWithRowsOfAnObjectThatIsElsewhere_IsRefused()
    {
        await _plane.RunAsync(PlaneFixture.East, "INSERT INTO profile VALUES ('away', 1, 'x'), ('home', 1, 'x')");
        Assert.Equal(0, (await RunAsync("dataset", "adopt", await WriteAsync(PlaneFixture.Declaration))).ExitCode);
        await _plane.RunAsync(PlaneFixture.West, "INSERT INTO idp.ownership (dataset, object, state, owner_epoch, attempt_epoch) VALUES ('users', 'away', 'owned', 2, 2)");
        foreach (var region in new[] { PlaneFixture.East, PlaneFixture.West })
        {
            await _plane.RunAsync(region, "CREATE TABLE public.note (user_id text NOT NULL, id int NOT NULL, PRIMARY KEY (user_id, id))");
        }

        // Its rows in the old region look like leftovers of the move, and would be deleted as such.
        await _plane.RunAsync(PlaneFixture.East, """
            UPDATE idp.ownership SET state = 'moved', forward_to = 'eu-west-1', forward_epoch = 2, attempt_epoch = 2 WHERE object = 'away';
            INSERT INTO public.note VALUES ('away', 1), ('home', 1)
            """);
        var wider = await WriteAsync(PlaneFixture.Declaration.Replace("- name: activity", "- name: activity\n      - name: note", StringComparison.Ordinal));
        var refused = await RunAsync("dataset", "adopt", wider);

        Assert.True(refused.ExitCode == 3, refused.Output);
        Assert.Contains("us-east-1 holds rows of 'away' in public.note", refused.Error, StringComparison.Ordinal);

        await _plane.RunAsync(PlaneFixture.East, "DELETE FROM public.note WHERE user_id = 'away'");
        var adopted = await RunAsync("dataset", "adopt", wider);
        Assert.True(adopted.ExitCode == 0, adopted.Error);
    }

    [Fact]
    public async Task Adopt_TablesOfAnotherDataset_IsRefused()
    {
        Assert.Equal(0, (await RunAsync("dataset", "adopt", await WriteAsync(PlaneFixture.Declaration))).ExitCode);

        var renamed = await RunAsync("dataset", "adopt", await WriteAsync(PlaneFixture.Declaration.Replace("name: users", "name: people", StringComparison.Ordinal)));

        Assert.Equal(3, renamed.ExitCode);
        Assert.Contains("public.profile belongs to dataset 'users'", renamed.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Apply_FileWithErrors_PrintsEachWithItsPlace()
    {
        var file = await WriteAsync("data_object:\n  name: users\n  schema: {}\n  requirements:\n    latency: { p99_target_ms: 0.5 }\n    cost: { budgte: 1 }\n");

        var apply = await RunAsync("dataset", "apply", file);

        Assert.Equal(2, apply.ExitCode);
        Assert.Contains($"{file}:5:31 error IDP1014", apply.Error, StringComparison.Ordinal);
        Assert.Contains($"{file}:6:13 error IDP1010", apply.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(5, "A database does not answer: Failed to connect to 127.0.0.1:1", "Idp:ControlDatabase=Host=127.0.0.1;Port=1;Username=x;Password=y", "get", "objects")]
    [InlineData(5, "Temporal does not answer", "Temporal:Address=127.0.0.1:1", "migrate", "users/there", "--to", "eu-west-1", "--reason", "r")]
    [InlineData(5, "Temporal does not answer", "Temporal:Address=127.0.0.1:1", "worker")]
    [InlineData(2, "Api:Urls: 'http://0.0.0.0:0' is open to other machines", "Api:Urls=http://0.0.0.0:0", "api")]
    [InlineData(2, "would send the token in clear text", "Api:Urls=http://0.0.0.0:0", "api", "--set", "Api:AllowRemote=true")]
    [InlineData(2, "Regions file '/none' cannot be read", "Idp:RegionsFile=/none", "worker")]
    public async Task WrongOrMissingParts_EndInOneLine(int exitCode, string expected, string setting, params string[] arguments)
    {
        await _plane.AdoptAsync("there");

        var result = await RunAsync([.. arguments, "--set", setting]);

        Assert.True(result.ExitCode == exitCode, $"{result.ExitCode}: {result.Error}");
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnInstallation_FromAdoptionToMigration()
    {
        await _plane.RunAsync(PlaneFixture.East, "INSERT INTO profile SELECT 'u' || (i % 3), i, 'x' FROM generate_series(1, 30) i");
        var file = await WriteAsync(PlaneFixture.Declaration);

        // First and second adoption give the same.
        foreach (var _ in Enumerable.Range(0, 2))
        {
            var adopt = await RunAsync("dataset", "adopt", file, "--json");
            Assert.True(adopt.ExitCode == 0, adopt.Error);
            Assert.Equal((3, 30), ((long)adopt.Json["objectCount"]!, (long)adopt.Json["rowCount"]!));
        }

        var objects = await RunAsync("get", "objects", "--json");
        var first = objects.Json["items"]![0]!;
        Assert.Equal(("users/u0", "us-east-1", 10), ((string)first["object"]!, (string)first["region"]!, (long)first["rowCount"]!));
        Assert.True((long)first["sizeBytes"]! > 0);

        Assert.Equal(4, (await RunAsync("why", "users/nobody")).ExitCode);
        Assert.Equal(4, (await RunAsync("migration", "status", "m-none")).ExitCode);
        Assert.Equal(2, (await RunAsync("migrate", "users/u0", "--to", "mars-1", "--reason", "r")).ExitCode);

        using var worker = IdpProcess.Start(_plane.Home, "worker");
        using var api = IdpProcess.Start(_plane.Home, "api");
        try
        {
            var moved = await RunAsync("migrate", "users/u0", "--to", "eu-west-1", "--reason", "test", "--wait", "--json", "--operator", "ada");
            Assert.True(moved.ExitCode == 0, moved.Error);
            Assert.True((bool)moved.Json["migration"]!["isVerified"]!);
            Assert.Equal("ada", (string?)moved.Json["migration"]!["requestedBy"]);

            var why = await WaitForAsync(["why", "users/u1"], result => result.ExitCode == 0);
            Assert.Contains("CANDIDATE", why.Output, StringComparison.Ordinal);
            Assert.Contains("Would flip:", why.Output, StringComparison.Ordinal);
            var whyNot = await RunAsync("why-not", "users/u1", "eu-west-1");
            Assert.True(whyNot.ExitCode == 0, whyNot.Error);
            Assert.StartsWith("users/u1 is in us-east-1. eu-west-1 ", whyNot.Output, StringComparison.Ordinal);
            Assert.Equal(4, (await RunAsync("why-not", "users/u1", "mars-1")).ExitCode);
            Assert.Equal(2, (await RunAsync("why-not", "users/u1", "NO GO")).ExitCode);

            var status = await WaitForAsync(["status", "--json"], result => result.Json["lastTick"]?["outcomes"] is not null);
            Assert.Equal(0, status.ExitCode);
            Assert.All(status.Json["checks"]!.AsArray(), check => Assert.Equal("Ok", (string?)check!["state"]));

            var again = await RunAsync("migrate", "users/u0", "--to", "us-east-1", "--reason", "test");
            Assert.Equal(3, again.ExitCode);
            Assert.Contains("is being migrated already", again.Error, StringComparison.Ordinal);
            Assert.Equal(3, (await RunAsync("migration", "cancel", "users/u0")).ExitCode);
            Assert.Equal(0, (await RunAsync("migration", "revert", "users/u0", "--note", "back")).ExitCode);
        }
        finally
        {
            await StopAsync(worker);
            await StopAsync(api);
        }
    }

    private static async Task StopAsync(Process process)
    {
        using var kill = Process.Start("kill", ["-TERM", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await process.WaitForExitAsync(Cancelled);
        Assert.Equal(0, process.ExitCode);
    }

    private async Task<IdpResult> WaitForAsync(string[] arguments, Func<IdpResult, bool> isThere)
    {
        while (true)
        {
            var result = await RunAsync(arguments);
            if (isThere(result))
            {
                return result;
            }

            await Task.Delay(200, Cancelled);
        }
    }

    private async Task<long> AskAsync(Core.RegionId region, string sql)
    {
        await using var command = _plane.Region(region).CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync(Cancelled))!;
    }

    private Task<IdpResult> RunAsync(params string[] arguments) => IdpProcess.RunAsync(_plane.Home, arguments);

    private async Task<string> WriteAsync(string text)
    {
        var path = Path.Combine(_plane.Home, "dataset.yaml");
        await File.WriteAllTextAsync(path, text, Cancelled);
        return path;
    }
}
