using System.Text.Json;
using Idp.Core.Controllers.Tiering;
using Idp.Core.Decisions;
using static Idp.Core.Tests.Controllers.Tiering.TierWorld;

namespace Idp.Core.Tests.Controllers.Tiering;

public sealed class TieringControllerTests
{
    [Theory]
    [InlineData(StorageTier.Hot, 59, StorageTier.Cold)]
    [InlineData(StorageTier.Hot, 61, StorageTier.Hot)]
    [InlineData(StorageTier.Cold, 134, StorageTier.Cold)]
    [InlineData(StorageTier.Cold, 136, StorageTier.Hot)]
    public void Decide_AtEachEdgeOfTheBand_ChangesOnlyOutside(StorageTier tier, double readsPerDay, StorageTier expected) =>
        Assert.Equal(expected, Decide(Eager, Subject(tier, readsPerDay)).Tier!.To);

    [Fact]
    public void Decide_Cold_ComparesTheNumbers()
    {
        var proposal = Decide(Eager, Subject(StorageTier.Hot, 30));

        Assert.Equal((ProposalKind.ChangeTier, A, A), (proposal.Kind, proposal.From, proposal.To));
        Assert.Equal(
            "30 accesses/day, break-even of Hot and Cold at 90: Cold storage −$0.0090, recall +$0.0030, retrieval $0.00 a day; "
            + "worth at least $0.0045/day against $0.00 once",
            proposal.Reason);
        Assert.Equal((10.0, 110.0), (proposal.Effect.MeanMsBefore, proposal.Effect.MeanMsAfter));
        Assert.Equal("above 135 accesses/day Hot would be chosen", proposal.Flip);
        Assert.Equal([StorageTier.Cold, StorageTier.Hot], proposal.Tier!.Candidates.Select(candidate => candidate.Tier));
    }

    [Fact]
    public void Decide_RetrievalPrice_MakesTheSameObjectStay()
    {
        // A whole gigabyte read 30 times a day at $0.01/GB costs $0.30: far more than a cent of storage.
        var tiers = Tiers with { Tiers = [Tiers.Tiers[0], Tiers.Tiers[1] with { RetrievalUsdPerGb = 0.01m }] };
        var snapshot = Snapshot(Subject(StorageTier.Hot, 30) with { BytesPerRead = 1_000_000_000 });

        Assert.Equal(StorageTier.Hot, Decide(Eager, snapshot with { Regions = [tiers] }).Proposals[0].Tier!.To);
    }

    [Theory]
    [InlineData(30, StorageTier.Hot)] // Gains $0.0108/day × 30 days = $0.32; nothing is owed any more.
    [InlineData(0, StorageTier.Cold)] // Owes 30 days of $0.001, all of it counted 15-fold here: $0.45.
    public void Decide_LeftBeforeTheMinimumDuration_CountsWhatIsStillOwed(int daysInTier, StorageTier expected)
    {
        var options = Eager;
        options.MinPayback = 15;

        Assert.Equal(expected, Decide(options, Subject(StorageTier.Cold, 300) with { TierSince = Noon.AddDays(-daysInTier) }).Tier!.To);
    }

    [Fact]
    public void Decide_LeftEarlyAllTheSame_NamesTheCharge() =>
        Assert.EndsWith(
            "against $0.020 once, $0.020 of it for leaving before 30 days",
            Decide(Eager, Subject(StorageTier.Cold, 300) with { TierSince = Noon.AddDays(-10) }).Reason,
            StringComparison.Ordinal);

    [Theory]
    [InlineData(23, StorageTier.Hot)]
    [InlineData(24, StorageTier.Cold)]
    public void Decide_ColderIsCheaper_DemotesOnlyAfterItHasBeenForLongEnough(int hours, StorageTier expected)
    {
        var options = Eager;
        options.DemoteAfter = TimeSpan.FromHours(24);
        var first = Decide(options, Snapshot(Subject(StorageTier.Hot, 0))).Memories[0];

        var later = Snapshot(Subject(StorageTier.Hot, 0) with { Memory = first }) with { AsOf = Noon.AddHours(hours) };

        Assert.Equal(StorageTier.Cold, first.Challenger);
        Assert.Equal(expected, Decide(options, later).Proposals[0].Tier!.To);
    }

    [Theory]
    [InlineData(47, StorageTier.Hot)]
    [InlineData(48, StorageTier.Cold)]
    public void Decide_AfterAReversal_WaitsTwiceAsLong(int hours, StorageTier expected)
    {
        var options = Eager;
        options.DemoteAfter = TimeSpan.FromHours(24);
        var memory = new TierMemory(Ada, StorageTier.Hot, StorageTier.Cold, Noon.AddHours(-hours), StorageTier.Cold, Noon.AddHours(-hours), 1, Noon.AddHours(-hours));

        Assert.Equal(expected, Decide(options, Subject(StorageTier.Hot, 0) with { Memory = memory }).Tier!.To);
    }

    [Fact]
    public void Decide_BackInTheFormerTier_CountsAReversalAndForgivesItInAWeek()
    {
        var memory = new TierMemory(Ada, StorageTier.Cold, StorageTier.Hot, Noon.AddDays(-1));
        var returned = Decide(Eager, Snapshot(Subject(StorageTier.Hot, 500) with { Memory = memory })).Memories[0];
        var later = Snapshot(Subject(StorageTier.Hot, 500) with { Memory = returned }) with { AsOf = Noon.AddDays(7) };

        Assert.Equal((1, Noon), (returned.Reversals, returned.LastReversal));
        Assert.Equal(0, Decide(Eager, later).Memories[0].Reversals);
    }

