using System.Collections.Immutable;
using Idp.Core.Arbitration;
using Idp.Core.Decisions;
using static Idp.Core.Tests.Arbitration.Docket;

namespace Idp.Core.Tests.Arbitration;

public sealed class ArbiterTests
{
    [Fact]
    public void Decide_MoreProposalsThanSlots_TakesTheMostValuableAndForcedOnesFirst()
    {
        var options = new ArbiterOptions { MaxOpenMigrations = 2, MaxOpenMigrationsPerRoute = 2 };

        var decisions = Decide(options, [Move("a", 1), Move("b", 3), Move("c", -1) with { IsForced = true }], Auto);

        Assert.Equal(["c:Migrate", "b:Migrate", "a:Deferred"], decisions.Select(Brief));
        Assert.Equal([1, 2, 3], decisions.Select(decision => decision.Priority));
        Assert.Equal("2 migrations are open, limit 2", decisions[2].Reason);
    }

    [Fact]
    public void Decide_RouteFull_DefersThatRouteOnly()
    {
        var options = new ArbiterOptions { MaxOpenMigrations = 9, MaxOpenMigrationsPerRoute = 1 };
        var context = Auto with { OpenChanges = [new OpenChange(Id("z"), East, West)] };

        var decisions = Decide(options, [Move("a", 2), Move("b", 1) with { To = North }], context);

        Assert.Equal(["a:Deferred", "b:Migrate"], decisions.Select(Brief));
        Assert.Equal("1 migrations from east to west are open, limit 1", decisions[0].Reason);
    }

    [Fact]
    public void Decide_OpenBatch_TakesOneSlotWhateverItsMembers()
    {
        var options = new ArbiterOptions { MaxOpenMigrations = 2, MaxOpenMigrationsPerRoute = 2 };
        var batch = BatchId.Parse("b-1");
        var context = Auto with { OpenChanges = [.. "vwxyz".Select(key => new OpenChange(Id($"{key}"), East, West, batch))] };

        var decisions = Decide(options, [Move("a", 3), Move("z", 2), Move("b", 1)], context);

        Assert.Equal(["a:Migrate", "z:Deferred", "b:Deferred"], decisions.Select(Brief));
        Assert.Equal(["another change of the object is open", "2 migrations are open, limit 2"], decisions.Skip(1).Select(decision => decision.Reason));
    }

    [Fact]
    public void Decide_PolicyDenies_IsDeniedEvenWhilePausedAndTakesNoSlot()
    {
        var context = Auto with { Denials = [new Denial(Id("a"), ProposalKind.Migrate, West, "GDPR-EU-Residency prohibits west")] };
        var options = new ArbiterOptions { MaxOpenMigrations = 1, MaxOpenMigrationsPerRoute = 1 };

        Assert.Equal(["a:Denied", "b:Migrate"], Decide(options, [Move("a", 2), Move("b", 1)], context).Select(Brief));
        Assert.Equal(["a:Denied", "b:Deferred"], Decide(options, [Move("a", 2), Move("b", 1)], context with { PausedBecause = "upgrade" }).Select(Brief));
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

        var decision = Decide(new ArbiterOptions(), [Move("a", 1)], Auto with { Modes = modes })[0];

        Assert.Equal((outcome, needsApproval), (decision.Outcome, decision.NeedsApproval));
    }

    [Fact]
    public void Decide_ObjectAlreadyChangingOrProposedTwice_TakesOne()
    {
        var context = Auto with { OpenChanges = [new OpenChange(Id("a"), East, West)] };

        var decisions = Decide(new ArbiterOptions(), [Move("a", 3), Move("b", 2), Move("b", 1)], context);

        Assert.Equal(["a:Deferred", "b:Migrate", "b:Deferred"], decisions.Select(Brief));
        Assert.Equal("another change of the object is open", decisions[0].Reason);
    }

    [Fact]
    public void Decide_Hold_KeepsTheControllersReason()
    {
        var decision = Decide(new ArbiterOptions(), [Move("a", 0) with { Kind = ProposalKind.Hold }], Auto)[0];

        Assert.Equal((DecisionOutcome.Hold, "because", 0), (decision.Outcome, decision.Reason, decision.Priority));
    }

