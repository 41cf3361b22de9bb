using Idp.Core;
using Idp.Core.Migrations;
using Idp.Testing;

namespace Idp.Storage.Tests.Control;

public sealed class MigrationSlotTests(PostgresFixture postgres) : ControlTests(postgres)
{
    private static readonly SlotLimits Limits = new(InTotal: 3, PerRoute: 2, TimeSpan.FromMinutes(1));

    [Fact]
    public async Task Claim_MoreThanTheRouteHolds_WaitsAndSaysForWhat()
    {
        await StartAsync(3);

        Assert.True((await ClaimAsync(0)).IsGranted);
        Assert.True((await ClaimAsync(1)).IsGranted);
        Assert.True((await ClaimAsync(1)).IsGranted); // Again, it is the same slot.
        Assert.Equal("a slot: 2 of 2 on route eu-west-1→ap-northeast-1, 0 ahead", (await ClaimAsync(2)).WaitingFor);
        Assert.Equal("a slot: 2 of 2 on route eu-west-1→ap-northeast-1, 0 ahead", (await FindAsync(2)).WaitingFor);

        await Log.SetPhaseAsync(IdOf(0), MigrationPhase.Grace, Cancel); // Grace holds no slot.
        Assert.True((await ClaimAsync(2)).IsGranted);
        Assert.Null((await FindAsync(2)).WaitingFor);
    }

    [Fact]
    public async Task Claim_UrgentOne_OvertakesThoseThatWaitAndInterruptsNobody()
    {
        await StartAsync(4, priorities: [3, 3, 3, 1]);
        await ClaimAsync(0);
        await ClaimAsync(1);
        Assert.Equal("a slot: 2 of 2 on route eu-west-1→ap-northeast-1, 0 ahead", (await ClaimAsync(2)).WaitingFor);
        Assert.Equal("a slot: 2 of 2 on route eu-west-1→ap-northeast-1, 0 ahead", (await ClaimAsync(3)).WaitingFor);
        Assert.Equal("a slot: 2 of 2 on route eu-west-1→ap-northeast-1, 1 ahead", (await ClaimAsync(2)).WaitingFor);

        await Log.SetPhaseAsync(IdOf(0), MigrationPhase.RolledBack, Cancel);

        Assert.False((await ClaimAsync(2)).IsGranted); // Though it asks first.
        Assert.True((await ClaimAsync(3)).IsGranted);
        Assert.True((await ClaimAsync(1)).IsGranted);
    }

    [Fact]
    public async Task Claim_ManyAtOnce_NeverExceedsTheLimits()
    {
        await StartAsync(12);

        var claims = await Task.WhenAll(Enumerable.Range(0, 12).Select(ClaimAsync));

        Assert.Equal(2, claims.Count(claim => claim.IsGranted));
    }

    [Fact]
    public async Task Claim_HolderOrRivalIsLost_FreesItsPlaceAfterTheLease()
    {
        await StartAsync(4);
        await ClaimAsync(0);
        await ClaimAsync(1);
        await ClaimAsync(2);
        await AgeAsync("migration_id IN ('m-0', 'm-2')");

        Assert.True((await ClaimAsync(3)).IsGranted); // Neither the lost holder nor the lost rival before it counts.
        Assert.Equal(2, await Log.DropLostSlotsAsync(Limits.Lease, Cancel));
    }

    [Fact]
    public async Task Report_WhileItCopies_KeepsTheSlotAndTellsHowFar()
    {
        await StartAsync(3);
        await ClaimAsync(0);
        await ClaimAsync(1);
        await Log.SetPhaseAsync(IdOf(0), MigrationPhase.Copying, Cancel);
        await AgeAsync("true");
        var progress = new CopyProgress(10, 1_000, 40, 4_000, 3, 500);

        await Log.ReportAsync(IdOf(0), progress, Cancel);
        await Log.TouchAsync(IdOf(1), Cancel);

        Assert.False((await ClaimAsync(2)).IsGranted);
        var record = await FindAsync(0);
        Assert.Equal((progress, 10, 1_000, TimeSpan.FromSeconds(6)), (record.Progress, record.RowCount, record.SizeBytes, record.Eta));
    }

    [Fact]
    public async Task Hold_AndLetGo_GivesTheSlotUpAndKeepsThePlaceByAge()
    {
        await StartAsync(4);
        await ClaimAsync(0);
        await ClaimAsync(1);
        await ClaimAsync(2);

        await Log.HoldAsync(IdOf(0), isPaused: true, "an operator: paused by ada", Cancel);
        var held = await FindAsync(0);
        Assert.True((await ClaimAsync(2)).IsGranted);
        await ClaimAsync(3);
        await Log.HoldAsync(IdOf(0), isPaused: false, waitingFor: null, Cancel);
        await ClaimAsync(0);
        await Log.SetPhaseAsync(IdOf(1), MigrationPhase.Done, Cancel);

        Assert.Equal((true, "an operator: paused by ada"), (held.IsPaused, held.WaitingFor));
        Assert.False((await ClaimAsync(3)).IsGranted);
        Assert.True((await ClaimAsync(0)).IsGranted);
        Assert.False((await FindAsync(0)).IsPaused);
    }

    private static MigrationId IdOf(int number) => MigrationId.Parse($"m-{number}");

    private async Task StartAsync(int count, int[]? priorities = null)
    {
        await RegisterAsync(count);
        foreach (var number in Enumerable.Range(0, count))
        {
            var begin = await Log.BeginAsync(Request($"m-{number}", User(number), Tokyo) with { Priority = priorities?[number] ?? 3 }, Cancel);
            Assert.True(begin.IsStarted, begin.Refusal);
        }
    }

    private Task<SlotClaim> ClaimAsync(int number) => Log.ClaimSlotAsync(IdOf(number), Limits, Cancel);

    private async Task<MigrationRecord> FindAsync(int number) => (await Log.FindAsync(IdOf(number), Cancel))!;

    private async Task AgeAsync(string which)
    {
        await using var age = Database.CreateCommand($"UPDATE idp.slot SET renewed_at = renewed_at - interval '2 minutes' WHERE {which}");
        await age.ExecuteNonQueryAsync(Cancel);
    }
}
