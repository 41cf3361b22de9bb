using System.Collections.Immutable;
using System.Text.Json;
using Idp.Core.Controllers.Compliance;
using Idp.Core.Controllers.Placement;
using Idp.Core.Decisions;
using Idp.Core.Tests.Value;
using static Idp.Core.Tests.Controllers.Placement.World;

namespace Idp.Core.Tests.Controllers.Compliance;

/// <summary>The world of the placement tests: 5 ms within each region, 100 ms from a to b, 200 from a to c, 150 from b to c.</summary>
public sealed class ComplianceControllerTests
{
    private static readonly ComplianceOptions Options = new();

    [Fact]
    public void Decide_NothingForbidden_FindsNothing()
    {
        var plan = Decide(Subject(A, []));

        Assert.Empty(plan.Violations);
        Assert.Empty(plan.Proposals);
        Assert.Equal((1, 1, 0), (plan.Report.ObjectsChecked, plan.Report.ObjectsCompliant, plan.Report.Open));
    }

    [Fact]
    public void Decide_PrimaryWhereItMayNotBe_MovesToTheCheapestAllowedRegion()
    {
        var plan = Decide(Subject(A, [Ban(A), Ban(B)], (A, 100)));
        var fix = plan.Proposals.Single();

        Assert.Equal((ProposalKind.Migrate, A, C, true), (fix.Kind, fix.From, fix.To, fix.IsForced));
        Assert.Equal(
            "primary of users/ada in a since 2026-01-01 12:00 UTC, due by 2026-01-01 13:00 UTC: GDPR denies a; c is the cheapest region allowed, mean 200 ms",
            fix.Reason);
        Assert.Equal((10_000m, 10_000m, 0m), (fix.ValueUsdPerDay, fix.Effect.Before.RiskUsdPerDay, fix.Effect.After.RiskUsdPerDay));
    }

    [Fact]
    public void Decide_ReplicaStandsInAnAllowedRegion_HandsOverWithoutCopying()
    {
        // Callers are in c: b costs 150 ms an access against 5, so its replica is not taken; for callers in b it is.
        var far = Decide(Subject(A, [Ban(A)], (C, 100)) with { Replicas = [B] }).Proposals.Single();
        var near = Decide(Subject(A, [Ban(A)], (B, 100)) with { Replicas = [B] }).Proposals.Single();

        Assert.Equal((C, B), (far.To, near.To));
        Assert.Equal(0m, near.OneOffUsd);
        Assert.True(far.OneOffUsd > 0);
        Assert.EndsWith("b hands over to its replica there", near.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, ProposalKind.RemoveReplica)]
    [InlineData(2, ProposalKind.AddReplica)] // Another copy first: two are the least.
    public void Decide_ReplicaWhereItMayNotBe_GoesWhenEnoughRemain(int minCopies, ProposalKind kind)
    {
        var fix = Decide(Subject(A, [Ban(B) with { Role = CopyRole.Replica }]) with { Replicas = [B], MinCopies = minCopies }).Proposals.Single();

        Assert.Equal(kind, fix.Kind);
        Assert.Equal(kind is ProposalKind.RemoveReplica ? (B, A) : (A, C), (fix.From, fix.To));
        Assert.Equal(kind is ProposalKind.RemoveReplica ? 0m : 10_000m, fix.Effect.After.RiskUsdPerDay);
    }

    [Fact]
    public void Decide_NoRegionAllowed_SaysThatAPersonIsNeeded()
    {
        var plan = Decide(Subject(A, [Ban(A), Ban(B), Ban(C)]));

        Assert.Empty(plan.Proposals);
        Assert.Equal("no region is allowed for its primary", plan.Violations.Single().UnfixableBecause);
        Assert.Equal(1, plan.Report.Unfixable);
    }