    [Theory]
    [InlineData(6, StorageTier.Hot)]
    [InlineData(7, StorageTier.Cold)]
    public void Decide_NewObject_IsNotDemotedBeforeItIsKnown(int days, StorageTier expected)
    {
        var options = Eager;
        options.MinObservation = TimeSpan.FromDays(7);

        Assert.Equal(expected, Decide(options, Subject(StorageTier.Hot, 0) with { FirstSeen = Noon.AddDays(-days) }).Tier!.To);
    }

    [Fact]
    public void Decide_HalfAHalfLifeKnown_DoesNotTakeTheFillingCountForLowTemperature()
    {
        // 30 a day by the count alone; known for half a day of a half-life of one, it is 102: not cold.
        var subject = Subject(StorageTier.Hot, 30) with { FirstSeen = Noon.AddHours(-12) };

        Assert.Equal(StorageTier.Hot, Decide(Eager, subject).Tier!.To);
    }

    [Fact]
    public void Decide_SmallAndSilent_StaysBecauseOneAccessWouldCostMore()
    {
        var options = Eager;
        options.PriorAccesses = 1;

        Assert.Equal(StorageTier.Hot, Decide(options, Subject(StorageTier.Hot, 0) with { SizeBytes = 1_000_000 }).Tier!.To);
    }

    [Theory]
    [InlineData(StorageTier.Hot, 0, 3)] // Demotion waits for the night,
    [InlineData(StorageTier.Cold, 500, null)] // promotion does not.
    public void Decide_BusyHour_DelaysDemotionAlone(StorageTier tier, double readsPerDay, int? windowHour)
    {
        var traffic = new TrafficProfile(A, [.. Enumerable.Range(0, 24).Select(hour => hour == 3 ? 1.0 : 10.0)]);
        var proposal = Decide(Eager, Snapshot(Subject(tier, readsPerDay)) with { Traffic = [traffic] }).Proposals[0];

        Assert.Equal(windowHour is { } hour ? Noon.AddHours(24 - 12 + hour) : null, proposal.Tier!.NotBefore);
        Assert.Equal(windowHour is null ? ProposalKind.ChangeTier : ProposalKind.Hold, proposal.Kind);
    }

    [Fact]
    public void Decide_InsideTheWindow_Demotes()
    {
        var traffic = new TrafficProfile(A, [.. Enumerable.Range(0, 24).Select(hour => hour == 12 ? 1.0 : 10.0)]);

        Assert.Equal(ProposalKind.ChangeTier, Decide(Eager, Snapshot(Subject(StorageTier.Hot, 0)) with { Traffic = [traffic] }).Proposals[0].Kind);
    }

    [Fact]
    public void Decide_TierExcluded_IsForcedOutWhateverTheGuardsSay()
    {
        var options = Eager;
        options.MinObservation = TimeSpan.FromDays(365);
        var proposal = Decide(options, Subject(StorageTier.Cold, 0) with { Excluded = [new TierExclusion(StorageTier.Cold, "p99 50 ms")] });

        Assert.True(proposal.IsForced);
        Assert.Equal("Cold is excluded (p99 50 ms); Hot is the cheapest tier allowed, 10 ms an access", proposal.Reason);
    }

    [Fact]
    public void Decide_ExcludedTier_IsNotChosen() =>
        Assert.Equal(
            StorageTier.Hot,
            Decide(Eager, Subject(StorageTier.Hot, 0) with { Excluded = [new TierExclusion(StorageTier.Cold, "no")] }).Tier!.To);

    [Theory]
    [InlineData(2, 50, StorageTier.Cold)]
    [InlineData(3, 50, StorageTier.Hot)] // The band is 2 × now: only below 45.
    [InlineData(3, 44, StorageTier.Cold)]
    [InlineData(6, 0, StorageTier.Hot)] // Lost telemetry looks like cold data.
    public void Decide_TelemetryAges_WidensTheBandThenHolds(int minutes, double readsPerDay, StorageTier expected)
    {
        var snapshot = Snapshot(Subject(StorageTier.Hot, readsPerDay)) with { TelemetryAge = TimeSpan.FromMinutes(minutes) };

        Assert.Equal(expected, Decide(Eager, snapshot).Proposals[0].Tier!.To);
    }

    [Fact]
    public void Decide_MoreChangesThanTheLimit_TakesTheMostValuable()
    {
        var options = Eager;
        options.MaxChangesPerRun = 1;
        var small = Subject(StorageTier.Hot, 0) with { Object = ObjectId.Parse("users/small"), SizeBytes = 100_000_000 };

        var plan = Decide(options, Snapshot(small, Subject(StorageTier.Hot, 0)));

        Assert.Equal([ProposalKind.Hold, ProposalKind.ChangeTier], plan.Proposals.Select(proposal => proposal.Kind));
        Assert.Contains("1 changes of this run are worth more", plan.Proposals[0].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void RoundTrip_SnapshotAndPlan_DecideTheSameAgainByteForByte()
    {
        var snapshot = Snapshot(
            Subject(StorageTier.Hot, 3) with { Memory = new TierMemory(Ada, StorageTier.Hot, StorageTier.Cold, Noon.AddDays(-9), StorageTier.Cold, Noon.AddDays(-3), 2, Noon) },
            Subject(StorageTier.Cold, 900) with { Excluded = [new TierExclusion(StorageTier.Archive, "no")] });
        var plan = JsonSerializer.Serialize(Decide(Eager, snapshot));

        Assert.Equal(plan, JsonSerializer.Serialize(Decide(Eager, JsonSerializer.Deserialize<TieringSnapshot>(JsonSerializer.Serialize(snapshot))!)));
        Assert.Equal(plan, JsonSerializer.Serialize(JsonSerializer.Deserialize<TieringPlan>(plan)));
    }
}
