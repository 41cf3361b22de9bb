using System.Collections.Immutable;
using System.Text.Json;
using Idp.Core.Arbitration;
using Idp.Core.Controllers.Placement;
using Idp.Core.Decisions;
using Idp.Core.Value;
using static Idp.Core.Tests.Controllers.Placement.World;

namespace Idp.Core.Tests.Controllers.Placement;

public sealed class PlacementJsonTests
{
    private static readonly ServiceId Shop = ServiceId.Parse("shop");

    private static readonly PlacementSnapshot Input = Snapshot(
        Subject(A, (A, 10), (B, 90)) with
        {
            SizeBytes = 1_000_000,
            Excluded = [new RegionExclusion(C, "no")],
            Memory = Trusted(A, B) with { Previous = C, Challenger = B, Copies = [Noon.AddDays(-1)], Reversals = 1, LastReversal = Noon },
        });

    private static readonly PlacementPlan Plan = new PlacementController(Eager).Decide(Input);

    [Fact]
    public void RoundTrip_Snapshot_DecidesTheSameAgain()
    {
        var read = AssertRoundTrips(Input);

        Assert.Equal(JsonSerializer.Serialize(Plan), JsonSerializer.Serialize(new PlacementController(Eager).Decide(read)));
    }

    [Fact]
    public void RoundTrip_Plan_KeepsEveryMember()
    {
        Assert.Equal(ProposalKind.Migrate, Plan.Proposals[0].Kind);
        AssertRoundTrips(Plan);
    }

    [Fact]
    public void RoundTrip_Context_KeepsEveryMember() =>
        AssertRoundTrips(new ArbiterContext(
            Noon,
            "upgrade",
            ImmutableDictionary<DatasetId, OperatingMode>.Empty.Add(Ada.Dataset, OperatingMode.Approve),
            [new Denial(Ada, ProposalKind.Migrate, B, "no")],
            [new OpenChange(Ada, A, B)])
        {
            Moved = [new MovedObject(Ada, 1, 2)],
            Spending = new Spending([ServiceBudget.Split(Shop, 9, 1, 0.6m)], ImmutableDictionary<DatasetId, ServiceId>.Empty.Add(Ada.Dataset, Shop), 0.8m),
            Recent = [new RecentChange(Ada, "placement", ProposalKind.Migrate, B, A, Noon, ChangeResult.Undone)],
            Signal = new FleetSignal(Noon, 1, 2, 0.5),
            Memory = new ArbiterMemory(new BreakerState(BreakerPhase.HalfOpen, Noon, "swings"), [new FleetSignal(Noon, 3, 4, 0.5)]),
        });

    [Fact]
    public void RoundTrip_Decision_KeepsEveryMember() =>
        AssertRoundTrips(new Decision(Plan.Proposals[0], DecisionOutcome.Deferred, "later", 3, 0.07m, NeedsApproval: true));

    private static T AssertRoundTrips<T>(T value)
    {
        var json = JsonSerializer.Serialize(value);
        var read = JsonSerializer.Deserialize<T>(json)!;

        Assert.Equal(json, JsonSerializer.Serialize(read));
        return read;
    }
}
