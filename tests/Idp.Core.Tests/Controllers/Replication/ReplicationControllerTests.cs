using System.Collections.Immutable;
using System.Text.Json;
using Idp.Core.Controllers.Placement;
using Idp.Core.Controllers.Replication;
using Idp.Core.Decisions;
using Idp.Core.Tests.Value;
using static Idp.Core.Tests.Controllers.Placement.World;

namespace Idp.Core.Tests.Controllers.Replication;

/// <summary>The world of the placement tests: 5 ms within each region, 100 ms from a to b, 200 from a to c, 150 from b to c.</summary>
public sealed class ReplicationControllerTests
{
    [Fact]
    public void Decide_BelowTheDurabilityMinimum_AddsTheCheapestCopyAtOnce()
    {
        var options = Eager;
        options.DurabilityMinimum = 2;
        var proposal = Decide(options, Subject([], (A, 10), (C, 5)));

        Assert.Equal((ProposalKind.AddReplica, A, C, true), (proposal.Kind, proposal.From, proposal.To, proposal.IsForced));
        Assert.StartsWith("1 copy, durability minimum 2; a copy in c makes it 99.9", proposal.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.9994, 1)]
    [InlineData(0.9999, 2)] // One copy gives 0.9995, two 0.99997.
    public void Decide_AvailabilityTarget_DerivesTheNumberOfCopies(double target, int copies)
    {
        var plan = Plan(Eager, Subject([]) with { TargetAvailability = target });

        Assert.Equal((copies, true), (plan.Arithmetic[0].RequiredCopies, plan.Arithmetic[0].IsReachable));
        Assert.Equal(copies > 1 ? ProposalKind.AddReplica : ProposalKind.Hold, plan.Proposals[0].Kind);
    }