    [Theory]
    [InlineData(60, false)]
    [InlineData(61, true)]
    public void Decide_AtEachSideOfTheDeadline_IsOverdueOnlyAfterIt(int minutes, bool overdue)
    {
        var first = Decide(Subject(A, [Ban(A)]));
        var later = new ComplianceController(Options, new PlacementOptions(), Waiting)
            .Decide(Snapshot(Subject(A, [Ban(A)])) with { AsOf = Noon.AddMinutes(minutes), Open = first.Open });

        Assert.Equal((overdue, Noon), (later.Violations.Single().IsOverdue, later.Violations.Single().FirstSeen));
        Assert.Equal(overdue ? 1 : 0, later.Report.Overdue);
    }

    [Fact]
    public void Decide_ManyViolations_PutsTheNearestDeadlineFirst()
    {
        var low = Subject(A, [Ban(A) with { Urgency = ComplianceUrgency.Low }]) with { Object = ObjectId.Parse("users/low") };
        var plan = Decide(low, Subject(A, [Ban(A)]));

        Assert.Equal(["users/ada", "users/low"], plan.Proposals.Select(fix => fix.Object.ToString()));
        Assert.Equal(10_010m, plan.Report.RiskUsdPerDay);
    }

    [Theory]
    [InlineData(25, 0, 0)] // The override holds for more than the lead of a day: nothing to do.
    [InlineData(24, 1, 0)] // Within it the object comes home in time.
    [InlineData(0, 1, 1)] // It has ended.
    public void Decide_UnderAnOverride_IsFixedBeforeItEnds(int hoursLeft, int fixes, int open)
    {
        var plan = Decide(Subject(A, [Ban(A) with { WaivedUntil = Noon.AddHours(hoursLeft) }]));

        Assert.Equal((fixes, open, 1 - open), (plan.Proposals.Length, plan.Report.Open, plan.Report.Waived));
    }

    [Fact]
    public void Decide_OverrideEndedYesterday_CountsFromItsEnd() =>
        Assert.Equal(Noon.AddDays(-1), Decide(Subject(A, [Ban(A) with { WaivedUntil = Noon.AddDays(-1) }])).Violations.Single().FirstSeen);

    [Fact]
    public void Decide_SoftPolicy_WarnsAndChangesNothing()
    {
        var plan = Decide(Subject(A, [Ban(A) with { IsHard = false }]));

        Assert.Equal((0, 0, 1, 0m), (plan.Proposals.Length, plan.Report.Open, plan.Report.Warnings, plan.Report.RiskUsdPerDay));
        Assert.Null(plan.Constraints[0].BlockedBecause);
    }

    [Fact]
    public void Decide_AlreadyChanging_WaitsForTheOpenChange() =>
        Assert.Empty(Decide(Subject(A, [Ban(A)]) with { IsChanging = true }).Proposals);

    [Fact]
    public void Decide_FixedSinceTheLastRun_ReportsHowLongItWasOpen()
    {
        var first = Decide(Subject(A, [Ban(A)]));
        var later = new ComplianceController(Options, new PlacementOptions(), Waiting)
            .Decide(Snapshot(Subject(C, [Ban(A)])) with { AsOf = Noon.AddMinutes(20), Open = first.Open });

        Assert.Equal((TimeSpan.FromMinutes(20), A), (later.Report.Resolved.Single().Open, later.Report.Resolved.Single().Violation.Region));
        Assert.Empty(later.Open);
    }

    [Fact]
    public void WhyNot_OpenViolation_BlocksEverybodyElse()
    {
        var plan = Decide(Subject(A, [Ban(A)]));
        var gate = new ComplianceGate(plan.Constraints);
        var others = plan.Proposals.Single() with { Controller = "placement", To = C };

        Assert.Null(gate.WhyNot(plan.Proposals.Single()));
        Assert.StartsWith("its violation must be fixed first: primary of users/ada in a", gate.WhyNot(others), StringComparison.Ordinal);
        Assert.Null(gate.WhyNot(others with { Kind = ProposalKind.Hold }));
    }

