using System.Text.Json;
using Idp.Core.Planning;
using static Idp.Core.Tests.Planning.PlanningWorld;

namespace Idp.Core.Tests.Planning;

public sealed class RecedingHorizonPlannerTests
{
    private const int Week = 168;

    private static readonly Layout East = Layout.Single(0);
    private static readonly Layout West = Layout.Single(2);
    private static readonly HorizonProgram SingleSite = new(new LayoutSpace(Triangle(), SiteSet.FirstOf(3), maxSites: 1));

    // Moving from east to west wins $0.0001 an operation; the copy of a gigabyte costs $0.02 and $0.00007, the hand-over $0.00007.
    [Theory]
    [InlineData(1.0, 0.95, PlanVerdict.Stay)]
    [InlineData(1.0, 1.05, PlanVerdict.Change)]
    [InlineData(0.5, 1.05, PlanVerdict.Stay)]
    [InlineData(0.5, 2.10, PlanVerdict.Change)]
    public void Decide_GainOverTheCopy_MovesOnlyWhenTheCopyIsRepaid(double confidence, double gainOverCopy, PlanVerdict expected)
    {
        var copyUsd = Triangle().CopyUsd(0, sizeGb: 1);
        var perHour = ((gainOverCopy * copyUsd) + 0.000_07) / 0.000_1 / Week;

        var decision = new RecedingHorizonPlanner(new PlannerOptions { MinGain = 0 })
            .Decide(SingleSite, Subject(Always(west: perHour)) with { Confidence = confidence }, Noon);

        Assert.Equal(expected, decision.Verdict);
        Assert.Equal(expected is PlanVerdict.Change ? West : East, decision.To);
    }

    [Theory]
    [InlineData(0.99, PlanVerdict.GainTooSmall)]
    [InlineData(1.01, PlanVerdict.Change)]
    public void Decide_GainAtTheBand_MovesOnlyOutsideIt(double factor, PlanVerdict expected)
    {
        var window = Always(east: 1_000, west: 1_200);
        var free = Decide(window, new PlannerOptions { MinGain = 0 });
        var gain = (double)free.GainUsd / free.Plan.TotalUsd;

        var decision = Decide(window, new PlannerOptions { MinGain = gain / factor });

        Assert.Equal(expected, decision.Verdict);
        Assert.Equal(West, decision.Wanted);
    }

    [Fact]
    public void Decide_DemandHasMoved_ActsInTheFirstRunInsteadOfPostponing()
    {
        var loop = new PlanLoop(Triangle(), new PlannerOptions(), sizeGb: 1, East);

        loop.Run(Window(2 * Week, (_, region) => region == 2 ? 500 : 0, (_, region) => region == 2 ? 50 : 0), hours: 3, Week);

        Assert.Equal(PlanVerdict.Change, loop.Decisions[0].Verdict);
        Assert.Equal(2, loop.At.Primary);
    }

    [Fact]
    public void Decide_DemandMovesTomorrow_IsThereBeforeIt()
    {
        var loop = new PlanLoop(Triangle(), new PlannerOptions(), sizeGb: 0.01, East);

        loop.Run(Window(2 * Week, (_, _) => 0, (hour, region) => (hour < 30) == (region == 0) && region != 1 ? 500 : 0), hours: 31, Week);

        Assert.Equal(0, loop.Decisions[29].To.Primary);
        Assert.Equal(2, loop.Decisions[30].To.Primary);
        Assert.Equal(30, loop.Decisions[0].NextChangeInHours);
    }

    [Fact]
    public void Decide_DayAroundTheWorld_KeepsReplicasAndHandsThePrimaryOver()
    {
        static double Busy(int hour, int region) => hour / 8 % 3 == region ? 1_000 : 20;
        var demand = Window(3 * Week, (hour, region) => Busy(hour, region), (hour, region) => Busy(hour, region) / 10);
        var loop = new PlanLoop(Triangle(), new PlannerOptions(), sizeGb: 1, East);

        loop.Run(demand, 2 * Week, Week);

        var clairvoyant = ClairvoyantPlan.Of(new HorizonProgram(new LayoutSpace(Triangle(), SiteSet.FirstOf(3))), demand.Slice(0, 2 * Week), 1, East);
        Assert.InRange(loop.CostUsd / clairvoyant.Cost.TotalUsd, 1, 1.02);
        Assert.Equal(2, loop.Decisions.Sum(decision => decision.From.CopiesTo(decision.To)));
        Assert.Equal(3, loop.MostIn24Hours(HandOvers));
        Assert.Empty(loop.Memory.Reversals); // What a plan had in mind is no reversal.
    }

    [Fact]
    public void Decide_DemandThatChangesSidesEveryHour_KeepsTheLimitsOfADay()
    {
        var demand = Window(2 * Week, (_, _) => 1, (hour, region) => hour % 2 * 2 == region ? 5_000 : 0);

        foreach (var maxSites in (int[])[1, 3])
        {
            var loop = new PlanLoop(Triangle(), new PlannerOptions(), sizeGb: maxSites == 1 ? 0.000_1 : 1, East);
            loop.Run(demand, hours: 100, Week);

            Assert.InRange(loop.MostIn24Hours(HandOvers), 1, 6);
            Assert.InRange(loop.MostIn24Hours(decision => decision.From.CopiesTo(decision.To)), 0, 4);
        }
    }

