using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Idp.Core;
using Idp.Core.Migrations;
using Idp.Storage;
using Idp.Testing.Planes;

namespace Idp.Cli.Tests;

/// <summary><c>idp migration watch</c> reads the catalog alone, so no worker runs here.</summary>
public sealed class MigrationWatchTests(DatabaseFixture postgres, TemporalFixture temporal) : IAsyncLifetime
{
    private readonly PlaneFixture _plane = new(postgres, temporal);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private MigrationLog Log => new(_plane.Control);

    public async ValueTask InitializeAsync()
    {
        await _plane.InitializeAsync();
        await _plane.AdoptAsync("a", "b", "c");
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
    public async Task Watch_Interrupted_SaysThatTheMigrationGoesOn()
    {
        await BeginAsync("a");
        await Log.SetPhaseAsync(IdOf("a"), MigrationPhase.Copying, Cancelled);
        await Log.ReportAsync(IdOf("a"), new CopyProgress(25, 2_000, 100, 8_000, 3, 1_000), Cancelled);
        using var watch = IdpProcess.Start(_plane.Home, "migration", "watch", "users/a");
        var line = await watch.StandardOutput.ReadLineAsync(Cancelled);

        using (var interrupt = Process.Start("kill", ["-INT", watch.Id.ToString(CultureInfo.InvariantCulture)]))
        {
            await watch.WaitForExitAsync(Cancelled);
        }

        Assert.Equal(130, watch.ExitCode);
        Assert.Contains("stopped watching; the migration goes on", await watch.StandardError.ReadToEndAsync(Cancelled), StringComparison.Ordinal);
        Assert.Equal("m-a users/a us-east-1→eu-west-1 Copying, 25 %, 2.0 kB of 8.0 kB, 25 rows, 1.0 kB/s, 3 keys behind, 6 s left", line);
    }

    [Theory]
    [InlineData(MigrationPhase.Done, 0)]
    [InlineData(MigrationPhase.RolledBack, 3)]
    [InlineData(MigrationPhase.Failed, 1)]
    public async Task Watch_OneThatHasEnded_ExitsAsItEnded(MigrationPhase end, int exitCode)
    {
        await BeginAsync("a");
        await Log.SetPhaseAsync(IdOf("a"), end, new MigrationProgress(1, 1, IsVerified: false, "disk full"), Cancelled);

        var watched = await IdpProcess.RunAsync(_plane.Home, "migration", "watch", "m-a");

        Assert.Equal(exitCode, watched.ExitCode);
        Assert.Contains($"m-a users/a us-east-1→eu-west-1 {end}", watched.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Watch_All_FollowsEachToItsEndAndExitsAsTheWorst()
    {
        foreach (var key in new[] { "a", "b", "c" })
        {
            await BeginAsync(key);
        }

        await Log.ClaimSlotAsync(IdOf("a"), new SlotLimits(1, 1, TimeSpan.FromMinutes(5)), Cancelled);
        await Log.ClaimSlotAsync(IdOf("b"), new SlotLimits(1, 1, TimeSpan.FromMinutes(5)), Cancelled);
        using var watch = IdpProcess.Start(_plane.Home, "migration", "watch", "all", "--json");
        var seen = new List<JsonNode>();
        while (seen.Count < 3)
        {
            seen.Add(JsonNode.Parse((await watch.StandardOutput.ReadLineAsync(Cancelled))!)!);
        }

        await Log.SetPhaseAsync(IdOf("a"), MigrationPhase.Done, Cancelled);
        await Log.SetPhaseAsync(IdOf("b"), MigrationPhase.RolledBack, Cancelled);
        await Log.SetPhaseAsync(IdOf("c"), MigrationPhase.Done, Cancelled);
        var rest = await watch.StandardOutput.ReadToEndAsync(Cancelled);
        await watch.WaitForExitAsync(Cancelled);

        Assert.Equal(3, watch.ExitCode);
        Assert.Equal(["m-a", "m-b", "m-c"], seen.Select(line => (string)line["id"]!).Order(StringComparer.Ordinal));
        Assert.Contains(seen, line => (string?)line["waitingFor"] is "a slot: 1 of 1 on route us-east-1→eu-west-1, 0 ahead");
        var ends = rest.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!).GroupBy(line => (string)line["id"]!)
            .ToDictionary(lines => lines.Key, lines => (string)lines.Last()["phase"]!);
        Assert.Equal(("Done", "RolledBack", "Done"), (ends["m-a"], ends["m-b"], ends["m-c"]));
    }

    private static MigrationId IdOf(string key) => MigrationId.Parse($"m-{key}");

    private async Task BeginAsync(string key)
    {
        var begin = await Log.BeginAsync(
            new MigrationRequest(IdOf(key), new ObjectId(PlaneFixture.Users, key), PlaneFixture.West, "ada", "a test asked"), Cancelled);
        Assert.True(begin.IsStarted, begin.Refusal);
    }
}
