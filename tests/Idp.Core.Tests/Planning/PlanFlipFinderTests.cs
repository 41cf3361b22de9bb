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
            var subject = new PlanningSubject(Layout.Single(seed % Regions), 0.05, Demand(Regions, 24, seed), null, IsAfterJump: seed % 3 == 0, PlanMemory.StartAt(Layout.Single(seed % Regions)));
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
    public void Find_ObjectThatStays_SaysHowMuchMoreDemandWouldMoveIt()
    {
        var (program, subject) = Single(east: 1_000, west: 500);
        var decision = new RecedingHorizonPlanner(new PlannerOptions()).Decide(program, subject, Noon);

        var flip = new PlanFlipFinder(new PlannerOptions()).Find(program, subject, Noon, decision);

        // West must lead by 5 % of its plan's cost and repay the copy: a good 50 operations above the 500 it lacks.
        Assert.Equal(2, flip!.Region);
        Assert.InRange(flip.AddedOperationsPerHour, 550, 570);
        Assert.StartsWith($"about {flip.AddedOperationsPerHour:0.##} more operations an hour from west would make it west", flip.Description, StringComparison.Ordinal);
        var less = flip with { AddedOperationsPerHour = flip.AddedOperationsPerHour * 0.97 };
        Assert.Equal(East, new RecedingHorizonPlanner(new PlannerOptions()).Decide(program, less.Apply(subject, Noon).Subject, Noon).To);
    }

    [Fact]
    public void Find_ObjectThatRests_SaysUntilWhen()
    {
        var (program, subject) = Single(east: 0, west: 500);
        subject = subject with
        {
            Memory = subject.Memory with { Changes = [new PlannedChange(Noon.AddMinutes(-20), Layout.Single(1), East, null, null, IsSettling: false)] },
        };
        var decision = new RecedingHorizonPlanner(new PlannerOptions()).Decide(program, subject, Noon);

        var flip = new PlanFlipFinder(new PlannerOptions()).Find(program, subject, Noon, decision);

        Assert.Equal(PlanVerdict.CoolingDown, decision.Verdict);
        Assert.Equal(Noon.AddMinutes(40), flip!.NotBefore);
    }

    [Fact]
    public void Find_HeldAfterAJump_SaysHowManyLoops()
    {
        var (program, subject) = Single(east: 0, west: 500);
        subject = subject with { IsAfterJump = true };
        var decision = new RecedingHorizonPlanner(new PlannerOptions()).Decide(program, subject, Noon);

        Assert.Equal(2, new PlanFlipFinder(new PlannerOptions()).Find(program, subject, Noon, decision)!.Loops);
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

    private static (HorizonProgram Program, PlanningSubject Subject) Single(double east, double west) => (
        new HorizonProgram(new LayoutSpace(Triangle(), SiteSet.FirstOf(3), maxSites: 1)),
        new PlanningSubject(
            East, 0.01, Window(168, (_, _) => 0, (_, region) => region switch { 0 => east, 2 => west, _ => 0 }), null, false, PlanMemory.StartAt(East)));
}
