using Idp.Core;
using Idp.Core.Migrations;
using Idp.Core.Movement;
using Idp.Storage;
using Idp.Workflows.Contracts;
using Temporalio.Client;
using static Idp.EndToEnd.Tests.LocalPlaneFixture;

namespace Idp.EndToEnd.Tests;

/// <summary>Migrations that fail for a while or for good, are held in the middle, or lose their saga.</summary>
public sealed class FailureTests(FailurePlaneFixture world) : IClassFixture<FailurePlaneFixture>
{
    private AlertLog Alerts => new(world.Plane.Database);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Parked_CauseRemovedAndResumed_Completes()
    {
        world.Demand();
        await BreakAsync(Mumbai, "parked");
        var saga = await world.StartAsync("m-parked", "parked", Mumbai);
        await ParkedAsync("m-parked");
        var record = await FindAsync("m-parked");
        var alert = Assert.Single(await Alerts.ListAsync(onlyOpen: true, 100, Cancelled), alert => alert.Subject is "m-parked");
        var shown = await world.IdpAsync("get", "alerts");

        await MendAsync(Mumbai);
        var resumed = await world.IdpAsync("migration", "resume", "m-parked", "--note", "mended");
        var status = await saga.GetResultAsync();
        var watched = await world.IdpAsync("migration", "watch", "m-parked", "--json");

        Assert.Contains("broken on purpose", record.LastError, StringComparison.Ordinal);
        Assert.NotNull(record.Remedy);
        Assert.NotNull(record.ParkedUntil);
        Assert.Equal((AlertSeverity.Critical, "migration"), (alert.Severity, alert.Kind));
        Assert.Contains("m-parked", shown.Output, StringComparison.Ordinal);
        Assert.True(resumed.ExitCode == 0, resumed.Talk);
        Assert.Equal(MigrationPhase.Done, status.Phase);
        Assert.Equal((0, 60), (await world.CountAsync(East, "parked"), await world.CountAsync(Mumbai, "parked")));
        Assert.Equal(0, watched.ExitCode);
        Assert.Contains("\"phase\":\"Done\"", watched.Output, StringComparison.Ordinal);
        Assert.Contains("\"tables\":[", watched.Output, StringComparison.Ordinal); // The kept report.
        Assert.DoesNotContain(await Alerts.ListAsync(onlyOpen: true, 100, Cancelled), open => open.Subject is "m-parked");
    }

    [Fact]
    public async Task Parked_NobodyDecides_FailsAndSimilarOnesAreRefusedUntilLifted()
    {
        world.Demand();
        var before = await world.DigestAsync(East, "expired");
        await BreakAsync(Ireland, "expired");
        var saga = await world.StartAsync("m-expired", "expired", Ireland);
        var status = await saga.GetResultAsync();
        await MendAsync(Ireland);
        var watched = await world.IdpAsync("migration", "watch", "m-expired");

        // The saga refuses, whoever asks, and so does the command line before there is a saga.
        var refused = await (await world.StartAsync("m-similar", "similar", Ireland)).GetResultAsync();
        var asked = await world.IdpAsync("migrate", $"{Cli.Demo.DemoWorld.Dataset}/similar", "--to", Ireland.Value, "--reason", "test");
        var number = Assert.Single(await world.Migrations.ListQuarantineAsync(onlyOpen: true, 10, Cancelled)).Id;
        var lifted = await world.IdpAsync("migration", "quarantine", "lift", $"{number}", "--note", "mended", "--operator", "ada");
        var again = await (await world.StartAsync("m-again", "similar", Ireland)).GetResultAsync();

        Assert.Equal(MigrationPhase.Failed, status.Phase);
        Assert.Contains("nobody decided within", status.LastError, StringComparison.Ordinal);
        Assert.Equal(before, await world.DigestAsync(East, "expired"));
        Assert.Equal(0, await world.CountAsync(Ireland, "expired"));
        Assert.Equal(1, watched.ExitCode);
        Assert.Equal(MigrationPhase.Failed, refused.Phase);
        Assert.Contains("since m-expired failed", refused.LastError, StringComparison.Ordinal);
        Assert.Equal(3, asked.ExitCode);
        Assert.Contains($"quarantine lift {number}", asked.Talk, StringComparison.Ordinal);
        Assert.True(lifted.ExitCode == 0, lifted.Talk);
        Assert.Equal(MigrationPhase.Done, again.Phase);
        Assert.Equal("ada", Assert.Single(await world.Migrations.ListQuarantineAsync(onlyOpen: false, 10, Cancelled)).LiftedBy);
    }

