using System.Text.Json;
using Idp.Core.Decisions;

namespace Idp.Core.Tests.Controllers.Tiering;

public sealed class StoredDecisionTests
{
    // As PostgreSQL has kept it since before there were tiers: no Tier, and four terms of cost.
    private const string Stored = """
        {"Controller":"placement","Object":"users/ada","Kind":"Migrate","From":"a","To":"b","Effect":{"MeanMsBefore":90.5,"MeanMsAfter":14.5,
        "Before":{"LatencyUsdPerDay":0.009,"StorageUsdPerDay":0.1,"EgressUsdPerDay":0.02,"MoveUsdPerDay":0,"TotalUsdPerDay":0.129},
        "After":{"LatencyUsdPerDay":0.001,"StorageUsdPerDay":0.1,"EgressUsdPerDay":0.02,"MoveUsdPerDay":0.00001,"TotalUsdPerDay":0.12101},"GainUsdPerDay":0.00799},
        "ValueUsdPerDay":0.0076,"OneOffUsd":0.00007,"Payback":"00:13:15","Confidence":0.9,"IsForced":false,"Candidates":[],"RunnerUp":"a",
        "MarginUsdPerDay":0.0076,"Flip":"more from a","Reason":"because"}
        """;

    [Fact]
    public void Deserialize_ProposalOfAnEarlierRelease_KeepsItsMeaning()
    {
        var proposal = JsonSerializer.Deserialize<Proposal>(Stored)!;

        Assert.Null(proposal.Tier);
        Assert.Equal((0.129m, 0.121_01m), (proposal.Effect.Before.TotalUsdPerDay, proposal.Effect.After.TotalUsdPerDay));
        Assert.Equal(0.007_99m, proposal.Effect.GainUsdPerDay);
    }
}
