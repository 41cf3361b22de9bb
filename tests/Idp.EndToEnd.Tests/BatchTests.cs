using System.Text.Json;
using Idp.Api;
using Idp.Core;
using Idp.Core.Migrations;
using Idp.Workflows.Contracts;
using Temporalio.Client;
using static Idp.EndToEnd.Tests.BatchPlaneFixture;
using static Idp.EndToEnd.Tests.LocalPlaneFixture;

namespace Idp.EndToEnd.Tests;

/// <summary>Batches on real stores, through real worker processes that die.</summary>
public sealed class BatchTests(BatchPlaneFixture world) : IClassFixture<BatchPlaneFixture>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Migrate_ThirtyObjectsOnePoisoned_TwentyNineMoveAndOneIsExactlyAsBefore()
    {
        world.Demand();
        var before = await DigestsAsync("poison", 30, East);

        // The target's own doing, out of the movers' sight: it stores another text than it was sent.
        await world.AskAsync(Ireland, """
            CREATE FUNCTION public.poison() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                IF NEW.user_id = 'poison-007' AND NEW.item = 3 THEN NEW.body := 'poisoned'; END IF; RETURN NEW; END $$;
            CREATE TRIGGER idp_poison BEFORE INSERT ON profile FOR EACH ROW EXECUTE FUNCTION public.poison();
            """);
        var dry = await world.IdpAsync("migrate", "--dataset", "users", "--match", "poison-*", "--to", "eu-west-1", "--reason", "a test", "--dry-run", "--json");
        var done = await world.IdpAsync("migrate", "--dataset", "users", "--match", "poison-*", "--to", "eu-west-1", "--reason", "a test", "--wait", "--json");

        Assert.True(dry.ExitCode == 0, dry.Talk);
        using var plan = JsonDocument.Parse(dry.Output);
        Assert.Equal((30, 300L), (plan.RootElement.GetProperty("objects").GetInt32(), plan.RootElement.GetProperty("rows").GetInt64()));
        Assert.True(done.ExitCode == 3, done.Talk + done.Output);
        using var report = JsonDocument.Parse(done.Output);
        Assert.Equal((29, 1, 0), (Figure(report, "moved"), Figure(report, "rolledBack"), Figure(report, "refused")));
        var failure = report.RootElement.GetProperty("failures")[0];
        Assert.Equal("users/poison-007", failure.GetProperty("object").GetString());
        Assert.Contains("stores other rows of public.profile", failure.GetProperty("lastError").GetString(), StringComparison.Ordinal);

        var after = await DigestsAsync("poison", 30, Ireland);
        Assert.Equal(before[7], await world.DigestAsync(East, Key("poison", 7)));
        Assert.Equal(0, await world.CountAsync(Ireland, Key("poison", 7)));
        Assert.Equal(East, await world.OwnerAsync(Key("poison", 7)));
        Assert.Equal(before.Where((_, index) => index != 7), after.Where((_, index) => index != 7));
        Assert.Equal(Ireland, await world.OwnerAsync(Key("poison", 8)));

        // Each member is a migration like any other.
        var listed = await world.IdpAsync("migration", "status", failure.GetProperty("migration").GetString()!, "--json");
        Assert.Equal(0, listed.ExitCode);
        Assert.Contains("\"rolledBack\"", listed.Output, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task WorkerKilled_InTheMiddleOfTheSwitches_EveryMemberEndsInOneRegion()
    {
        world.Demand();
        var before = await DigestsAsync("killed", 100, East);
        await world.StartAsync("b-killed", "killed", 100, Ireland);

        // Some have committed, and not all.
        await UntilAsync("a first commit", async () => await world.OutcomesAsync("killed") > 0);
        world.Plane.Worker.Kill();
        var committed = await world.OutcomesAsync("killed");
        var batch = await world.SettledAsync("b-killed");

        Assert.InRange(committed, 1, 99);
        Assert.Equal(new BatchCounts(100, 0, 0, 100, 0), batch.Counts);
        Assert.Equal(before, await DigestsAsync("killed", 100, Ireland));
        var routes = await world.AskAsync(Ireland, "SELECT count(*) FROM idp.ownership WHERE object LIKE 'killed-%' AND state = 'owned'");
        Assert.Equal(100L, routes);
    }

    [Fact]
    public async Task RevertOfOneMember_InGrace_BringsThatOneBackAndLeavesTheOthers()
    {
        world.Demand();
        var before = await world.DigestAsync(East, Key("revert", 2));
        await world.StartAsync("b-revert", "revert", 5, Mumbai);
        await world.SettledAsync("b-revert");
        var member = (await world.Migrations.FindAsync(BatchId.Parse("b-revert").Member(3), Cancel))!;
        var operators = new MigrationOperator(world.Temporal, world.Operators);

        var refused = await operators.ActAsync(member, MigrationAction.Cancel, new OperatorNote("ada", "no"), Cancel);
        await UntilAsync("the revert to be accepted", async () =>
            (await operators.ActAsync(member, MigrationAction.Revert, new OperatorNote("ada", "closer was wrong"), Cancel)).IsGiven);
        await UntilAsync("the member to be back", async () => (await world.Migrations.FindAsync(member.Id, Cancel))!.FinishedAt is not null);

        Assert.Contains("idp batch cancel b-revert", refused.Refusal!.Reason, StringComparison.Ordinal);
        var ended = (await world.Migrations.FindAsync(member.Id, Cancel))!;
        Assert.Equal(MigrationPhase.RolledBack, ended.Phase);
        Assert.Equal(before, await world.DigestAsync(East, Key("revert", 2)));
        Assert.Equal(0, await world.CountAsync(Mumbai, Key("revert", 2)));
        Assert.Equal(East, await world.OwnerAsync(Key("revert", 2)));
        Assert.Equal(Mumbai, await world.OwnerAsync(Key("revert", 1)));
        Assert.Equal(4, (await world.Batches.ListOpenMembersAsync(BatchId.Parse("b-revert"), Cancel)).Count(open => open.Phase is MigrationPhase.Grace));
    }

    [Fact]
    public async Task Terminated_ByHandWhileItCopies_IsFoundAndResolvedMemberByMember()
    {
        world.Demand();
        var before = await DigestsAsync("ended", 40, East);
        var saga = await world.StartAsync("b-ended", "ended", 40, Mumbai);
        await UntilAsync("rows in the target", async () => (long)(await world.AskAsync(Mumbai, "SELECT count(*) FROM profile WHERE user_id LIKE 'ended-%'"))! > 0);
        await saga.TerminateAsync("a test's hand");

        var batch = await world.SettledAsync("b-ended");

        Assert.Equal(40, batch.Counts.Moved + batch.Counts.RolledBack);
        for (var number = 0; number < 40; number++)
        {
            var owner = await world.OwnerAsync(Key("ended", number));
            Assert.Equal(before[number], await world.DigestAsync(owner, Key("ended", number)));
        }
    }

    private async Task<string?[]> DigestsAsync(string prefix, int count, RegionId region)
    {
        var digests = new string?[count];
        for (var number = 0; number < count; number++)
        {
            digests[number] = await world.DigestAsync(region, Key(prefix, number));
        }

        return digests;
    }

    private static int Figure(JsonDocument report, string name) => report.RootElement.GetProperty(name).GetInt32();
}