    [Fact]
    public async Task Pause_InTheMiddleOfACopy_StopsItAndResumeGoesOnWhereItStopped()
    {
        world.Demand();
        var before = await world.DigestAsync(East, "paused");
        var saga = await world.StartAsync("m-paused", "paused", Mumbai);
        await UntilAsync("a first chunk", async () => await world.CountAsync(Mumbai, "paused") > 0);
        await saga.ExecuteUpdateAsync(workflow => workflow.PauseUpdateAsync(new OperatorNote("ada", "too busy")));

        // The catalog says so only when the copy has stopped.
        await UntilAsync("the pause", async () => (await FindAsync("m-paused")).IsPaused);
        var held = await FindAsync("m-paused");
        var copied = await world.CountAsync(Mumbai, "paused");
        var stillCopied = await world.CountAsync(Mumbai, "paused");
        var watching = world.IdpAsync("migration", "watch", "m-paused");
        await saga.ExecuteUpdateAsync(workflow => workflow.ResumeUpdateAsync(new OperatorNote("ada", "quiet now")));
        var status = await saga.GetResultAsync();

        Assert.Equal(MigrationPhase.Copying, held.Phase);
        Assert.Equal("an operator: paused by ada", held.WaitingFor);
        Assert.InRange(copied, 1, FailurePlaneFixture.LargeRows - 1);
        Assert.Equal(copied, stillCopied);
        Assert.Equal((MigrationPhase.Done, FailurePlaneFixture.LargeRows), (status.Phase, status.RowCount));
        Assert.Equal(before, await world.DigestAsync(Mumbai, "paused"));
        Assert.Equal(0, await world.CountAsync(East, "paused"));
        var watched = await watching;
        Assert.True(watched.ExitCode == 0, watched.Talk);
        Assert.Contains(" Done", watched.Output, StringComparison.Ordinal);
        var ended = await FindAsync("m-paused");
        Assert.Equal((FailurePlaneFixture.LargeRows, 0), (ended.Progress?.RowCount, ended.Verification?.RepairedKeys));
    }

    [Fact]
    public async Task Terminated_InTheMiddleOfACopy_IsFoundAndUndone()
    {
        world.Demand();
        var before = await world.DigestAsync(East, "killed");
        var saga = await world.StartAsync("m-killed", "killed", Mumbai);
        await UntilAsync("a first chunk", async () => await world.CountAsync(Mumbai, "killed") > 0);

        await saga.TerminateAsync("a test's hand");
        await UntilAsync("the reconciler", async () => (await FindAsync("m-killed")).FinishedAt is not null);

        Assert.Equal(MigrationPhase.RolledBack, (await FindAsync("m-killed")).Phase);
        Assert.Equal(before, await world.DigestAsync(East, "killed"));
        Assert.Equal(0, await world.CountAsync(Mumbai, "killed"));
        var row = await world.Plane.Stores.Get(East, East).ReadAsync(new ObjectId(Cli.Demo.DemoWorld.Dataset, "killed"), Cancelled);
        Assert.True(row is { State: OwnershipState.Owned, MoveEpoch: 0, Subscribers.IsEmpty: true });
        Assert.True((await world.IdpAsync("reconcile", "--check")).ExitCode is 0);
    }

    private async Task<MigrationRecord> FindAsync(string id) =>
        await world.Migrations.FindAsync(MigrationId.Parse(id), Cancelled) ?? throw new InvalidOperationException($"{id} is not in the catalog yet.");

    // The saga parks first and tells then.
    private Task ParkedAsync(string id) => UntilAsync("a parked saga and its alert", async () =>
        await world.Migrations.FindAsync(MigrationId.Parse(id), Cancelled) is { Phase: MigrationPhase.Parked, ParkedUntil: not null }
        && (await Alerts.ListAsync(onlyOpen: true, 100, Cancelled)).Any(alert => alert.Subject == id));

    private Task<object?> BreakAsync(RegionId region, string key) => world.AskAsync(region, $"""
        CREATE OR REPLACE FUNCTION public.break() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            IF NEW.user_id = '{key}' THEN RAISE EXCEPTION 'broken on purpose'; END IF; RETURN NEW; END $$;
        CREATE OR REPLACE TRIGGER idp_planted BEFORE INSERT ON profile FOR EACH ROW EXECUTE FUNCTION public.break();
        """);

    private Task<object?> MendAsync(RegionId region) => world.AskAsync(region, "DROP TRIGGER idp_planted ON profile");
}