    [Fact]
    public void Decide_ManyOfHighAndLowValueAndCost_HearsTheClassesInOrder()
    {
        Proposal[] proposals =
        [
            Move("dear-small", 0.9m) with { OneOffUsd = 5 },
            Move("cheap-small", 0.5m),
            Move("dear-large", 40) with { OneOffUsd = 5 },
            Move("cheap-large", 2),
            Move("forced", -3) with { IsForced = true, OneOffUsd = 9 },
        ];

        var decisions = Decide(new ArbiterOptions(), proposals, Auto);

        Assert.Equal(["forced", "cheap-large", "dear-large", "cheap-small", "dear-small"], decisions.Select(decision => decision.Proposal.Object.Key));
        Assert.Equal(Enum.GetValues<PriorityClass>(), decisions.Select(decision => decision.Class!.Value));
    }

    [Fact]
    public void Decide_TwoControllersWantOneObject_TheMoreValuableHasItAndTheOtherIsToldWhy()
    {
        var decisions = Decide(new ArbiterOptions(), [Move("a", 3) with { Controller = "cost", To = North }, Move("a", 5)], Auto);

        Assert.Equal(["a:Migrate", "a:Deferred"], decisions.Select(Brief));
        Assert.Equal("placement", decisions[0].Proposal.Controller);
        Assert.Equal("placement has the object: the move from east to west is worth $5/day against $3/day", decisions[1].Reason);
    }

    [Fact]
    public void Decide_BestIsTooDear_TheNextBestIsTakenInstead()
    {
        var dear = Move("a", 3) with { Effect = Spends(20) };

        var decisions = Decide(new ArbiterOptions(), [dear, Move("a", 2) with { Controller = "cost", To = North }], Auto);

        Assert.Equal(["a:Deferred", "a:Migrate"], decisions.Select(Brief));
        Assert.Equal("it costs $20.00/day for $23.00/day gained, limit $18.40/day", decisions[0].Reason);
    }

    [Fact]
    public void Decide_SpendsFourFifthsOfTheGain_IsTaken() =>
        Assert.Equal(["a:Migrate"], Decide(new ArbiterOptions(), [Move("a", 5) with { Effect = Spends(20) }], Auto).Select(Brief));

    [Fact]
    public void Decide_BudgetRunsOut_PaysForTheMostValuableAndForTheForced()
    {
        // $10 less $2 committed: $4.80 for performance, $3.20 for saving.
        var context = Auto with { Spending = Budgeted(10, 2) };
        Proposal[] proposals =
        [
            Move("a", 50) with { Effect = Spends(3) },
            Move("b", 40) with { Effect = Spends(2) },
            Move("c", 30) with { OneOffUsd = 3 },
            Move("d", 20) with { OneOffUsd = 1 },
            Move("e", 0) with { IsForced = true, Effect = Spends(1) },
        ];

        var decisions = Decide(new ArbiterOptions { HighCostUsd = 100 }, proposals, context).ToDictionary(decision => decision.Proposal.Object.Key);

        Assert.Equal("a, c, e", string.Join(", ", decisions.Values.Where(decision => decision.Outcome is DecisionOutcome.Migrate).Select(decision => decision.Proposal.Object.Key).Order(StringComparer.Ordinal)));
        Assert.Equal("it needs $2.00/day, $0.80/day of shop's performance budget are left", decisions["b"].Reason);
        Assert.Equal("it needs $1.00 once, $0.20 of shop's saving budget are left today", decisions["d"].Reason);
    }

    [Theory]
    [InlineData(ProposalKind.AddReplica, "advice: nothing carries out the replica in west yet")]
    [InlineData(ProposalKind.RemoveReplica, "advice: nothing carries out giving up the replica in east yet")]
    public void Decide_KindWithoutActuator_IsAdvice(ProposalKind kind, string because)
    {
        var decision = Decide(new ArbiterOptions(), [Move("a", 1) with { Kind = kind }], Auto)[0];

        Assert.Equal((DecisionOutcome.Deferred, because), (decision.Outcome, decision.Reason));
        Assert.Equal(DecisionOutcome.Migrate, Decide(new ArbiterOptions(), [Move("a", 1) with { Kind = kind }], Auto with { Actuated = [kind] })[0].Outcome);
    }

