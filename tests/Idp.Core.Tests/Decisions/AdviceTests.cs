using System.Collections.Immutable;
using Idp.Core.Decisions;
using Idp.Core.Tests.Arbitration;

namespace Idp.Core.Tests.Decisions;

public sealed class AdviceTests
{
    [Fact]
    public void Of_AlikeChanges_AreOneAndWhatIsAskedForComesFirst()
    {
        Proposal[] proposals =
        [
            Docket.Move("a", 5) with { Controller = "replication", Kind = ProposalKind.AddReplica, OneOffUsd = 1 },
            Docket.Move("b", 7) with { Controller = "replication", Kind = ProposalKind.AddReplica, OneOffUsd = 2 },
            Docket.Move("c", 1) with { Object = ObjectId.Parse("orders/c"), Controller = "replication", Kind = ProposalKind.AddReplica, IsForced = true },
            Docket.Move("d", 100) with { Kind = ProposalKind.Hold },
        ];

        var advice = Advice.Of(proposals.Select(proposal => (proposal, ImmutableArray.Create(proposal.Object.ToString()))));

        Assert.Equal(
            [("orders/c", 1, 1m, true), ("users/b", 2, 12m, false)],
            advice.Select(change => (change.Example.ToString(), change.Objects, change.ValueUsdPerDay, change.IsForced)));
        Assert.Equal((3m, "users/b"), (advice[1].OneOffUsd, Assert.Single(advice[1].Arithmetic)));
    }

    [Fact]
    public void Of_TheSameInAnotherOrder_IsTheSame()
    {
        Proposal[] proposals = [.. Enumerable.Range(0, 20).Select(number => Docket.Move($"{number}", number % 3) with { Kind = ProposalKind.AddReplica })];

        Assert.Equal(
            Advice.Of(proposals.Select(proposal => (proposal, default(ImmutableArray<string>)))),
            Advice.Of(proposals.Reverse().Select(proposal => (proposal, default(ImmutableArray<string>)))));
    }
}
