using Idp.Core.Controllers.Placement;
using Idp.Core.Decisions;
using static Idp.Core.Tests.Controllers.Placement.World;

namespace Idp.Core.Tests.Controllers.Placement;

/// <summary>What placement makes of plans that lead.</summary>
public sealed class PlannedLeadTests
{
    private static readonly PlannedLead ToB = new(Ada, Noon, A, B, Noon.AddHours(8), ValueUsdPerDay: 3, "b instead of a", RunnerUp: C, MarginUsdPerDay: 2, "more from c");

    [Fact]
    public void Decide_LedElsewhere_MovesThereBeforeDemandDoes()
    {
        var proposal = Decide(Subject(A, (A, 100)) with { Lead = ToB });

        Assert.Equal((ProposalKind.Migrate, B, 3m), (proposal.Kind, proposal.To, proposal.ValueUsdPerDay));
        Assert.Equal("ahead of demand: b instead of a", proposal.Reason);
        Assert.Equal(Noon.AddHours(8), proposal.ReturnsAt);
        Assert.Equal((C, 2m, "more from c"), (proposal.RunnerUp!.Value, proposal.MarginUsdPerDay, proposal.Flip));
    }

    [Fact]
    public void Decide_LedToWhereItIs_StaysWhateverDemandSays()
    {
        var proposal = Decide(Subject(B, (C, 100)) with { Lead = ToB, Memory = Trusted(B, C) });

        Assert.Equal((ProposalKind.Hold, "stays in b (mean 150 ms): b instead of a"), (proposal.Kind, proposal.Reason));
    }

    [Fact]
    public void Decide_MovedElsewhereMeanwhile_FollowsDemandAgain()
    {
        var proposal = Decide(Subject(C, (C, 100)) with { Lead = ToB });

        Assert.Equal((ProposalKind.Hold, "100 % of 100 accesses/day come from c; c is the cheapest region, mean 5 ms"), (proposal.Kind, proposal.Reason));
    }

    [Fact]
    public void Decide_LedToAnExcludedRegion_HoldsAndNamesTheRule()
    {
        var proposal = Decide(Subject(A, (A, 100)) with { Lead = ToB, Excluded = [new RegionExclusion(B, "draining")] });

        Assert.Equal((ProposalKind.Hold, "stays in a (mean 5 ms): the plan wants b: draining"), (proposal.Kind, proposal.Reason));
    }

    [Fact]
    public void Decide_MustLeaveWhereItIs_IsForcedWhereverThePlanWants()
    {
        var proposal = Decide(Subject(A, (C, 100)) with { Lead = ToB, Excluded = [new RegionExclusion(A, "residency")] });

        Assert.Equal((true, C), (proposal.IsForced, proposal.To));
    }

    [Fact]
    public void Decide_MovedAnHourAgoAsPlanned_NeedsNoRest()
    {
        var memory = PlacementMemory.StartAt(Ada, A) with { Copies = [Noon.AddMinutes(-10)], Previous = B };

        Assert.Equal(ProposalKind.Migrate, Decide(Subject(A, (A, 100)) with { Lead = ToB, Memory = memory }).Kind);
    }

    [Fact]
    public void Decide_WentBackAgainstThePlan_RestsBeforeItIsLedAgain()
    {
        var plan = new PlacementController(Eager).Decide(Snapshot(Subject(A, (A, 100)) with
        {
            Lead = ToB,
            Memory = PlacementMemory.StartAt(Ada, B) with { Copies = [Noon.AddMinutes(-10)], Previous = A },
        }));

        Assert.Equal(1, plan.Memories[0].Reversals);
        Assert.Contains("cool-down 120 min after 1 reversals", plan.Proposals[0].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Decide_WentBackAsPlanned_IsNoReversal()
    {
        var plan = new PlacementController(Eager).Decide(Snapshot(Subject(B, (A, 100)) with
        {
            Lead = ToB,
            Memory = PlacementMemory.StartAt(Ada, A) with { Copies = [Noon.AddHours(-8)], Previous = B },
        }));

        Assert.Equal(0, plan.Memories[0].Reversals);
    }

    private static Proposal Decide(PlacementSubject subject) => new PlacementController(Eager).Decide(Snapshot(subject)).Proposals[0];
}
