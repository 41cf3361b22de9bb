using System.Collections.Immutable;
using Idp.Core.Arbitration;
using Idp.Core.Decisions;
using static Idp.Core.Tests.Arbitration.Docket;

namespace Idp.Core.Tests.Arbitration;

public sealed class BreakerTests
{
    private static readonly ArbiterOptions Options = new();

    [Theory]
    [InlineData(10, 2, BreakerPhase.Closed)]
    [InlineData(10, 3, BreakerPhase.Open)]
    [InlineData(9, 9, BreakerPhase.Closed)]
    public void Advance_ReversalsAmongTheHoursChanges_OpensAboveAFifthOfTen(int changes, int reversals, BreakerPhase expected)
    {
        var recent = Enumerable.Range(0, reversals).Select(index => Change($"r{index}", West, East, 90))
            .Concat(Enumerable.Range(0, reversals).Select(index => Change($"r{index}", East, West, 30)))
            .Concat(Enumerable.Range(reversals, changes - reversals).Select(index => Change($"o{index}", East, West, 30)));

        Assert.Equal(expected, Advance(Auto with { Recent = [.. recent] }).Phase);
    }

    [Fact]
    public void Decide_BreakerOpen_StartsOnlyWhatIsForcedAndSaysWhy()
    {
        var context = Auto with { Memory = Remember(BreakerPhase.Open, minutesAgo: 29) };

        var decisions = Decide(Options, [Move("a", 9), Move("b", 0) with { IsForced = true }], context);

        Assert.Equal(["b:Migrate", "a:Deferred"], decisions.Select(Brief));
        Assert.Equal("automation has stopped itself: it swung; one change is tried 30 min after 2026-01-01 11:31", decisions[1].Reason);
    }

    [Fact]
    public void Decide_HalfAnHourOpen_TriesOneChange()
    {
        var result = new Arbiter(Options).Decide([Move("a", 9), Move("b", 8)], Auto with { Memory = Remember(BreakerPhase.Open, minutesAgo: 30) });

        Assert.Equal(["a:Migrate", "b:Deferred"], result.Decisions.Select(Brief));
        Assert.Equal(new BreakerState(BreakerPhase.HalfOpen, Noon, "it swung"), result.Memory.Breaker);
    }

    [Theory]
    [InlineData(ChangeResult.Open, 40, BreakerPhase.HalfOpen)]
    [InlineData(ChangeResult.Done, 29, BreakerPhase.HalfOpen)]
    [InlineData(ChangeResult.Done, 30, BreakerPhase.Closed)]
    [InlineData(ChangeResult.Undone, 5, BreakerPhase.Open)]
    public void Advance_AfterTheProbe_ItsResultDecides(ChangeResult result, int minutesAgo, BreakerPhase expected)
    {
        var context = Auto with { Memory = Remember(BreakerPhase.HalfOpen, minutesAgo: 40), Recent = [Change("a", East, West, minutesAgo) with { Result = result }] };

        Assert.Equal(expected, Advance(context).Phase);
        Assert.Equal(expected is BreakerPhase.Closed ? "b:Migrate" : "b:Deferred", Brief(Decide(Options, [Move("b", 1)], context)[0]));
    }

    [Fact]
    public void Advance_ClosedAgain_OldReversalsDoNotOpenItTwice()
    {
        var recent = Enumerable.Range(0, 10).SelectMany(index => (RecentChange[])[Change($"r{index}", West, East, 90), Change($"r{index}", East, West, 50)]).OrderBy(change => change.DecidedAt);
        var context = Auto with { Recent = [.. recent] };

        Assert.Equal(BreakerPhase.Open, Advance(context).Phase);
        Assert.Equal(BreakerPhase.Closed, Advance(context with { Memory = new ArbiterMemory(BreakerState.Closed with { Since = Noon.AddMinutes(-40) }, []) }).Phase);
    }

    [Fact]
    public void Advance_TwoControllersUndoEachOther_OpensAtTheThirdTime()
    {
        ImmutableArray<RecentChange> fight =
        [
            Change("a", East, North, 900) with { Kind = ProposalKind.AddReplica, Controller = "replication" },
            Change("a", North, East, 700) with { Kind = ProposalKind.RemoveReplica, Controller = "cost" },
            Change("a", East, North, 500) with { Kind = ProposalKind.AddReplica, Controller = "replication" },
            Change("a", North, East, 300) with { Kind = ProposalKind.RemoveReplica, Controller = "cost" },
        ];

        Assert.Equal("controllers cost and replication have undone each other 3 times in 24 h, limit 2", Advance(Auto with { Recent = fight }).Because);
        Assert.Equal(BreakerPhase.Closed, Advance(Auto with { Recent = fight.RemoveAt(3) }).Phase);
        Assert.Equal(BreakerPhase.Closed, Advance(Auto with { Recent = [.. fight.Select(change => change with { Controller = "cost" })] }).Phase);
    }

    [Theory]
    [InlineData(0.2, 4, true, BreakerPhase.Open)]
    [InlineData(0.2, 3, true, BreakerPhase.Closed)]
    [InlineData(0.2, 4, false, BreakerPhase.Closed)] // Demand swings too; what we did not cause we need not stop for.
    [InlineData(0.09, 20, true, BreakerPhase.Closed)]
    public void Advance_SmallFleetSwings_OpensWhenOurChangesLieBetweenTheTurns(double swing, int turns, bool isOurs, BreakerPhase expected)
    {
        var minutes = Enumerable.Range(0, turns + 2).Select(index => 10 * (turns + 1 - index)).ToArray();
        var signals = minutes.Select((ago, index) => new FleetSignal(Noon.AddMinutes(-ago), 100, index % 2 == 0 ? 100 : 100 * (1 + swing), 0.5)).ToArray();
        ImmutableArray<RecentChange> recent = isOurs ? [.. minutes.Select((ago, index) => Change($"k{index}", East, West, ago + 1))] : [];

        var memory = new Arbiter(Options).Decide([], Auto with { Recent = recent, Signal = signals[^1], Memory = ArbiterMemory.Empty with { Signals = [.. signals[..^1]] } }).Memory;

        Assert.Equal(expected, memory.Breaker.Phase);
        Assert.Equal(signals, memory.Signals);
    }

    [Fact]
    public void Advance_OldSignals_AreForgotten()
    {
        var old = new FleetSignal(Noon.AddHours(-6), 1, 1, 1);

        Assert.Empty(new Arbiter(Options).Decide([], Auto with { Memory = ArbiterMemory.Empty with { Signals = [old] } }).Memory.Signals);
    }

    private static BreakerState Advance(ArbiterContext context) => new Arbiter(Options).Decide([], context).Memory.Breaker;

    private static ArbiterMemory Remember(BreakerPhase phase, int minutesAgo) => new(new BreakerState(phase, Noon.AddMinutes(-minutesAgo), "it swung"), []);
}