    [Fact]
    public void Decide_TargetBeyondCommonMode_SaysSoAndAddsNoCopiesInVain()
    {
        // Common mode alone: 0.05 × 0.0005 = 0.000025.
        var one = Plan(Eager, Subject([B]) with { TargetAvailability = 0.999_99 });

        Assert.False(one.Arithmetic[0].IsReachable);
        Assert.Equal((2, ProposalKind.Hold), (one.Arithmetic[0].RequiredCopies, one.Proposals[0].Kind));
        Assert.Contains(one.Arithmetic[0].Lines, line => line.EndsWith("their common mode has to be parted (another provider)", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(400, "b", ProposalKind.AddReplica)]
    [InlineData(180, null, ProposalKind.Hold)]
    public void Decide_ReadersElsewhere_AddsACopyWhereTheyAreOnlyIfItPays(int readsFromB, string? to, ProposalKind kind)
    {
        // A copy costs 1 GB × $0.1 ÷ 30 = $0.0033 a day; 95 ms less are worth $0.000095 a read, so it breaks even at 35 reads. At two thirds of 190 reads it earns 3 × its $0.02 in 7 days.
        var proposal = Decide(Eager, Subject([], (A, 10), (B, readsFromB)));

        Assert.Equal(kind, proposal.Kind);
        Assert.Equal(to ?? "a", proposal.To.Value);
    }

    [Fact]
    public void Decide_ReadersElsewhere_ComparesTheNumbers() => Assert.Equal(
        "a copy in b lowers the mean from 98 to 5 ms: latency −$0.038, storage +$0.0033, egress −$0.0000080, writes $0.00 a day; worth at least $0.022/day against $0.020 once",
        Decide(Eager, Subject([], (A, 10), (B, 400))).Reason);

    [Fact]
    public void Decide_ReadsMustBeStrong_AddsNoCopyForThem() =>
        Assert.Equal(ProposalKind.Hold, Decide(Eager, Subject([], (A, 10), (B, 400)) with { NearReadShare = 0 }).Kind);

    [Fact]
    public void Decide_ManyWrites_CountsThemOncePerCopyAndDeclines()
    {
        // 100,000 writes of 100 kB are 10 GB a day: $0.20 of egress to each copy.
        var written = Subject([], (A, 10), (B, 400)) with { Demand = [new RegionDemand(A, 10, 100_000, 0), new RegionDemand(B, 400, 0, 0)], WriteBytes = 100_000 };

        Assert.Equal(ProposalKind.Hold, Decide(Eager, written).Kind);
        Assert.Contains(Plan(Eager, written with { Replicas = [C] }).Arithmetic[0].Lines, line => line.StartsWith("writes: each stored 2 times, $0.20/day", StringComparison.Ordinal));
    }

    [Fact]
    public void Decide_AtTheWriteAmplificationLimit_AddsNoMore()
    {
        var options = Eager;
        options.MaxWriteAmplification = 1;

        Assert.Equal(ProposalKind.Hold, Decide(options, Subject([], (B, 100_000))).Kind);
    }

    [Fact]
    public void Decide_WantedCopy_WaitsUntilItHasWonThreeRuns()
    {
        var options = Eager;
        options.HoldLoops = 3;
        var subject = Subject([], (B, 400));
        var first = Plan(options, subject);
        var second = Plan(options, subject with { Memory = first.Memories[0] }, hour: 1);
        var third = Plan(options, subject with { Memory = second.Memories[0] }, hour: 2);

        Assert.EndsWith("a copy in b has won 2 runs in a row, limit 3", second.Proposals[0].Reason, StringComparison.Ordinal);
        Assert.Equal(ProposalKind.AddReplica, third.Proposals[0].Kind);
    }

    [Fact]
    public void Decide_TheSameRunAgain_CountsItOnce()
    {
        var subject = Subject([], (B, 400));
        var first = Plan(Eager, subject);
        var second = Plan(Eager, subject with { Memory = first.Memories[0] }, hour: 1);

        Assert.Equal(first.Memories, Plan(Eager, subject with { Memory = first.Memories[0] }).Memories);
        Assert.Equal(second.Memories, Plan(Eager, subject with { Memory = second.Memories[0] }, hour: 1).Memories);
        Assert.Equal((1, 2), (first.Memories[0].HeldLoops, second.Memories[0].HeldLoops));
    }

    [Theory]
    [InlineData(23, ProposalKind.Hold)]
    [InlineData(24, ProposalKind.RemoveReplica)]
    public void Decide_DemandGone_RemovesTheCopyOnlyAfterADay(int hours, ProposalKind kind)
    {
        var first = Plan(Eager, Subject([B], (A, 100)));
        var later = Snapshot(Subject([B], (A, 100)) with { Memory = first.Memories[0] }) with { AsOf = Noon.AddHours(hours) };
        var proposal = new ReplicationController(Eager, Waiting).Decide(later).Proposals[0];

        Assert.Equal(kind, proposal.Kind);
        Assert.Equal(kind is ProposalKind.RemoveReplica ? (B, A) : (A, A), (proposal.From, proposal.To));
    }

    [Theory]
    [InlineData(2, 0)]
    [InlineData(1, 1)]
    public void Decide_DemandGone_KeepsWhatDurabilityAsksFor(int minimum, int removals)
    {
        var options = Eager;
        (options.DurabilityMinimum, options.RemoveAfter) = (minimum, TimeSpan.Zero);

        Assert.Equal(removals, Plan(options, Subject([B], (A, 100))).Proposals.Count(proposal => proposal.Kind is ProposalKind.RemoveReplica));
    }

    [Theory]
    [InlineData(25)] // Between 23 (even at 1.5 times the demand it does not pay) and 53 (it pays at two thirds) nothing changes.
    [InlineData(50)]
    public void Decide_WithinTheBand_NeitherAddsNorRemoves(int readsFromB)
    {
        var options = Eager;
        (options.RemoveAfter, options.MinGain, options.MinPayback, options.CopyOverheadUsd, options.PaybackHorizon) = (TimeSpan.Zero, 0, 1, 0, TimeSpan.FromDays(90));

        Assert.Equal(ProposalKind.Hold, Decide(options, Subject([], (B, readsFromB))).Kind);
        Assert.Equal(ProposalKind.Hold, Decide(options, Subject([B], (B, readsFromB))).Kind);
    }

    [Fact]
    public void Decide_DataLossLimit_WantsACopyThatIsFreshEnough()
    {
        var subject = Subject([B]) with { MaxDataLoss = TimeSpan.FromSeconds(10), Lags = [new ReplicaLag(B, TimeSpan.FromMinutes(1))] };
        var proposal = Decide(Eager, subject);

        Assert.Equal((ProposalKind.AddReplica, C), (proposal.Kind, proposal.To));
        Assert.StartsWith("the freshest copy is 60 s behind, data loss limit 10 s; a copy in c", proposal.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Decide_NoDataLossAtAll_IsReportedAsNotMet()
    {
        var plan = Plan(Eager, Subject([B]) with { MaxDataLoss = TimeSpan.Zero });

        Assert.Contains("data loss: the freshest copy is 5 s behind, limit 0 s: not met; copies are asynchronous", plan.Arithmetic[0].Lines);
        Assert.NotEqual(ProposalKind.AddReplica, plan.Proposals[0].Kind);
    }

    [Fact]
    public void Decide_RegionExcluded_IsNeverChosenAndItsCopyCountsForNothing()
    {
        var options = Eager;
        options.DurabilityMinimum = 2;
        var proposal = Decide(options, Subject([B], (B, 10_000)) with { Excluded = [new RegionExclusion(B, "no")] });

        Assert.Equal((ProposalKind.AddReplica, C), (proposal.Kind, proposal.To));
    }

    [Theory]
    [InlineData(6, ProposalKind.Hold)]
    [InlineData(0, ProposalKind.AddReplica)]
    public void Decide_TelemetryTooOld_HoldsWhatDemandAsksFor(int minutes, ProposalKind kind)
    {
        var snapshot = Snapshot(Subject([], (B, 400))) with { TelemetryAge = TimeSpan.FromMinutes(minutes) };

        Assert.Equal(kind, new ReplicationController(Eager, Waiting).Decide(snapshot).Proposals[0].Kind);
    }

    [Fact]
    public void Decide_TelemetryTooOld_StillRestoresDurability()
    {
        var options = Eager;
        options.DurabilityMinimum = 2;
        var snapshot = Snapshot(Subject([])) with { TelemetryAge = TimeSpan.FromDays(1) };

        Assert.Equal(ProposalKind.AddReplica, new ReplicationController(options, Waiting).Decide(snapshot).Proposals[0].Kind);
    }

    [Fact]
    public void RoundTrip_SnapshotAndPlan_DecideTheSameAgainByteForByte()
    {
        var snapshot = Snapshot(Subject([B], (A, 10), (C, 500)) with
        {
            TargetAvailability = 0.9999,
            MaxDataLoss = TimeSpan.FromMinutes(5),
            Lags = [new ReplicaLag(B, TimeSpan.FromSeconds(2))],
            Excluded = [new RegionExclusion(C, "no")],
            Memory = new ReplicationMemory(Ada, C, 2, B, Noon.AddDays(-1)),
        });
        var controller = new ReplicationController(Eager, Waiting);
        var plan = JsonSerializer.Serialize(controller.Decide(snapshot));

        Assert.Equal(plan, JsonSerializer.Serialize(controller.Decide(JsonSerializer.Deserialize<ReplicationSnapshot>(JsonSerializer.Serialize(snapshot))!)));
        Assert.Equal(plan, JsonSerializer.Serialize(JsonSerializer.Deserialize<ReplicationPlan>(plan)));
    }

    public static TheoryData<string, Action<ReplicationOptions>> Faults => new()
    {
        { nameof(ReplicationOptions.DurabilityMinimum), options => options.DurabilityMinimum = 0 },
        { nameof(ReplicationOptions.MaxWriteAmplification), options => options.MaxWriteAmplification = 1 },
        { nameof(ReplicationOptions.CommonModeShare), options => options.CommonModeShare = 1.1 },
        { nameof(ReplicationOptions.RegionUnavailability), options => options.RegionUnavailability = 0 },
        { nameof(ReplicationOptions.RepairTime), options => options.RepairTime = TimeSpan.Zero },
        { nameof(ReplicationOptions.FailoverTime), options => options.FailoverTime = TimeSpan.FromHours(2) },
        { nameof(ReplicationOptions.AssumedLag), options => options.AssumedLag = TimeSpan.FromHours(2) },
        { nameof(ReplicationOptions.Band), options => options.Band = 0.5 },
        { nameof(ReplicationOptions.MinGain), options => options.MinGain = 1 },
        { nameof(ReplicationOptions.HoldLoops), options => options.HoldLoops = 0 },
        { nameof(ReplicationOptions.RemoveAfter), options => options.RemoveAfter = TimeSpan.FromDays(91) },
        { nameof(ReplicationOptions.PaybackHorizon), options => options.PaybackHorizon = TimeSpan.Zero },
        { nameof(ReplicationOptions.MinPayback), options => options.MinPayback = 0 },
        { nameof(ReplicationOptions.CopyOverheadUsd), options => options.CopyOverheadUsd = -1 },
        { nameof(ReplicationOptions.ApplyUsdPerWrite), options => options.ApplyUsdPerWrite = -1 },
    };

    [Fact]
    public void Validate_Defaults_AreValid() => Assert.Empty(OptionErrors.Of(new ReplicationOptions()));

    [Theory]
    [MemberData(nameof(Faults), DisableDiscoveryEnumeration = true)]
    public void Validate_OneRuleBroken_NamesTheOption(string name, Action<ReplicationOptions> fault)
    {
        var options = new ReplicationOptions();
        fault(options);

        Assert.Contains(name, Assert.Single(OptionErrors.Of(options)).MemberNames);
    }

    private static readonly LinearLatencyValue Waiting = new(0.01, 0.01);

    // Adds at once, and one copy is enough.
    private static ReplicationOptions Eager => new() { DurabilityMinimum = 1, HoldLoops = 1 };

    private static ReplicationSubject Subject(ImmutableArray<RegionId> replicas, params ReadOnlySpan<(RegionId Region, int PerDay)> reads)
    {
        var demand = ImmutableArray.CreateBuilder<RegionDemand>();
        foreach (var (region, perDay) in reads)
        {
            demand.Add(new RegionDemand(region, perDay, WritesPerDay: 0, RecentOperations: 0));
        }

        return new ReplicationSubject(
            Ada, A, replicas, SizeBytes: 1_000_000_000, demand.ToImmutable(), AnswerBytes: 1_000, WriteBytes: 1_000, NearReadShare: 1,
            TargetAvailability: null, MaxDataLoss: null, Lags: [], Excluded: [], IsChanging: false, Memory: null);
    }

    private static ReplicationSnapshot Snapshot(params ImmutableArray<ReplicationSubject> subjects) =>
        new(Noon, TelemetryAge: TimeSpan.Zero, TelemetryPeriod: TimeSpan.FromMinutes(1), Placement.World.RoundTrips, Regions, Reliability: [], subjects);

    private static ReplicationPlan Plan(ReplicationOptions options, ReplicationSubject subject, int hour = 0) =>
        new ReplicationController(options, Waiting).Decide(Snapshot(subject) with { AsOf = Noon.AddHours(hour) });

    private static Proposal Decide(ReplicationOptions options, ReplicationSubject subject) => Plan(options, subject).Proposals[0];
}
