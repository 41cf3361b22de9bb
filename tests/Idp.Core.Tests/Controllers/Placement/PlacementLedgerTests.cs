using System.Collections.Immutable;
using Idp.Core.Controllers.Placement;
using Idp.Core.Decisions;
using static Idp.Core.Tests.Controllers.Placement.World;

namespace Idp.Core.Tests.Controllers.Placement;

public sealed class PlacementLedgerTests
{
    [Theory]
    [InlineData(61, ProposalKind.Migrate)]
    [InlineData(1, ProposalKind.Hold)] // One session, looked at often.
    public void Decide_NewPlan_IsFollowedOnlyOnceItHasPaidOften(int minutesBetween, ProposalKind last)
    {
        var subject = Subject(A, (B, 100));
        var kinds = new List<ProposalKind>();
        foreach (var run in Enumerable.Range(0, 5))
        {
            var snapshot = Snapshot(subject) with { AsOf = Noon.AddMinutes(run * minutesBetween) };
            var plan = new PlacementController(Eager).Decide(snapshot);
            kinds.Add(plan.Proposals[0].Kind);
            subject = subject with { Memory = plan.Memories[0] };
        }

        // n equal gains stand √n standard errors above nothing; 1.8 of them take four.
        Assert.Equal([ProposalKind.Hold, ProposalKind.Hold, ProposalKind.Hold, ProposalKind.Hold, last], kinds);
    }

    [Fact]
    public void Decide_AccessesSinceTheLastRun_SettleTheLedger()
    {
        var memory = PlacementMemory.StartAt(Ada, A) with { Plan = B };

        var ledger = new PlacementController(Eager).Decide(Snapshot(Subject(A, (B, 10)) with { Memory = memory })).Memories[0].Ledger;

        // Ten operations, each 95 ms faster, at a millionth of a dollar a millisecond.
        Assert.Equal((0.00095, 10), (ledger.Usd, ledger.Operations), (x, y) => Math.Abs(x.Item1 - y.Item1) < 1e-12 && x.Item2 == y.Item2);
    }

    [Fact]
    public void Decide_FollowingHasCost_GoesHomeAndSaysWhy()
    {
        var memory = Trusted(A, B) with { Primary = B, Ledger = new RealizedGain(-0.5, 0.01, 1_000) };

        var proposal = new PlacementController(Eager).Decide(Snapshot(Subject(B, (B, 100)) with { Memory = memory })).Proposals[0];

        Assert.Equal((ProposalKind.Migrate, A), (proposal.Kind, proposal.To));
        Assert.StartsWith("following plans has not surely paid: its own ledger stands at −$0.", proposal.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Decide_DatasetHasAGoodRecord_LetsANewPlanBeFollowedAtOnce()
    {
        var neighbours = Enumerable.Range(0, 20).Select(n => Subject(B) with
        {
            Object = ObjectId.Parse($"users/u{n}"),
            Memory = Trusted(A, B) with { Object = ObjectId.Parse($"users/u{n}"), Primary = B },
        });
        ImmutableArray<PlacementSubject> fleet = [Subject(A, (B, 100)), .. neighbours];

        Assert.Equal(ProposalKind.Migrate, new PlacementController(Eager).Decide(Snapshot(fleet)).Proposals[0].Kind);
    }

    [Fact]
    public void Decide_SomebodyElseMovedIt_StartsOverFromThere()
    {
        var memory = new PlacementController(Eager).Decide(Snapshot(Subject(C, (C, 100)) with { Memory = Trusted(A, B) })).Memories[0];

        Assert.Equal((C, C, C, default(RealizedGain)), (memory.Primary, memory.Home, memory.Plan, memory.Ledger));
    }
}