    [Theory]
    [InlineData(ProposalKind.Migrate, "b", true)]
    [InlineData(ProposalKind.Migrate, "c", false)]
    [InlineData(ProposalKind.AddReplica, "b", false)] // Forbidden to the primary alone.
    [InlineData(ProposalKind.AddReplica, "c", true)]
    public void WhyNot_ForbiddenTarget_IsStoppedByRole(ProposalKind kind, string to, bool stopped)
    {
        var plan = Decide(Subject(A, [Ban(B), Ban(C) with { Role = CopyRole.Replica }]));
        var proposal = Decide(Subject(A, [Ban(A)])).Proposals.Single() with { Controller = "placement", Kind = kind, To = RegionId.Parse(to) };

        Assert.Equal(stopped, new ComplianceGate(plan.Constraints).WhyNot(proposal) is not null);
    }

    [Fact]
    public void WhyNot_ObjectNobodyChecked_IsStopped() =>
        Assert.NotNull(new ComplianceGate([]).WhyNot(Decide(Subject(A, [Ban(A)])).Proposals.Single()));

    [Fact]
    public void RoundTrip_SnapshotAndPlan_DecideTheSameAgainByteForByte()
    {
        var snapshot = Snapshot(Subject(A, [Ban(A), Ban(B) with { WaivedUntil = Noon.AddDays(2) }], (A, 10)) with { Replicas = [C] }) with
        {
            Open = [new ViolationMemory(Ada, A, CopyRole.Primary, "GDPR", "rule", Noon.AddDays(-1))],
        };
        var controller = new ComplianceController(Options, new PlacementOptions(), Waiting);
        var plan = JsonSerializer.Serialize(controller.Decide(snapshot));

        Assert.Equal(plan, JsonSerializer.Serialize(controller.Decide(JsonSerializer.Deserialize<ComplianceSnapshot>(JsonSerializer.Serialize(snapshot))!)));
        Assert.Equal(plan, JsonSerializer.Serialize(JsonSerializer.Deserialize<CompliancePlan>(plan)));
    }

    [Theory]
    [InlineData(nameof(ComplianceOptions.Deadlines))]
    [InlineData(nameof(ComplianceOptions.RiskUsdPerDay))]
    [InlineData(nameof(ComplianceOptions.WaiverLead))]
    [InlineData(nameof(ComplianceOptions.HandOverTolerance))]
    public void Validate_OneRuleBroken_NamesTheOption(string name)
    {
        var options = new ComplianceOptions();
        switch (name)
        {
            case nameof(ComplianceOptions.Deadlines): options.Deadlines[ComplianceUrgency.High] = TimeSpan.Zero; break;
            case nameof(ComplianceOptions.RiskUsdPerDay): options.RiskUsdPerDay.Remove(ComplianceUrgency.Low); break;
            case nameof(ComplianceOptions.WaiverLead): options.WaiverLead = TimeSpan.FromDays(91); break;
            default: options.HandOverTolerance = -1; break;
        }

        Assert.Empty(OptionErrors.Of(new ComplianceOptions()));
        Assert.Contains(name, Assert.Single(OptionErrors.Of(options)).MemberNames);
    }

    private static readonly LinearLatencyValue Waiting = new(0.01, 0.01);

    private static RegionBan Ban(RegionId region) =>
        new(region, CopyRole.Primary, "GDPR", "rule", ComplianceUrgency.Critical, IsHard: true, WaivedUntil: null, $"GDPR denies {region}");

    private static ComplianceSubject Subject(RegionId primary, ImmutableArray<RegionBan> bans, params ReadOnlySpan<(RegionId Region, int PerDay)> reads)
    {
        var demand = ImmutableArray.CreateBuilder<RegionDemand>();
        foreach (var (region, perDay) in reads)
        {
            demand.Add(new RegionDemand(region, perDay, WritesPerDay: 0, RecentOperations: 0));
        }

        return new ComplianceSubject(Ada, primary, [], SizeBytes: 1_000_000_000, demand.ToImmutable(), MinCopies: 1, bans, IsChanging: false);
    }

    private static ComplianceSnapshot Snapshot(params ImmutableArray<ComplianceSubject> subjects) =>
        new(Noon, "sha256:1", Placement.World.RoundTrips, Regions, subjects, Open: []);

    private static CompliancePlan Decide(params ImmutableArray<ComplianceSubject> subjects) =>
        new ComplianceController(Options, new PlacementOptions(), Waiting).Decide(Snapshot(subjects));
}