    [Fact]
    public void Decide_ObjectHasChangedSinceTheSnapshot_IsStale()
    {
        var decision = Decide(new ArbiterOptions(), [Move("a", 1)], Auto with { Moved = [new MovedObject(Id("a"), 6, 7)] })[0];

        Assert.Equal("the object has changed since the snapshot: placement version 7, proposed for 6", decision.Reason);
    }

    [Fact]
    public void Decide_AnotherControllersChangeIsFresh_TheObjectSettlesFirst()
    {
        var context = Auto with { Recent = [Change("a", North, East, minutesAgo: 59) with { Controller = "cost" }] };

        Assert.Equal(["a:Deferred"], Decide(new ArbiterOptions(), [Move("a", 1)], context).Select(Brief));
        Assert.Equal(["a:Migrate"], Decide(new ArbiterOptions(), [Move("a", 1) with { Controller = "cost" }], context).Select(Brief));
        Assert.Equal(["a:Migrate"], Decide(new ArbiterOptions(), [Move("a", 1) with { IsForced = true }], context).Select(Brief));
        Assert.Equal(["a:Migrate"], Decide(new ArbiterOptions { CoolDown = TimeSpan.FromMinutes(59) }, [Move("a", 1)], context).Select(Brief));
    }

    [Fact]
    public void Decide_ObjectWentBackAndForthTwice_IsFrozenForADay()
    {
        var context = Auto with { Recent = [Change("a", East, West, 300), Change("a", West, East, 200), Change("a", East, West, 100)] };

        var decision = Decide(new ArbiterOptions(), [Move("a", 1)], context)[0];

        Assert.Equal((DecisionOutcome.Deferred, "the object is frozen until 2026-01-02 10:20: it has gone back and forth 2 times in 24 h"), (decision.Outcome, decision.Reason));
        Assert.Equal(["a:Migrate"], Decide(new ArbiterOptions { ReversalsToFreeze = 3 }, [Move("a", 1)], context).Select(Brief));
        Assert.Equal(["a:Migrate"], Decide(new ArbiterOptions(), [Move("a", 1)], context with { Recent = context.Recent.SetItem(1, context.Recent[1] with { Result = ChangeResult.Undone }) }).Select(Brief));
    }

    [Theory]
    [InlineData(200, "a:Migrate")]
    [InlineData(300 - 80, "a:Migrate")]
    [InlineData(0, "a:Deferred")] // Three hours and twenty minutes before it was meant to.
    public void Decide_WentBackAsItWasPlanned_IsNoReversal(int plannedMinutesAgo, string expected)
    {
        var away = Change("a", East, West, 300) with { ReturnsAt = Noon.AddMinutes(-plannedMinutesAgo) };

        Assert.Equal([expected], Decide(new ArbiterOptions(), [Move("a", 1)], Auto with { Recent = [away, Change("a", West, East, 200), Change("a", East, West, 100)] }).Select(Brief));
    }

    [Fact]
    public void Decide_RegionOrHourFull_DefersWhatIsLeft()
    {
        var perRegion = new ArbiterOptions { MaxOpenMigrationsPerRoute = 1, MaxOpenMigrationsPerRegion = 1 };
        var perHour = new ArbiterOptions { MaxChangesPerHour = 2 };

        Assert.Equal(
            "1 migrations from or to east are open, limit 1",
            Decide(perRegion, [Move("a", 2), Move("b", 1) with { To = North }], Auto)[1].Reason);
        Assert.Equal(
            "2 changes have started within an hour, limit 2",
            Decide(perHour, [Move("a", 2), Move("b", 1)], Auto with { Recent = [Change("z", East, West, 59), Change("y", East, West, 60)] })[1].Reason);
    }
}
