using System.Collections.Immutable;
using CsCheck;
using Idp.Core.Planning;

namespace Idp.Core.Tests.Planning;

public sealed class HorizonProgramTests
{
    private const double SizeGb = 0.05;

    private static readonly Gen<(int Seed, int Min, int Max, int Start)> SmallCases =
        Gen.Select(Gen.Int[0, 1_000_000], Gen.Int[1, 2], Gen.Int[2, 3], Gen.Int[0, 2]);

    [Fact]
    public void Solve_SteadyEnd_MayStandForItsHours()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var first = PlanningWorld.Demand(4, 5, seed);
            var window = PlanningWorld.Window(80, (hour, region) => first.Reads(Math.Min(hour, 4))[region], (hour, region) => first.Writes(Math.Min(hour, 4))[region], regions: 4);
            var space = new LayoutSpace(PlanningWorld.Costs(4, seed), SiteSet.FirstOf(4));
            var (full, shortened) = (new HorizonProgram(space), new HorizonProgram(space));

            full.Solve(window, 0.05);
            shortened.Solve(window.Slice(0, 8), 0.05, lastHours: 73);

            Assert.Equal(4, window.SteadyFrom);
            Assert.All(full.Ranking(Layout.Single(0)), entry => Assert.Equal(entry.Usd, shortened.ValueFrom(Layout.Single(0), entry.Layout), entry.Usd * 1e-9));
        }
    }

    [Fact]
    public void Solve_SmallInstances_EqualsTheCheapestOfAllPlans() => SmallCases.Sample(
        @case =>
        {
            const int Regions = 3;
            var costs = PlanningWorld.Costs(Regions, @case.Seed);
            var window = PlanningWorld.Demand(Regions, hours: 3, @case.Seed);
            var start = Layout.Single(@case.Start);
            var program = new HorizonProgram(new LayoutSpace(costs, SiteSet.FirstOf(Regions), @case.Min, @case.Max));

            var plan = ClairvoyantPlan.Of(program, window, SizeGb, start);

            var best = Plans(PlanningWorld.AllLayouts(SiteSet.FirstOf(Regions), @case.Min, @case.Max), window.Hours)
                .Min(path => PlanCost.OfPath(costs, window, SizeGb, start, path).TotalUsd);
            Assert.Equal(best, plan.Cost.TotalUsd, best * 1e-9);
            Assert.Equal(best, program.ValueFrom(start, plan.Path[0]), best * 1e-9);
        },
        iter: 30);

    [Fact]
    public void ValueFrom_AnyFirstLayout_EqualsASimpleProgramOverAllPairs() => Gen.Int[0, 1_000_000].Sample(
        seed =>
        {
            const int Regions = 6;
            var costs = PlanningWorld.Costs(Regions, seed);
            var window = PlanningWorld.Demand(Regions, hours: 12, seed);
            var feasible = SiteSet.FirstOf(Regions).Without(seed % Regions);
            var program = new HorizonProgram(new LayoutSpace(costs, feasible, minSites: 2));
            var start = Layout.Single(seed % Regions); // Where it may no longer be.

            program.Solve(window, SizeGb, copyWeight: 1.5, copySurchargeUsd: 0.000_2, handOverSurchargeUsd: 0.000_1);

            var simple = AllPairs(costs, window, start, PlanningWorld.AllLayouts(feasible, 2, 3));
            Assert.All(simple, entry => Assert.Equal(entry.Value, program.ValueFrom(start, entry.Key), entry.Value * 1e-9));
            Assert.Equal(simple.MinBy(entry => entry.Value).Key, program.BestFirst(start));
        },
        iter: 15);

    [Fact]
    public void PathFrom_AnyMask_NeverEntersAProhibitedRegion() => Gen.Select(Gen.Int[0, 1_000_000], Gen.Int[1, 62]).Sample(
        (seed, mask) =>
        {
            const int Regions = 6;
            var feasible = new SiteSet((ushort)mask);
            var program = new HorizonProgram(new LayoutSpace(PlanningWorld.Costs(Regions, seed), feasible));

            var plan = ClairvoyantPlan.Of(program, PlanningWorld.Demand(Regions, 8, seed), SizeGb, Layout.Single(seed % Regions));

            Assert.All(plan.Path, layout => Assert.True(layout.Sites.IsSubsetOf(feasible) && layout.Sites.Contains(layout.Primary)));
        },
        iter: 40);

    [Fact]
    public void PathFrom_RegionsRelabelled_GivesTheSamePlanRelabelled() =>
        Gen.Select(Gen.Int[0, 1_000_000], Gen.Shuffle(Enumerable.Range(0, 5).ToArray())).Sample(
            (seed, to) =>
            {
                var costs = PlanningWorld.Costs(to.Length, seed);
                var window = PlanningWorld.Demand(to.Length, 10, seed);
                var program = new HorizonProgram(new LayoutSpace(costs, SiteSet.FirstOf(to.Length).Without(0)));
                var relabelled = new HorizonProgram(new LayoutSpace(Relabel(costs, to), SiteSet.FirstOf(to.Length).Without(to[0])));

                var plan = ClairvoyantPlan.Of(program, window, SizeGb, Layout.Single(1));
                var other = ClairvoyantPlan.Of(relabelled, Relabel(window, to), SizeGb, Layout.Single(to[1]));

                Assert.Equal(plan.Path.Select(layout => Relabel(layout, to)), other.Path);
                Assert.Equal(plan.Cost.TotalUsd, other.Cost.TotalUsd, plan.Cost.TotalUsd * 1e-9);
            },
            iter: 40);

    [Fact]
    public void Solve_MoreFreedomOrLowerPrices_NeverCostsMore() => Gen.Int[0, 1_000_000].Sample(
        seed =>
        {
            const int Regions = 5;
            var costs = PlanningWorld.Costs(Regions, seed);
            var window = PlanningWorld.Demand(Regions, 10, seed);
            var start = Layout.Single(1);
            double Cost(SiteCosts at, SiteSet feasible, int max) =>
                ClairvoyantPlan.Of(new HorizonProgram(new LayoutSpace(at, feasible, 1, max)), window, SizeGb, start).Cost.TotalUsd;

            var narrow = Cost(costs, SiteSet.FirstOf(3), 2);

            Assert.True(Cost(costs, SiteSet.FirstOf(3), 3) <= narrow * (1 + 1e-12));
            Assert.True(Cost(costs, SiteSet.FirstOf(5), 2) <= narrow * (1 + 1e-12));
            Assert.True(Cost(costs with { EgressUsdPerGb = [.. costs.EgressUsdPerGb.Select(price => price / 2)] }, SiteSet.FirstOf(3), 2) <= narrow);
            Assert.True(Cost(costs with { StorageUsdPerGbHour = [.. costs.StorageUsdPerGbHour.Select(price => price / 2)] }, SiteSet.FirstOf(3), 2) <= narrow);
        },
        iter: 20);

    [Fact]
    public void BestFirst_NothingToGain_Stays()
    {
        var costs = PlanningWorld.Costs(4, seed: 3);
        var program = new HorizonProgram(new LayoutSpace(costs, SiteSet.FirstOf(4)));
        var cheapest = Enumerable.Range(0, 4).MinBy(region => costs.StorageUsdPerGbHour[region]);

        program.Solve(new DemandWindow(4, new double[40], new double[40]), SizeGb);

        Assert.Equal(Layout.Single(cheapest), program.BestFirst(Layout.Single(cheapest)));
        Assert.Equal(Layout.Single(cheapest), program.BestFirst(start: null));
    }

    private static IEnumerable<ImmutableArray<Layout>> Plans(ImmutableArray<Layout> layouts, int hours) =>
        hours == 0 ? [[]] : from shorter in Plans(layouts, hours - 1) from layout in layouts select shorter.Add(layout);

    // Written for clarity alone: every pair of layouts in every hour.
    private static Dictionary<Layout, double> AllPairs(SiteCosts costs, DemandWindow window, Layout start, ImmutableArray<Layout> layouts)
    {
        double Change(Layout from, Layout to) =>
            (from.CopiesTo(to) * ((1.5 * costs.CopyUsd(from.Primary, SizeGb)) + 0.000_2))
            + (from.Primary == to.Primary ? 0 : costs.HandOverUsd + 0.000_1);
        var value = layouts.ToDictionary(layout => layout, _ => 0.0);
        for (var hour = window.Hours - 1; hour >= 0; hour--)
        {
            value = layouts.ToDictionary(
                layout => layout,
                layout => PlanCost.OfHour(costs, window, hour, layout, SizeGb).TotalUsd
                    + (hour == window.Hours - 1 ? 0 : layouts.Min(next => Change(layout, next) + value[next])));
        }

        return value.ToDictionary(entry => entry.Key, entry => entry.Value + Change(start, entry.Key));
    }

    private static Layout Relabel(Layout layout, int[] to) =>
        new(to[layout.Primary], SiteSet.Of([.. layout.Sites.ToIndices().Select(site => to[site])]));

    private static SiteCosts Relabel(SiteCosts costs, int[] to)
    {
        ImmutableArray<T> Moved<T>(ImmutableArray<T> items) => [.. items.Index().OrderBy(entry => to[entry.Index]).Select(entry => entry.Item)];
        return costs with
        {
            Regions = Moved(costs.Regions),
            RoundTripMs = [.. Moved(costs.RoundTripMs).Select(Moved)],
            OperationUsd = [.. Moved(costs.OperationUsd).Select(Moved)],
            StorageUsdPerGbHour = Moved(costs.StorageUsdPerGbHour),
            EgressUsdPerGb = Moved(costs.EgressUsdPerGb),
        };
    }

    private static DemandWindow Relabel(DemandWindow window, int[] to)
    {
        var reads = new double[window.Hours * window.Regions];
        var writes = new double[reads.Length];
        for (var hour = 0; hour < window.Hours; hour++)
        {
            for (var region = 0; region < window.Regions; region++)
            {
                reads[(hour * window.Regions) + to[region]] = window.Reads(hour)[region];
                writes[(hour * window.Regions) + to[region]] = window.Writes(hour)[region];
            }
        }

        return new DemandWindow(window.Regions, reads, writes);
    }
}
