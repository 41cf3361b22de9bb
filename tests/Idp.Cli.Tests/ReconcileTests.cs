using System.Text.Json.Nodes;
using Idp.Core;
using Idp.Core.Migrations;
using Idp.Core.Movement;
using Idp.Storage;
using Idp.Storage.Regions;
using Idp.Testing.Planes;

namespace Idp.Cli.Tests;

/// <summary><c>idp reconcile</c> on stores in which moves were left at every stage, without a migration in the catalog.</summary>
public sealed class ReconcileTests(DatabaseFixture postgres, TemporalFixture temporal) : IAsyncLifetime
{
    private const string Everything = """
        SELECT md5(string_agg(line, '|' ORDER BY line)) FROM (
            SELECT o::text AS line FROM idp.ownership AS o UNION ALL SELECT p::text FROM idp.progress AS p
            UNION ALL SELECT c::text FROM idp.change AS c UNION ALL SELECT r::text FROM public.profile AS r) AS lines
        """;

    private readonly PlaneFixture _plane = new(postgres, temporal);
    private RegionStores _stores = null!;
    private AdoptedDataset _shape = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private RegionStore East => _stores.Get(PlaneFixture.East, PlaneFixture.East);

    private RegionStore West => _stores.Get(PlaneFixture.West, PlaneFixture.West);

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
        _stores = new RegionStores(RegionEndpoint.ReadFile(Path.Combine(_plane.Home, "regions.json")));
    }

    public async ValueTask DisposeAsync()
    {
        await _stores.DisposeAsync();
        await _plane.DisposeAsync();
    }

    [Fact]
    public async Task Reconcile_MovesLeftAtEveryStage_EndsEachAndTouchesNothingElse()
    {
        await _plane.AdoptAsync("started", "frozen", "half", "committed", "followed", "leftover", "open", "quiet");
        _shape = await East.ReadDatasetAsync(PlaneFixture.Users, "user_id", ["public.profile", "public.activity"], Cancelled);
        await East.StartSourceAsync(Id("started"), _shape, Attempt("started"), Cancelled);
        await MoveAsync("frozen", copy: true);
        await East.FreezeAsync(Id("frozen"), Attempt("frozen"), nonce: 7, TimeSpan.FromHours(1), TimeSpan.FromSeconds(5), Cancelled);
        await MoveAsync("half", copy: true);
        await East.ResolveAsync(Id("half"), Attempt("half"), Cancelled);
        await East.UnsubscribeAsync(Id("half"), Attempt("half"), Cancelled);
        await MoveAsync("committed", copy: true, commit: true);
        await MoveAsync("followed", copy: true, commit: true, open: true);
        await MoveAsync("leftover", copy: true, commit: true, open: true);
        await East.EndGraceAsync(Id("leftover"), Attempt("leftover").Epoch, Cancelled);
        await West.DropReverseAsync(Id("leftover"), Attempt("leftover").Epoch, Cancelled);
        await _plane.RunAsync(PlaneFixture.East, "INSERT INTO idp.change (dataset, object, table_name, new_key) VALUES ('users', 'quiet', 'public.profile', ARRAY['quiet', '1'])");
        await _plane.RunAsync(PlaneFixture.West, "INSERT INTO idp.progress (dataset, object, stream) VALUES ('users', 'quiet', 55)");

        // One that has its migration, at the same stage as one that has not.
        var begun = await new MigrationLog(_plane.Control).BeginAsync(
            new MigrationRequest(MigrationId.Parse("m-open"), Id("open"), PlaneFixture.West, "ada", "a test asked"), Cancelled);
        await East.StartSourceAsync(Id("open"), _shape, new MoveAttempt(begun.Migration!.Epoch, MoveKind.Move), Cancelled);
        var open = await East.ReadAsync(Id("open"), Cancelled);

        var before = (await AskAsync(PlaneFixture.East), await AskAsync(PlaneFixture.West));
        var check = await IdpProcess.RunAsync(_plane.Home, "reconcile", "--check", "--json");
        Assert.Equal(before, (await AskAsync(PlaneFixture.East), await AskAsync(PlaneFixture.West)));
        var first = await IdpProcess.RunAsync(_plane.Home, "reconcile", "--json", "--operator", "ada");
        var second = await IdpProcess.RunAsync(_plane.Home, "reconcile", "--json");

        Assert.True(check.ExitCode == 3, check.Error);
        Assert.Equal(
            [
                "catalog and store disagree followed", "catalog and store disagree leftover", "changes nobody waits for quiet",
                "grace without an end committed", "grace without an end followed",
                "half-made copy committed", "half-made copy frozen", "half-made copy half", "lost attempt started", "orphaned freeze frozen",
                "progress without a stream quiet", "rows of an old copy leftover",
            ],
            Findings(check).Distinct().Order(StringComparer.Ordinal));
        Assert.True(first.ExitCode == 0, first.Error + first.Output);
        Assert.True(second.ExitCode == 0, second.Error + second.Output);
        Assert.Empty(Findings(second));

        foreach (var key in new[] { "started", "frozen", "half", "quiet" })
        {
            Assert.True(await East.ReadAsync(Id(key), Cancelled) is { State: OwnershipState.Owned, OwnerEpoch: OwnershipTransitions.BirthEpoch, MoveEpoch: 0, Subscribers.IsEmpty: true }, key);
            Assert.Equal((50, 0), (await CountAsync(PlaneFixture.East, key), await CountAsync(PlaneFixture.West, key)));
        }

        foreach (var key in new[] { "committed", "followed", "leftover" })
        {
            var row = await West.ReadAsync(Id(key), Cancelled);
            Assert.Equal((OwnershipState.Owned, Attempt(key).Epoch, true), (row.State, row.OwnerEpoch, row.Subscribers.IsEmpty));
            Assert.Equal((0, 50), (await CountAsync(PlaneFixture.East, key), await CountAsync(PlaneFixture.West, key)));
            var placement = (await _plane.Catalog.FindObjectAsync(Id(key), Cancelled))!.Placement;
            Assert.Equal((PlaneFixture.West, Attempt(key).Epoch), (placement.Primary, placement.OwnerEpoch));
        }

        Assert.Equal(open, await East.ReadAsync(Id("open"), Cancelled));
        var written = await new ReconciliationLog(_plane.Control).ListAsync(100, Cancelled);
        Assert.Equal(Findings(first).Order(), written.Select(record => $"{record.Finding} {record.Object.Key}").Order());
        Assert.All(written, record => Assert.Equal("ada", record.DoneBy));
    }

    [Fact]
    public async Task Reconcile_CatalogRestoredOrMadeAnew_LearnsWhatTheStoresKnow()
    {
        await _plane.AdoptAsync("moved", "forgotten");
        _shape = await East.ReadDatasetAsync(PlaneFixture.Users, "user_id", ["public.profile", "public.activity"], Cancelled);
        await MoveAsync("moved", copy: true, commit: true, open: true);
        await using (var forget = _plane.Control.CreateCommand("DELETE FROM idp.object WHERE key = 'forgotten'"))
        {
            await forget.ExecuteNonQueryAsync(Cancelled);
        }

        var swept = await IdpProcess.RunAsync(_plane.Home, "reconcile", "--json");

        Assert.True(swept.ExitCode == 0, swept.Error + swept.Output);
        Assert.Equal(PlaneFixture.West, (await _plane.Catalog.FindObjectAsync(Id("moved"), Cancelled))?.Placement.Primary);
        Assert.Equal(PlaneFixture.East, (await _plane.Catalog.FindObjectAsync(Id("forgotten"), Cancelled))?.Placement.Primary);
        var begun = await new MigrationLog(_plane.Control).BeginAsync(
            new MigrationRequest(MigrationId.Parse("m-1"), Id("moved"), PlaneFixture.East, "ada", "back"), Cancelled);
        Assert.True(begun.Migration?.Epoch > Attempt("moved").Epoch);
    }

    [Fact]
    public async Task Reconcile_ARegionDoesNotAnswer_SweepsTheOthersAndSaysSo()
    {
        await _plane.AdoptAsync("started");
        _shape = await East.ReadDatasetAsync(PlaneFixture.Users, "user_id", ["public.profile", "public.activity"], Cancelled);
        await East.StartSourceAsync(Id("started"), _shape, Attempt("started"), Cancelled);
        var file = Path.Combine(_plane.Home, "regions.json");
        var endpoints = RegionEndpoint.ReadFile(file);
        RegionEndpoint.WriteFile(file, [.. endpoints.Select(endpoint => endpoint.Region.Id == PlaneFixture.West ? endpoint with { ConnectionString = "Host=127.0.0.1;Port=1;Username=x;Timeout=1" } : endpoint)]);

        var swept = await IdpProcess.RunAsync(_plane.Home, "reconcile", "--json");

        Assert.Equal(5, swept.ExitCode);
        Assert.Contains("not swept: eu-west-1: ", swept.Error, StringComparison.Ordinal);
        Assert.Equal(["lost attempt started"], Findings(swept));
        Assert.Equal(0, (await East.ReadAsync(Id("started"), Cancelled)).MoveEpoch);
    }

    private static ObjectId Id(string key) => new(PlaneFixture.Users, key);

    // Each object has an epoch of its own, above any that the catalog gave.
    private static MoveAttempt Attempt(string key) => new(1_000 + key.Length, MoveKind.Move);

    private static IEnumerable<string> Findings(IdpResult result) => result.Json["findings"]!.AsArray()
        .Select(finding => $"{(string)finding!["finding"]!} {((string)finding["object"]!)["users/".Length..]}");

    private async Task MoveAsync(string key, bool copy = false, bool commit = false, bool open = false)
    {
        var mover = new ObjectMover(East, West, _shape, Id(key), Attempt(key), new MoverOptions(), TimeProvider.System, new Random(1));
        await mover.StartAsync(Cancelled);
        if (copy)
        {
            await mover.CopyAsync(_ => { }, Cancelled);
        }

        if (commit)
        {
            await mover.SwitchAsync(Cancelled);
        }

        if (open)
        {
            await mover.OpenAsync(Cancelled);
        }
    }

    private async Task<string?> AskAsync(RegionId region)
    {
        await using var ask = _plane.Region(region).CreateCommand(Everything);
        return await ask.ExecuteScalarAsync(Cancelled) as string;
    }

    private async Task<long> CountAsync(RegionId region, string key)
    {
        await using var ask = _plane.Region(region).CreateCommand("SELECT count(*) FROM public.profile WHERE user_id = $1");
        ask.Parameters.Add(new() { Value = key });
        return (long)(await ask.ExecuteScalarAsync(Cancelled))!;
    }
}