    [Theory]
    [InlineData(3, PlanVerdict.Change)]
    [InlineData(4, PlanVerdict.DailyLimit)]
    public void Decide_CopiesOfTheDay_AreLimited(int copies, PlanVerdict expected)
    {
        var memory = PlanMemory.StartAt(East) with { Changes = [.. Enumerable.Range(0, copies).Select(i => Past(600 - (i * 100), Layout.Single(1), East))] };

        Assert.Equal(expected, Decide(Always(west: 1_000), new PlannerOptions { MaxHandOversPerDay = 100 }, memory: memory).Verdict);
    }

    [Theory]
    [InlineData(1.0, PlanVerdict.Change)]
    [InlineData(0.3, PlanVerdict.GainTooSmall)]
    public void Decide_LittleConfidence_WidensTheBands(double confidence, PlanVerdict expected)
    {
        var subject = Subject(Always(east: 1_000, west: 1_120)) with { Confidence = confidence }; // Saves 12 %.

        Assert.Equal(expected, new RecedingHorizonPlanner(new PlannerOptions()).Decide(SingleSite, subject, Noon).Verdict);
    }

    [Fact]
    public void Decide_PrimaryNoLongerAllowed_LeavesWhateverTheGuardsSay()
    {
        var program = new HorizonProgram(new LayoutSpace(Triangle(), SiteSet.Of(1, 2), maxSites: 1));
        var memory = PlanMemory.StartAt(East) with { Changes = [Past(1, West, East)] };

        var decision = new RecedingHorizonPlanner(new PlannerOptions()).Decide(program, Subject(Always(east: 1_000), memory: memory), Noon);

        Assert.Equal(PlanVerdict.Forced, decision.Verdict);
        Assert.True(decision.To.Sites.IsSubsetOf(SiteSet.Of(1, 2)));
        Assert.Null(decision.Stay);
    }

    // Replicas at both ends; mid's callers ask too, so that hours have a cost whoever is primary.
    [Theory]
    [InlineData(0.1, 1_010, PlanVerdict.GainTooSmall)]
    [InlineData(0, 1_010, PlanVerdict.Change)]
    [InlineData(0.1, 1_400, PlanVerdict.Change)]
    public void Decide_HandOver_MustSaveAShareOfAnHourAgainstWaiting(double minHandOverGain, double west, PlanVerdict expected)
    {
        var both = new Layout(0, SiteSet.Of(0, 2));
        var program = new HorizonProgram(new LayoutSpace(Triangle(), SiteSet.Of(0, 2), minSites: 2, maxSites: 2));
        var window = Always(east: 1_000, west: west);

        var decision = new RecedingHorizonPlanner(new PlannerOptions { MinHandOverGain = minHandOverGain })
            .Decide(program, Subject(window, PlanMemory.StartAt(both)) with { Current = both }, Noon);

        Assert.Equal(expected, decision.Verdict);
        Assert.Equal(2, decision.Wanted.Primary);
    }

    [Fact]
    public void Decide_DemandBeliesTheForecast_RemembersUnforeseenReversalsForADay()
    {
        // Eight hours here, eight there, and each time a forecast that it will stay as it is now.
        static int Side(int hour) => hour / 8 % 2 * 2;
        var demand = Window(2 * Week, (_, _) => 0, (hour, region) => region == Side(hour) ? 2_000 : 0);
        var loop = new PlanLoop(Triangle(), new PlannerOptions(), sizeGb: 0.01, East);

        loop.Run(demand, 50, Week, hour => Always(east: Side(hour) == 0 ? 2_000 : 0, west: Side(hour) == 2 ? 2_000 : 0));

        Assert.Equal(6, loop.Decisions.Sum(HandOvers));
        Assert.Equal(3, loop.Memory.Reversals.Length); // Five were seen, three of them within a day.
    }

    [Fact]
    public void Decide_SameSubject_GivesTheSameDecisionAlsoFromJson()
    {
        var demand = Demand(3, 100, seed: 4);
        var loop = new PlanLoop(Costs(3, seed: 4), new PlannerOptions(), sizeGb: 0.001, East).Run(demand, 40, 60);
        var read = JsonSerializer.Deserialize<PlanMemory>(JsonSerializer.Serialize(loop.Memory))!;
        var program = new HorizonProgram(new LayoutSpace(Costs(3, seed: 4), SiteSet.FirstOf(3)));
        PlanDecision Decide(PlanMemory memory) => new RecedingHorizonPlanner(new PlannerOptions()).Decide(
            program, new PlanningSubject(loop.At, 0.001, demand.Slice(40, 60), memory), Noon.AddHours(40));

        Assert.NotEmpty(loop.Memory.Changes);
        Assert.Equal(JsonSerializer.Serialize(Decide(loop.Memory)), JsonSerializer.Serialize(Decide(read)));
    }

    private static int HandOvers(PlanDecision decision) => decision.From.Primary == decision.To.Primary ? 0 : 1;

    private static PlannedChange Past(int minutes, Layout from, Layout to) => new(Noon.AddMinutes(-minutes), from, to, null, null);

    private static DemandWindow Always(double east = 0, double west = 0) => Window(Week, (_, _) => 0, (_, region) => region switch { 0 => east, 2 => west, _ => 0 });

    private static PlanningSubject Subject(DemandWindow window, PlanMemory? memory = null) =>
        new(East, SizeGb: 1, window, memory ?? PlanMemory.StartAt(East));

    private static PlanDecision Decide(DemandWindow window, PlannerOptions? options = null, PlanMemory? memory = null) =>
        new RecedingHorizonPlanner(options ?? new PlannerOptions()).Decide(SingleSite, Subject(window, memory), Noon);
}
