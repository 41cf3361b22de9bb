using Idp.Core;
using Idp.Core.Migrations;
using Idp.Testing;

namespace Idp.Storage.Tests.Control;

public sealed class MigrationFailureTests(PostgresFixture postgres) : ControlTests(postgres)
{
    private static readonly MigrationId First = MigrationId.Parse("m-1");

    private AlertLog Alerts => new(Database);

    [Fact]
    public async Task Begin_AfterASimilarOneFailed_IsRefusedUntilLifted()
    {
        await RegisterAsync(3);
        await FailAsync("m-1", 0);

        var refused = await Log.BeginAsync(Request("m-2", User(1), Tokyo), Cancel);
        var elsewhere = await Log.BeginAsync(Request("m-3", User(2), Virginia), Cancel); // Another route.
        var quarantine = Assert.Single(await Log.ListQuarantineAsync(onlyOpen: true, 10, Cancel));
        Assert.Equal(quarantine, await Log.FindQuarantineAsync(Users, Ireland, Tokyo, Cancel));
        var lifted = await Log.LiftQuarantineAsync(quarantine.Id, "ada", "disk enlarged", Cancel);
        var permitted = await Log.BeginAsync(Request("m-2", User(1), Tokyo), Cancel);

        Assert.Contains("migrations of users from eu-west-1 to ap-northeast-1 are refused until ", refused.Refusal, StringComparison.Ordinal);
        Assert.Contains("since m-1 failed: disk full", refused.Refusal, StringComparison.Ordinal);
        Assert.Contains($"idp migration quarantine lift {quarantine.Id} ", refused.Refusal, StringComparison.Ordinal);
        Assert.True(elsewhere.IsStarted && permitted.IsStarted);
        Assert.Equal(("ada", "disk enlarged"), (lifted?.LiftedBy, lifted?.LiftNote));
        Assert.Empty(await Log.ListQuarantineAsync(onlyOpen: true, 10, Cancel));
        Assert.Equal(lifted, Assert.Single(await Log.ListQuarantineAsync(onlyOpen: false, 10, Cancel)));
    }

    [Fact]
    public async Task Begin_WhenTheQuarantineIsOver_Starts()
    {
        await RegisterAsync(2);
        await FailAsync("m-1", 0);
        await using (var pass = Database.CreateCommand("UPDATE idp.quarantine SET until = now() - interval '1 second'"))
        {
            await pass.ExecuteNonQueryAsync(Cancel);
        }

        Assert.True((await Log.BeginAsync(Request("m-2", User(1), Tokyo), Cancel)).IsStarted);
    }

    [Fact]
    public async Task Lift_SeveralFailedOnTheRoute_LiftsThemAllOnce()
    {
        await RegisterAsync(3);
        await BeginAsync("m-1", User(0), Tokyo);
        await BeginAsync("m-2", User(1), Tokyo);
        foreach (var id in new[] { "m-1", "m-2" })
        {
            await Log.QuarantineAsync(MigrationId.Parse(id), "disk full", TimeSpan.FromHours(24), Cancel);
            await Log.SetPhaseAsync(MigrationId.Parse(id), MigrationPhase.Failed, Cancel);
        }

        var number = (await Log.ListQuarantineAsync(onlyOpen: true, 10, Cancel))[0].Id;
        await Log.LiftQuarantineAsync(number, "ada", "first", Cancel);
        var again = await Log.LiftQuarantineAsync(number, "bob", "second", Cancel);

        Assert.Empty(await Log.ListQuarantineAsync(onlyOpen: true, 10, Cancel));
        Assert.Equal(("ada", "first"), (again?.LiftedBy, again?.LiftNote));
        Assert.Null(await Log.LiftQuarantineAsync(9_999, "ada", "none", Cancel));
    }

    [Fact]
    public async Task Quarantine_RepeatedOrAfterTheEnd_ChangesNothing()
    {
        await RegisterAsync(1);
        await FailAsync("m-1", 0);
        var first = await Log.ListQuarantineAsync(onlyOpen: true, 10, Cancel);

        await Log.QuarantineAsync(First, "another text", TimeSpan.FromHours(1), Cancel);

        Assert.Equal(first, await Log.ListQuarantineAsync(onlyOpen: true, 10, Cancel));
    }

