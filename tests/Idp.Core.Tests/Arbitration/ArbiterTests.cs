using System.Collections.Immutable;
using Idp.Core.Arbitration;
using Idp.Core.Decisions;

namespace Idp.Core.Tests.Arbitration;

public sealed class ArbiterTests
{
    private static readonly RegionId East = RegionId.Parse("east");
    private static readonly RegionId West = RegionId.Parse("west");
    private static readonly RegionId North = RegionId.Parse("north");
    private static readonly DatasetId Users = DatasetId.Parse("users");

    private static readonly ArbiterContext Auto = new(
        PausedBecause: null,
        ImmutableDictionary<DatasetId, OperatingMode>.Empty.Add(Users, OperatingMode.Auto),
        Denials: ImmutableDictionary<ObjectId, string>.Empty,
        OpenChanges: []);

    [Fact]
    public void Decide_MoreProposalsThanSlots_TakesTheMostValuableAndForcedOnesFirst()
    {
        var options = new ArbiterOptions { MaxOpenMigrations = 2, MaxOpenMigrationsPerRoute = 2 };

        var decisions = new Arbiter(options).Decide([Move("a", 1), Move("b", 3), Move("c", -1) with { IsForced = true }], Auto);

        Assert.Equal(["c:Migrate", "b:Migrate", "a:Deferred"], decisions.Select(Brief));
        Assert.Equal([1, 2, 3], decisions.Select(decision => decision.Priority));
        Assert.Equal("2 migrations are open, limit 2", decisions[2].Reason);
    }

    [Fact]
    public void Decide_RouteFull_DefersThatRouteOnly()
    {
        var options = new ArbiterOptions { MaxOpenMigrations = 9, MaxOpenMigrationsPerRoute = 1 };
        var context = Auto with { OpenChanges = [new OpenChange(Id("z"), East, West)] };

        var decisions = new Arbiter(options).Decide([Move("a", 2), Move("b", 1) with { To = North }], context);

        Assert.Equal(["a:Deferred", "b:Migrate"], decisions.Select(Brief));
        Assert.Equal("1 migrations from east to west are open, limit 1", decisions[0].Reason);
    }

    [Fact]
    public void Decide_OpenBatch_TakesOneSlotWhateverItsMembers()
    {
        var options = new ArbiterOptions { MaxOpenMigrations = 2, MaxOpenMigrationsPerRoute = 2 };
        var batch = BatchId.Parse("b-1");
        var context = Auto with { OpenChanges = [.. "vwxyz".Select(key => new OpenChange(Id($"{key}"), East, West, batch))] };

        var decisions = new Arbiter(options).Decide([Move("a", 3), Move("z", 2), Move("b", 1)], context);

        Assert.Equal(["a:Migrate", "z:Deferred", "b:Deferred"], decisions.Select(Brief));
        Assert.Equal(["another change of the object is open", "2 migrations are open, limit 2"], decisions.Skip(1).Select(decision => decision.Reason));
    }

    [Fact]
    public void Decide_PolicyDenies_IsDeniedEvenWhilePausedAndTakesNoSlot()
    {
        var context = Auto with { Denials = Auto.Denials.Add(Id("a"), "GDPR-EU-Residency prohibits west") };
        var arbiter = new Arbiter(new ArbiterOptions { MaxOpenMigrations = 1, MaxOpenMigrationsPerRoute = 1 });

        Assert.Equal(["a:Denied", "b:Migrate"], arbiter.Decide([Move("a", 2), Move("b", 1)], context).Select(Brief));
        Assert.Equal(["a:Denied", "b:Deferred"], arbiter.Decide([Move("a", 2), Move("b", 1)], context with { PausedBecause = "upgrade" }).Select(Brief));
    }

    [Theory]
    [InlineData(null, DecisionOutcome.Deferred, false)]
    [InlineData(OperatingMode.Observe, DecisionOutcome.Deferred, false)]
    [InlineData(OperatingMode.Advise, DecisionOutcome.Deferred, false)]
    [InlineData(OperatingMode.Approve, DecisionOutcome.Migrate, true)]
    [InlineData(OperatingMode.Auto, DecisionOutcome.Migrate, false)]
    public void Decide_EachMode_StartsOnlyWhatItMay(OperatingMode? mode, DecisionOutcome outcome, bool needsApproval)
    {
        var modes = mode is { } known ? Auto.Modes.SetItem(Users, known) : Auto.Modes.Clear();

        var decision = new Arbiter(new ArbiterOptions()).Decide([Move("a", 1)], Auto with { Modes = modes })[0];

        Assert.Equal((outcome, needsApproval), (decision.Outcome, decision.NeedsApproval));
    }

    [Fact]
    public void Decide_ObjectAlreadyChangingOrProposedTwice_TakesOne()
    {
        var context = Auto with { OpenChanges = [new OpenChange(Id("a"), East, West)] };

        var decisions = new Arbiter(new ArbiterOptions()).Decide([Move("a", 3), Move("b", 2), Move("b", 1)], context);

        Assert.Equal(["a:Deferred", "b:Migrate", "b:Deferred"], decisions.Select(Brief));
        Assert.Equal("another change of the object is open", decisions[0].Reason);
    }

    [Fact]
    public void Decide_Hold_KeepsTheControllersReason()
    {
        var decision = new Arbiter(new ArbiterOptions()).Decide([Move("a", 0) with { Kind = ProposalKind.Hold }], Auto)[0];

        Assert.Equal((DecisionOutcome.Hold, "because", 0), (decision.Outcome, decision.Reason, decision.Priority));
    }

    private static string Brief(Decision decision) => $"{decision.Proposal.Object.Key}:{decision.Outcome}";

    private static ObjectId Id(string key) => new(Users, key);

    private static Proposal Move(string key, decimal valueUsdPerDay)
    {
        var cost = new CostTerms(0, 0, 0, 0);
        return new Proposal(
            "placement", Id(key), ProposalKind.Migrate, East, West, new PredictedEffect(0, 0, cost, cost), valueUsdPerDay,
            OneOffUsd: 0, Payback: null, Confidence: 1, IsForced: false, Candidates: [], RunnerUp: null, MarginUsdPerDay: 0, Flip: "nothing", Reason: "because");
    }
}
