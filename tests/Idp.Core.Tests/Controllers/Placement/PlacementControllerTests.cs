using System.Globalization;
using System.Text.Json;
using Idp.Core.Controllers.Placement;
using Idp.Core.Decisions;
using static Idp.Core.Tests.Controllers.Placement.World;

namespace Idp.Core.Tests.Controllers.Placement;

public sealed class PlacementControllerTests
{
    [Theory]
    [InlineData(45, "b")] // 16.6 % of the cost saved
    [InlineData(46, "a")] // 13.5 %
    public void Decide_AtEachSideOfTheGainBand_PlansOnlyBeyondIt(int fromA, string plan)
    {
        var result = Decide(Eager, Subject(A, (A, fromA), (B, 100 - fromA)));

        Assert.Equal(plan, result.Memories[0].Plan.Value);
    }

    [Fact]
    public void Decide_WithinTheGainBand_HoldsAndSaysWhy()
    {
        var result = Decide(Eager, Subject(A, (A, 46), (B, 54)));

        Assert.Equal("stays in a (mean 56 ms): b would save 13.5 % of $0.0056/day, limit 15 %", result.Proposals[0].Reason);
        Assert.Equal(ProposalKind.Hold, result.Proposals[0].Kind);
    }

    // 100 operations a day that save 95 ms each earn $0.0665 in the seven days of the horizon.
    [Theory]
    [InlineData(0.0221, "b")]
    [InlineData(0.0222, "a")]
    public void Decide_AtEachSideOfThePayback_PlansOnlyWhatRepaysThreefold(double moveUsd, string plan)
    {
        var options = Eager;
        options.MoveOverheadUsd = moveUsd;

        Assert.Equal(plan, Decide(options, Subject(A, (B, 100))).Memories[0].Plan.Value);
    }

    [Fact]
    public void Decide_ChallengerWinsThreeRuns_IsPlannedOnTheThird()
    {
        var options = Eager;
        options.HoldLoops = 3;
        var subject = Subject(A, (B, 100));

        var first = Decide(options, subject);
        var second = Decide(options, subject with { Memory = first.Memories[0] });
        var third = Decide(options, subject with { Memory = second.Memories[0] });

        Assert.Equal("stays in a (mean 100 ms): b has won 2 runs in a row, limit 3", second.Proposals[0].Reason);
        Assert.Equal((A, B), (second.Memories[0].Plan, third.Memories[0].Plan));
    }

    [Fact]
    public void Decide_ChallengerChanges_StartsCountingAnew()
    {
        var options = Eager;
        options.HoldLoops = 2;
        var first = Decide(options, Subject(A, (B, 100)));

        var second = Decide(options, Subject(A, (C, 100)) with { Memory = first.Memories[0] });

        Assert.Equal((A, C, 1), (second.Memories[0].Plan, second.Memories[0].Challenger, second.Memories[0].HeldLoops));
    }

    [Fact]
    public void Decide_TrustedPlan_MovesAndComparesTheNumbers()
    {
        var proposal = Decide(Eager, Subject(A, (A, 10), (B, 90)) with { Memory = Trusted(A, B) }).Proposals[0];

        Assert.Equal((ProposalKind.Migrate, A, B, C), (proposal.Kind, proposal.From, proposal.To, Assert.Single(proposal.Candidates, c => c.Region == C).Region));
        Assert.Equal(
            "90 % of 100 accesses/day come from b; moving from a lowers the mean from 91 to 15 ms (−84 %), worth $0.0076/day against $0.000070 once",
            proposal.Reason);
        Assert.Equal((90.5, 14.5, 0.0076m), (proposal.Effect.MeanMsBefore, proposal.Effect.MeanMsAfter, proposal.ValueUsdPerDay));
        Assert.Equal((A, 0.0076m), (proposal.RunnerUp!.Value, proposal.MarginUsdPerDay));
        Assert.StartsWith("about ", proposal.Flip, StringComparison.Ordinal);
    }

    [Fact]
    public void Decide_TheStatedFlipApplied_FlipsTheChoice()
    {
        var subject = Subject(B, (A, 60), (B, 90)) with { Memory = Trusted(B, B) };
        var held = Decide(Eager, subject).Proposals[0];
        var more = double.Parse(held.Flip.Split(' ')[1], CultureInfo.InvariantCulture);

        var below = Decide(Eager, subject with { Demand = Subject(B, (A, 60 + (int)(0.9 * more)), (B, 90)).Demand }).Memories[0];
        var above = Decide(Eager, subject with { Demand = Subject(B, (A, 61 + (int)(1.1 * more)), (B, 90)).Demand }).Memories[0];

        Assert.Contains("more accesses/day from a would favour a", held.Flip, StringComparison.Ordinal);
        Assert.Equal((B, A), (below.Plan, above.Plan));
        Assert.Equal(held.Flip, new PlacementController(Eager).WhatWouldFavour(Snapshot(subject), held, A));
    }

    [Fact]
    public void Decide_CheapestAlready_HoldsAndSaysWhy()
    {
        var proposal = Decide(Eager, Subject(B, (A, 10), (B, 90))).Proposals[0];

        Assert.Equal("90 % of 100 accesses/day come from b; b is the cheapest region, mean 15 ms", proposal.Reason);
    }

    [Fact]
    public void Decide_NobodyUsesIt_Holds() =>
        Assert.Equal("nobody uses it; stays in a", Decide(Eager, Subject(A)).Proposals[0].Reason);

