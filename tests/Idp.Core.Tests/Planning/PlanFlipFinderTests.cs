using CsCheck;
using Idp.Core.Planning;
using static Idp.Core.Tests.Planning.PlanningWorld;

namespace Idp.Core.Tests.Planning;

public sealed class PlanFlipFinderTests
{
    private static readonly Layout East = Layout.Single(0);

    [Fact]
    public void Find_AnySubject_ApplyingTheFlipTurnsTheDecision() => Gen.Int[0, 100_000].Sample(
        seed =>
        {
            const int Regions = 4;
            var program = new HorizonProgram(new LayoutSpace(Costs(Regions, seed), SiteSet.FirstOf(Regions), maxSites: 2));
            var subject = new PlanningSubject(Layout.Single(seed % Regions), 0.05, Demand(Regions, 24, seed), PlanMemory.StartAt(Layout.Single(seed % Regions)));
            var options = new PlannerOptions();
            var decision = new RecedingHorizonPlanner(options).Decide(program, subject, Noon);

            var flip = new PlanFlipFinder(options).Find(program, subject, Noon, decision);

            Assert.NotNull(flip);
            var (changed, asOf) = flip.Apply(subject, Noon);
            var then = new RecedingHorizonPlanner(options).Decide(program, changed, asOf);
            Assert.NotEqual(decision.To, then.To);
            Assert.Equal(flip.To, then.To);
        },
        iter: 20);

    [Fact]
    public void Find_ObjectThatStays_SaysHowFarItsDemandWouldHaveToFall()
    {
        var (program, subject) = Single(east: 1_000, west: 500);
        var decision = new RecedingHorizonPlanner(new PlannerOptions()).Decide(program, subject, Noon);

        var flip = new PlanFlipFinder(new PlannerOptions()).Find(program, subject, Noon, decision);

        // West must lead by 5 % of its plan's cost, which is what east's callers then wait.
        Assert.Equal(0, flip!.Region);
        Assert.InRange(flip.Factor, 500 / 1_000.0 / 1.05 * 0.97, 500 / 1_000.0 / 1.05);
        Assert.StartsWith("demand from east falling to 4", flip.Description, StringComparison.Ordinal);
        Assert.EndsWith("would make it west", flip.Description, StringComparison.Ordinal);
        Assert.Equal(East, Decide(program, subject, flip with { Factor = flip.Factor * 1.03 }).To);
    }

    [Fact]
    public void Find_ObjectNobodyUses_SaysHowMuchDemandWouldMoveIt()
    {
        var (program, subject) = Single(east: 0, west: 0);
        var decision = new RecedingHorizonPlanner(new PlannerOptions()).Decide(program, subject, Noon);

        var flip = new PlanFlipFinder(new PlannerOptions()).Find(program, subject, Noon, decision);

        // $0.0001 an operation over 168 h must repay the copy and the hand-over, and 5 % of what the plan costs with its storage.
        var changeUsd = Triangle().CopyUsd(0, 0.01) + 0.000_07;
        var needed = (changeUsd + (0.05 * (changeUsd + (0.01 * 0.000_1 * 168)))) / 0.000_1 / 168;
        Assert.InRange(flip!.AddedOperationsPerHour, needed, needed * 1.02);
        Assert.Equal(East, Decide(program, subject, flip with { AddedOperationsPerHour = needed * 0.99 }).To);
    }

    [Fact]
    public void Find_DayUsedUp_SaysUntilWhen()
    {
        var (program, subject) = Single(east: 0, west: 500);
        var options = new PlannerOptions { MaxCopiesPerDay = 1 };
        subject = subject with
        {
            Memory = subject.Memory with { Changes = [new PlannedChange(Noon.AddMinutes(-20), Layout.Single(1), East, null, null)] },
        };
        var decision = new RecedingHorizonPlanner(options).Decide(program, subject, Noon);

        var flip = new PlanFlipFinder(options).Find(program, subject, Noon, decision);

        Assert.Equal(PlanVerdict.DailyLimit, decision.Verdict);
        Assert.Equal(Noon.AddMinutes(-20).AddDays(1), flip!.NotBefore);
    }

    [Fact]
    public void Find_OnlyOneRegionAllowed_FindsNothing()
    {
        var program = new HorizonProgram(new LayoutSpace(Triangle(), SiteSet.Of(0)));
        var (_, subject) = Single(east: 0, west: 500);
        var decision = new RecedingHorizonPlanner(new PlannerOptions()).Decide(program, subject, Noon);

        Assert.Null(new PlanFlipFinder(new PlannerOptions()).Find(program, subject, Noon, decision));
        Assert.Null(decision.RunnerUp);
    }

    private static PlanDecision Decide(HorizonProgram program, PlanningSubject subject, PlanFlip flip) =>
        new RecedingHorizonPlanner(new PlannerOptions()).Decide(program, flip.Apply(subject, Noon).Subject, Noon);

    private static (HorizonProgram Program, PlanningSubject Subject) Single(double east, double west) => (
        new HorizonProgram(new LayoutSpace(Triangle(), SiteSet.FirstOf(3), maxSites: 1)),
        new PlanningSubject(
            East, 0.01, Window(168, (_, _) => 0, (_, region) => region switch { 0 => east, 2 => west, _ => 0 }), PlanMemory.StartAt(East)));
}
