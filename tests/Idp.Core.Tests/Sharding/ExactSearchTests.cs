using Idp.Core.Sharding;

namespace Idp.Core.Tests.Sharding;

public sealed class ExactSearchTests
{
    private const int Seeds = 40;

    [Fact]
    public void Solve_SmallTightFleets_CostWhatTryingAllPlansFinds()
    {
        for (var seed = 1; seed <= Seeds; seed++)
        {
            var problem = Tiny(seed);
            var optimum = PlainCosts.Optimum(problem);

            var plan = Fleets.Solve(problem, new SolverOptions { ExactGap = 1e-9 });

            Assert.True(optimum is not null == plan.IsFeasible, $"seed {seed}: {optimum}, {plan.CostUsdPerDay} {plan.BoundUsdPerDay} {string.Join("; ", plan.Violations)}");
            Assert.True(plan.IsOptimal || plan.IsProvenInfeasible, $"seed {seed}: gap {plan.Gap}");
            Assert.True(optimum is not { } least || Math.Abs((double)plan.CostUsdPerDay - least) <= 2e-8 * least, $"seed {seed}: {plan.CostUsdPerDay}, {optimum}");
        }
    }

    [Fact]
    public void Solve_LimitsThatOnePlanMeetsExactly_FindsIt()
    {
        for (var seed = 1; seed <= Seeds; seed++)
        {
            var problem = Tiny(seed);
            var plan = Fleets.Solve(problem, new SolverOptions { ExactGap = 1e-9 });
            var use = PlainCosts.OfPlan(problem, plan);

            var again = Fleets.Solve(
                problem with
                {
                    BudgetUsdPerDay = use.InfrastructureUsd,
                    CapacityBytes = [.. use.Gb.Select(gb => gb * RegionPrices.BytesPerGb)],
                    CapacityOperationsPerDay = [.. use.Operations],
                },
                new SolverOptions { ExactGap = 1e-9 });

            Assert.True(again.IsFeasible || !plan.IsFeasible, $"seed {seed}: {string.Join("; ", again.Violations)}");
            Assert.Equal((double)plan.CostUsdPerDay, (double)again.CostUsdPerDay, 2e-8 * (double)plan.CostUsdPerDay);
        }
    }