    [Fact]
    public void Decide_AlreadyChanging_Holds() =>
        AssertHeld("a migration of it is open", Subject(A, (B, 100)) with { IsChanging = true, Memory = Trusted(A, B) });

    [Theory]
    [InlineData(59, 0, false)]
    [InlineData(60, 0, true)]
    [InlineData(119, 1, false)]
    [InlineData(120, 1, true)]
    public void Decide_AtEachSideOfTheCoolDown_MovesOnlyRested(int minutesAgo, int reversals, bool moves)
    {
        var memory = Trusted(A, B) with { Copies = [Noon.AddMinutes(-minutesAgo)], Reversals = reversals, LastReversal = Noon };

        Assert.Equal(moves, Moves(memory));
    }

    [Theory]
    [InlineData(3, true)]
    [InlineData(4, false)]
    public void Decide_AtEachSideOfTheDailyLimit_MovesOnlyBelow(int copies, bool moves) =>
        Assert.Equal(moves, Moves(Trusted(A, B) with { Copies = [.. Enumerable.Range(0, copies).Select(i => Noon.AddHours(i - 10))] }));

    [Fact]
    public void Decide_BackWhereItWas_CountsAReversalAndForgivesItInADay()
    {
        var memory = Trusted(A, B) with { Primary = B, Previous = A };

        var returned = Decide(Eager, Subject(A, (A, 1)) with { Memory = memory }).Memories[0];
        var later = Snapshot(Subject(A, (A, 1)) with { Memory = returned }) with { AsOf = Noon.AddDays(1) };

        Assert.Equal((1, Noon), (returned.Reversals, returned.LastReversal));
        Assert.Equal(0, new PlacementController(Eager).Decide(later).Memories[0].Reversals);
    }

    [Theory]
    [InlineData(2, 45, "b")]
    [InlineData(3, 45, "a")] // 16.6 % saved, and the band is now 30 %
    [InlineData(3, 30, "b")]
    [InlineData(6, 0, "a")] // held
    public void Decide_TelemetryAges_WidensTheBandsThenHolds(int ageMinutes, int fromA, string plan)
    {
        var snapshot = Snapshot(Subject(A, (A, fromA), (B, 100 - fromA))) with { TelemetryAge = TimeSpan.FromMinutes(ageMinutes) };

        Assert.Equal(plan, new PlacementController(Eager).Decide(snapshot).Memories[0].Plan.Value);
    }

    [Fact]
    public void Decide_TelemetryTooOld_HoldsAndSaysWhy()
    {
        var snapshot = Snapshot(Subject(A, (B, 100)) with { Memory = Trusted(A, B) }) with { TelemetryAge = TimeSpan.FromMinutes(6) };

        Assert.Equal("stays in a (mean 100 ms): telemetry is 6 min old, limit 5 min", new PlacementController(Eager).Decide(snapshot).Proposals[0].Reason);
    }

    [Fact]
    public void Decide_PrimaryExcluded_IsForcedOutAtOnceWhateverTheGuardsSay()
    {
        var subject = Subject(B, (B, 100)) with { Excluded = [new RegionExclusion(B, "GDPR prohibits b")] };
        var snapshot = Snapshot(subject) with { TelemetryAge = TimeSpan.FromHours(1) };

        var proposal = new PlacementController(new PlacementOptions()).Decide(snapshot).Proposals[0];

        Assert.Equal((ProposalKind.Migrate, A, true), (proposal.Kind, proposal.To, proposal.IsForced));
        Assert.Equal("b is excluded (GDPR prohibits b); a is the cheapest region allowed, mean 100 ms", proposal.Reason);
        Assert.Equal("GDPR prohibits b", proposal.Candidates[^1].ExcludedBecause);
    }

    [Fact]
    public void Decide_EveryRegionExcluded_HoldsAndSaysWhy()
    {
        var proposal = Decide(Eager, Subject(A, (B, 100)) with { Excluded = [.. Regions.Select(region => new RegionExclusion(region.Id, "no"))] }).Proposals[0];

        Assert.Equal("stays in a (mean 100 ms): every region is excluded", proposal.Reason);
    }

    [Fact]
    public void Decide_SameSnapshotTwice_GivesTheSameBytes()
    {
        var snapshot = Snapshot(Subject(A, (A, 10), (B, 90)) with { Memory = Trusted(A, B) }, Subject(C, (A, 3)));

        Assert.Equal(
            JsonSerializer.Serialize(new PlacementController(Eager).Decide(snapshot)),
            JsonSerializer.Serialize(new PlacementController(Eager).Decide(snapshot)));
    }

    private static PlacementPlan Decide(PlacementOptions options, PlacementSubject subject) =>
        new PlacementController(options).Decide(Snapshot(subject));

    private static bool Moves(PlacementMemory memory) =>
        Decide(Eager, Subject(A, (B, 100)) with { Memory = memory }).Proposals[0].Kind is ProposalKind.Migrate;

    private static void AssertHeld(string because, PlacementSubject subject)
    {
        var proposal = Decide(Eager, subject).Proposals[0];
        Assert.Equal((ProposalKind.Hold, subject.Primary), (proposal.Kind, proposal.To));
        Assert.EndsWith(because, proposal.Reason, StringComparison.Ordinal);
    }
}