    [Fact]
    public async Task Park_ThenNextPhase_ShowsUntilWhenAndClearsItsAlert()
    {
        await RegisterAsync(1);
        var started = await BeginAsync("m-1", User(0), Tokyo);
        var until = started.StartedAt.AddHours(4);

        Assert.True(await Log.ParkAsync(started, "no space left", "free disk space", until, Cancel));
        await OpenAsync("no space left");
        var parked = (await Log.FindAsync(First, Cancel))!;
        await Log.SetPhaseAsync(First, MigrationPhase.Copying, Cancel);
        var resumed = (await Log.FindAsync(First, Cancel))!;

        Assert.Equal((MigrationPhase.Parked, "no space left", "free disk space", until), (parked.Phase, parked.LastError, parked.Remedy, parked.ParkedUntil));
        Assert.Equal((MigrationPhase.Copying, "no space left", null), (resumed.Phase, resumed.LastError, resumed.ParkedUntil));
        Assert.Empty(await Alerts.ListAsync(onlyOpen: true, 10, Cancel));
        Assert.NotNull(Assert.Single(await Alerts.ListAsync(onlyOpen: false, 10, Cancel)).ClearedAt);
    }

    [Fact]
    public async Task Park_AfterTheEnd_ChangesNothing()
    {
        await RegisterAsync(1);
        var started = await BeginAsync("m-1", User(0), Tokyo);
        await Log.SetPhaseAsync(First, MigrationPhase.Done, Cancel);

        Assert.False(await Log.ParkAsync(started, "late", "none", started.StartedAt, Cancel));
        Assert.Equal(MigrationPhase.Done, (await Log.FindAsync(First, Cancel))?.Phase);
    }

    [Fact]
    public async Task NoteFailure_EachAttempt_IsShownWithItsRemedy()
    {
        await RegisterAsync(1);
        await BeginAsync("m-1", User(0), Tokyo);

        await Log.NoteFailureAsync(First, "53100: disk full", "free disk space", attempt: 2, Cancel);
        var failed = (await Log.FindAsync(First, Cancel))!;
        await Log.SetPhaseAsync(First, MigrationPhase.Verifying, Cancel);
        var next = (await Log.FindAsync(First, Cancel))!;

        Assert.Equal(("53100: disk full", "free disk space", 2), (failed.LastError, failed.Remedy, failed.Attempt));
        Assert.Equal(1, next.Attempt);
    }

    [Fact]
    public async Task SaveVerification_Report_ComesBackWhole()
    {
        await RegisterAsync(1);
        await BeginAsync("m-1", User(0), Tokyo);
        var report = new VerificationReport(
            [new TableVerification("public.profiles", 10, "00ff", 2, 1)], ["public.profiles(7)"], TimeSpan.FromMilliseconds(12.5));

        await Log.SaveVerificationAsync(First, report, Cancel);

        var kept = (await Log.FindAsync(First, Cancel))!.Verification!;
        Assert.Equal((report.Took, 1), (kept.Took, kept.RepairedKeys));
        Assert.Equal(report.Tables, kept.Tables);
        Assert.Equal(report.RepairedSample, kept.RepairedSample);
    }

    [Fact]
    public async Task Alert_OpenedAgain_KeepsSinceWhenAndIsOne()
    {
        await RegisterAsync(1);
        await BeginAsync("m-1", User(0), Tokyo);

        Assert.True(await OpenAsync("first"));
        Assert.False(await OpenAsync("second"));
        await Alerts.ClearAsync("migration", "m-1", Cancel);
        Assert.True(await OpenAsync("third"));

        Assert.Equal(["third", "second"], (await Alerts.ListAsync(onlyOpen: false, 10, Cancel)).Select(alert => alert.Summary));
        Assert.Equal("third", Assert.Single(await Alerts.ListAsync(onlyOpen: true, 10, Cancel)).Summary);
    }

    [Fact]
    public async Task Alert_PastItsExpiry_IsOver()
    {
        var past = TimeProvider.System.GetUtcNow().AddMinutes(-1);
        await Alerts.OpenAsync(AlertSeverity.Warning, "quarantine", "users a→b", "refused", "lift it", migration: null, past, Cancel);

        Assert.Empty(await Alerts.ListAsync(onlyOpen: true, 10, Cancel));
        Assert.True(await Alerts.OpenAsync(AlertSeverity.Warning, "quarantine", "users a→b", "refused", "lift it", migration: null, expiresAt: null, Cancel));
    }

    private Task<bool> OpenAsync(string summary) =>
        Alerts.OpenAsync(AlertSeverity.Critical, "migration", "m-1", summary, "look", First, expiresAt: null, Cancel);

    private async Task FailAsync(string id, int user)
    {
        await BeginAsync(id, User(user), Tokyo);
        await Log.QuarantineAsync(MigrationId.Parse(id), "disk full", TimeSpan.FromHours(24), Cancel);
        await Log.SetPhaseAsync(MigrationId.Parse(id), MigrationPhase.Failed, Cancel);
    }
}