    [Fact]
    public void Run_ChoicesLeftOutAtHalfTheMargin_LosesPlansAndTestsSeeIt()
    {
        var lost = 0;
        for (var seed = 1; seed <= Seeds; seed++)
        {
            var problem = Tiny(seed);
            if (PlainCosts.Optimum(problem) is not { } optimum)
            {
                continue;
            }

            var (right, wrong) = (Search(problem, marginShare: 1), Search(problem, marginShare: 0.5));
            Assert.Equal(optimum, right.Best.Usd, optimum * 2e-8);
            Assert.InRange(right.Bound, 0, optimum * (1 + 1e-9));
            lost += wrong.Bound > optimum * (1 + 1e-8) ? 1 : 0;
        }

        Assert.True(lost > 0, "An error in what is left out went unnoticed.");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Solve_Relaxation_HasTheBestBoundThatPricesProve(int seed)
    {
        var world = new World(Fleets.Tight(200, 5, seed));
        var relaxation = new Relaxation(world.Table, world.Limits, world.Dual.Scales);

        relaxation.Solve(RelaxationBasis.Free(world.Limits.Length), double.PositiveInfinity, 10_000);

        var bundle = new ProximalBundle(world.Dual.Evaluate, new double[world.Dual.Dimension]);
        bundle.Run(2_000, 1e-10, TestContext.Current.CancellationToken);
        Assert.True(relaxation.IsSolved);
        Assert.Equal(bundle.Best.Bound, relaxation.Bound, bundle.Best.Bound * 1e-6);
        Assert.True(bundle.Best.Bound <= relaxation.Bound * (1 + 1e-12)); // No prices prove more than the linear program's (Geoffrion, 1974).
        Assert.InRange(relaxation.Shares().Select(part => relaxation.ItemOf(part.Option)).Distinct().Count(), 0, world.Limits.Length);
    }

    [Fact]
    public void Solve_ChoicesForbiddenFromWhereItStood_EqualsSolvingAnew()
    {
        var world = new World(Fleets.Tight(60, 4, seed: 7));
        var (free, random) = (RelaxationBasis.Free(world.Limits.Length), new Random(7));
        var (warm, cold) = (new Relaxation(world.Table, world.Limits, world.Dual.Scales), new Relaxation(world.Table, world.Limits, world.Dual.Scales));
        warm.Solve(free, double.PositiveInfinity, 10_000);
        for (var step = 0; step < 40; step++)
        {
            var split = new BranchPoint(random.Next(60), random.Next(4), random.Next(2) == 0);
            var isMust = random.Next(3) == 0;
            split.Forbid(cold, world.Terms.Sets, isMust, double.PositiveInfinity);
            split.Forbid(warm, world.Terms.Sets, isMust, double.PositiveInfinity);

            cold.Solve(free, 1e6, 10_000);
            warm.SolveWithout(split.At, 1e6, 10_000);

            Assert.Equal(cold.Bound >= 1e6, warm.Bound >= 1e6);
            if (cold.Bound >= 1e6)
            {
                return; // Nothing is left.
            }

            Assert.True(warm.IsSolved && cold.IsSolved);
            Assert.Equal(cold.Bound, warm.Bound, Math.Abs(cold.Bound) * 1e-9);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Solve_AFewHundredObjects_IsProvenWithinAHundredThousandth(int seed)
    {
        var problem = Fleets.Tight(300, 5, seed);

        var plan = Fleets.Solve(problem, new SolverOptions { ExactGap = 1e-5, ExactNodes = 20_000 });

        Assert.True(plan.IsOptimal, $"gap {plan.Gap}, {plan.Effort}");
        Assert.True(PlainCosts.OfPlan(problem, plan).Keeps(problem));
    }

    [Fact]
    public void Solve_FewerPartsAllowed_ReturnsTheBestPlanWithABoundThatHolds()
    {
        var problem = Fleets.Tight(120, 5, seed: 3);
        var best = Fleets.Solve(problem, new SolverOptions { ExactGap = 1e-6, ExactNodes = 20_000 });
        Assert.True(best.IsOptimal);
        foreach (var nodes in (int[])[0, 1, 5, 40])
        {
            var plan = Fleets.Solve(problem, new SolverOptions { ExactGap = 1e-9, ExactNodes = nodes });

            Assert.InRange(plan.Effort.Nodes, 0, nodes);
            Assert.True(plan.IsFeasible);
            Assert.InRange(plan.CostUsdPerDay, best.BoundUsdPerDay, decimal.MaxValue);
            Assert.InRange(plan.BoundUsdPerDay, 0, best.CostUsdPerDay);
        }
    }

    // Three to eight objects in three regions. The budget is made of rounded money, which the cheapest plan may miss by a digit.
    private static FleetProblem Tiny(int seed)
    {
        var problem = Fleets.Tight(3 + (seed % 6), 3, seed);
        return problem with { BudgetUsdPerDay = problem.BudgetUsdPerDay * 1.000_001 };
    }

    private static ExactSearch Search(FleetProblem problem, double marginShare)
    {
        var world = new World(problem);
        int[] cheapest = [.. Enumerable.Range(0, world.Table.Count).Select(at => world.Table.OptionsOf(at).Start)];
        var start = new Assignment(world.Table, world.Limits, new double[world.Limits.Length], cheapest);
        var search = new ExactSearch(world.Terms.Sets, start, world.Dual.Scales, 2 * WorstCase.Usd(world.Terms, world.Items), 1e-9) { MarginShare = marginShare };
        search.Run(100_000, TestContext.Current.CancellationToken);
        return search;
    }

    private sealed class World
    {
        public World(FleetProblem problem)
        {
            var parallel = new ParallelOptions { MaxDegreeOfParallelism = 1 };
            Terms = new FleetTerms(problem);
            Items = new FleetItems(problem, Terms, parallel);
            Dual = new Dual(Terms, new PricingPass(Terms, Items.Blocks, parallel));
            Limits = [.. Terms.Active.Select(limit => Terms.Limits[limit])];
            Table = OptionTable.Build(
                Terms, Items.Blocks, new double[Terms.LimitCount], [.. Enumerable.Range(0, Items.Count)], double.PositiveInfinity, int.MaxValue, dropsDominated: true, parallel);
        }

        public FleetTerms Terms { get; }

        public FleetItems Items { get; }

        public Dual Dual { get; }

        public double[] Limits { get; }

        public OptionTable Table { get; }
    }
}
