using System.Numerics;
using Idp.Core.Sharding;

namespace Idp.Core.Tests.Sharding;

public sealed class FleetSolverTests
{
    private static readonly SolverOptions Sampling = new() { HeaviestInSample = 60, OthersInSample = 140, ExactUpTo = 0 };

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void Solve_NothingScarce_GivesEachObjectItsCheapestChoice(int seed)
    {
        var problem = Fleets.Random(37, 5, seed);

        var plan = Fleets.Solve(problem);

        for (var at = 0; at < problem.Objects.Count; at++)
        {
            var least = PlainCosts.Choices(problem, at).Min(choice => PlainCosts.Of(problem, at, choice.Sites, choice.Primary).Usd);
            Assert.Equal(least, PlainCosts.Of(problem, at, plan.Sites[at], plan.Primaries[at]).Usd, least * 1e-12);
        }

        Assert.True(plan.IsOptimal);
        Assert.Equal(0, plan.Effort.Adjusted);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public void Solve_TinyFleets_BoundIsAtMostTheOptimumWhichIsAtMostThePlan(int seed)
    {
        var problem = Fleets.Tight(7, 3, seed);
        var optimum = PlainCosts.Optimum(problem);

        var quick = Fleets.Solve(problem, new SolverOptions { ExactUpTo = 0 });
        var exact = Fleets.Solve(problem, new SolverOptions { ExactGap = 1e-6 });

        Assert.Equal(optimum is not null, exact.IsFeasible);
        if (optimum is null)
        {
            Assert.True(exact.IsProvenInfeasible);
            return;
        }

        Assert.InRange((double)quick.BoundUsdPerDay, 0, optimum.Value * (1 + 1e-9));
        Assert.True(!quick.IsFeasible || (double)quick.CostUsdPerDay >= optimum.Value * (1 - 1e-8));
        Assert.Equal(optimum.Value, (double)exact.CostUsdPerDay, optimum.Value * 2e-6);
        Assert.InRange((double)exact.BoundUsdPerDay, 0, optimum.Value * (1 + 1e-9));
        Assert.True(exact.IsOptimal);
    }

    [Theory]
    [InlineData(1, 1_500)]
    [InlineData(2, 300)]
    public void Solve_TightFleet_KeepsEveryRuleAndItsSumsAreTheObjectsSums(int seed, int objects)
    {
        var problem = Fleets.Tight(objects, 6, seed);

        var plan = Fleets.Solve(problem, objects > 1_000 ? Sampling : new SolverOptions { ExactNodes = 50 });

        for (var at = 0; at < objects; at++)
        {
            Assert.Contains((plan.Sites[at], (int)plan.Primaries[at]), PlainCosts.Choices(problem, at));
        }

        var plain = PlainCosts.OfPlan(problem, plan);
        Assert.True(plan.IsFeasible);
        Assert.True(plain.Keeps(problem));
        Assert.Equal(plain.LatencyUsd, (double)plan.LatencyUsdPerDay, plain.Usd * 1e-9);
        Assert.Equal(plain.InfrastructureUsd, (double)plan.InfrastructureUsdPerDay, plain.Usd * 1e-9);
        Assert.Equal(plain.MoveUsd, (double)plan.MoveUsdPerDay, plain.Usd * 1e-9);
        Assert.Equal(plain.Gb[0] * 1e9, plan.UsedBytes[0], plain.Gb[0]);
        Assert.Equal((double)((plan.CostUsdPerDay - plan.BoundUsdPerDay) / plan.BoundUsdPerDay), plan.Gap!.Value, 1e-6);
        Assert.InRange(plan.Gap.Value, 0, 0.005);
    }

    [Fact]
    public void Evaluate_APlan_CostsWhatThePlanSays()
    {
        var problem = Fleets.Tight(1_100, 5, seed: 13);
        var plan = Fleets.Solve(problem, Sampling);

        var costs = FleetEvaluator.Evaluate(problem, plan.Sites, plan.Primaries);

        Assert.Equal((double)plan.LatencyUsdPerDay, (double)costs.LatencyUsdPerDay, 1e-7);
        Assert.Equal((double)plan.InfrastructureUsdPerDay, (double)costs.InfrastructureUsdPerDay, 1e-7);
        Assert.Equal((double)plan.MoveUsdPerDay, (double)costs.MoveUsdPerDay, 1e-7);
        Assert.Equal(plan.UsedBytes[2], costs.UsedBytes[2], plan.UsedBytes[2] * 1e-9);
    }

    [Fact]
    public void Evaluate_PlacementThatBreaksRules_IsPricedAllTheSame()
    {
        var problem = Fleets.Random(3, 4, seed: 14);
        Array.Fill(problem.Objects.AllowedSites, (ushort)0b0001);

        var costs = FleetEvaluator.Evaluate(problem, [0b1111, 0, 0b0110], [3, 0, 1]);

        var plain = PlainCosts.Of(problem, 0, 0b1111, 3).Plus(PlainCosts.Of(problem, 2, 0b0110, 1));
        Assert.Equal(plain.Usd, (double)costs.CostUsdPerDay, 1e-8);
    }

    [Fact]
    public void Solve_SampledOrInFull_ComeToTheSameBound()
    {
        var problem = Fleets.Tight(3_000, 6, seed: 3);

        var sampled = Fleets.Solve(problem, new SolverOptions { HeaviestInSample = 200, OthersInSample = 400 });
        var whole = Fleets.Solve(problem);

        Assert.InRange(sampled.Effort.FullPasses, 3, 12);
        Assert.True(whole.Effort.FullPasses > sampled.Effort.FullPasses);
        Assert.Equal((double)whole.BoundUsdPerDay, (double)sampled.BoundUsdPerDay, (double)whole.BoundUsdPerDay * 1e-4);
        Assert.InRange(sampled.Gap!.Value, 0, 0.003);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1_000)]
    public void Solve_AnyNumberOfThreads_GivesTheSameBytes(int exactUpTo)
    {
        var problem = Fleets.Tight(exactUpTo == 0 ? 2_500 : 150, 5, seed: 4);
        var plans = ((int[])[1, 1, 2, 7])
            .Select(threads => Fleets.Solve(problem, new SolverOptions
            {
                Threads = threads,
                HeaviestInSample = 100,
                OthersInSample = 300,
                ExactUpTo = exactUpTo,
                ExactNodes = 60,
            }))
            .Select(Bytes).ToArray();

        Assert.All(plans, plan => Assert.Equal(plans[0], plan));
    }

    [Fact]
    public void Solve_MoreBudget_NeverWorsensTheValue()
    {
        for (var seed = 1; seed <= 4; seed++)
        {
            var problem = Fleets.Tight(24, 4, seed);
            var last = 1e18m; // Above any cost, and far enough from the end of decimal.
            foreach (var factor in (double[])[1, 1.01, 1.03, 1.1, 1.3, 2])
            {
                var richer = problem with { BudgetUsdPerDay = problem.BudgetUsdPerDay * factor };
                var plan = Fleets.Solve(richer, new SolverOptions { ExactGap = 1e-6 });

                Assert.True(plan.IsOptimal, $"seed {seed}, {factor} × budget: gap {plan.Gap}");
                Assert.InRange(plan.CostUsdPerDay, 0, last * 1.000_001m);
                last = plan.CostUsdPerDay;
            }
        }
    }

    [Fact]
    public void Solve_MoreBudgetForALargeFleet_WorsensTheValueByNoMoreThanTheGap()
    {
        var problem = Fleets.Tight(1_200, 5, seed: 15);
        var last = 1e18;
        foreach (var factor in (double[])[1, 1.002, 1.01, 1.05, 1.5])
        {
            var plan = Fleets.Solve(problem with { BudgetUsdPerDay = problem.BudgetUsdPerDay * factor }, Sampling);

            Assert.InRange((double)plan.CostUsdPerDay, 0, last * (1 + plan.Gap!.Value));
            Assert.InRange(plan.Gap.Value, 0, 0.005);
            last = (double)plan.CostUsdPerDay;
        }
    }

    [Fact]
    public void Solve_RegionProhibited_IsNeverChosenHoweverCheap()
    {
        var problem = Fleets.Tight(400, 5, seed: 6);
        for (var at = 0; at < problem.Objects.Count; at++)
        {
            problem.Objects.AllowedSites[at] &= 0b11011;
            problem.Objects.MinSites[at] = 1;
        }

        Array.Fill(problem.Objects.AllowedSites, (ushort)0b11011, 0, 50);
        var cheap = problem with { CapacityBytes = [.. problem.CapacityBytes.Select(_ => double.PositiveInfinity)], BudgetUsdPerDay = problem.BudgetUsdPerDay * 1.5 };

        var plan = Fleets.Solve(cheap, new SolverOptions { ExactUpTo = 0 });

        Assert.All(plan.Sites, sites => Assert.Equal(0, sites & 0b00100));
        Assert.Equal(plan.Unplaceable, Enumerable.Range(0, 400).Where(at => problem.Objects.AllowedSites[at] == 0));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Solve_RegionsRelabelled_PermutesTheAnswer(int seed)
    {
        var problem = Fleets.Tight(40, 5, seed);
        int[] order = [3, 0, 4, 2, 1];

        var plan = Fleets.Solve(problem, new SolverOptions { ExactGap = 1e-8 });
        var other = Fleets.Solve(Fleets.Relabelled(problem, order), new SolverOptions { ExactGap = 1e-8 });

        Assert.True(plan.IsOptimal && other.IsOptimal);
        Assert.Equal(plan.Sites.Select(sites => Fleets.Mask(sites, order)), other.Sites);
        Assert.Equal(plan.Primaries.Select(primary => (byte)Array.IndexOf(order, primary)), other.Primaries);
    }

    [Fact]
    public void Solve_OperationsScarce_KeepsThem()
    {
        var open = Fleets.Random(300, 5, seed: 8);
        var free = Fleets.Solve(open);
        var busiest = free.UsedOperationsPerDay.Max();
        var problem = open with { CapacityOperationsPerDay = [.. free.UsedOperationsPerDay.Select(used => used == busiest ? 0.7 * used : 1.5 * used)] };

        var plan = Fleets.Solve(problem, new SolverOptions { ExactUpTo = 0 });

        Assert.True(plan.IsFeasible);
        Assert.True(PlainCosts.OfPlan(problem, plan).Keeps(problem));
        Assert.True(plan.Prices.OperationUsd.Max() > 0);
        Assert.InRange(plan.Gap!.Value, 0, 0.01);
    }

    [Fact]
    public void Solve_TooLittleRoom_SaysSoAndProvesIt()
    {
        var problem = Fleets.Random(60, 4, seed: 9, room: 0.5);

        var plan = Fleets.Solve(problem);

        Assert.False(plan.IsFeasible);
        Assert.True(plan.IsProvenInfeasible);
        Assert.Null(plan.Gap);
        Assert.Contains(plan.Violations, violation => violation.StartsWith("gigabytes in region-", StringComparison.Ordinal));
    }

    [Fact]
    public void Solve_RegionWithoutRoom_IsClosed()
    {
        var open = Fleets.Random(60, 4, seed: 10);
        var problem = open with { CapacityBytes = [0, .. open.CapacityBytes.Skip(1)] };

        var plan = Fleets.Solve(problem);

        Assert.All(plan.Sites, sites => Assert.Equal(0, sites & 1));
        Assert.NotEmpty(plan.Unplaceable); // Those allowed nowhere else with enough sites.
    }

    [Fact]
    public void Solve_WarmStart_NeedsFewerPasses()
    {
        var problem = Fleets.Tight(2_000, 6, seed: 11);
        var options = new SolverOptions { ExactUpTo = 0, SamplePasses = 300 };
        var cold = Fleets.Solve(problem, options);

        var warm = Fleets.Solve(problem, options, cold.Prices);

        Assert.True(warm.Effort.FullPasses < cold.Effort.FullPasses / 2, $"{warm.Effort} against {cold.Effort}");
        Assert.Equal((double)cold.BoundUsdPerDay, (double)warm.BoundUsdPerDay, (double)cold.BoundUsdPerDay * 1e-5);
    }

    [Fact]
    public void Solve_ProblemWithErrors_NamesThemAll()
    {
        var problem = Fleets.Random(3, 3, seed: 1) with { CapacityBytes = [1, -1, 1], BudgetUsdPerDay = double.NaN };
        problem.Objects.SyncFactor[1] = 1.5;

        var thrown = Assert.Throws<ArgumentException>(() => Fleets.Solve(problem));

        Assert.Contains("CapacityBytes[1]: -1, expected 0 or more.", thrown.Message, StringComparison.Ordinal);
        Assert.Contains("BudgetUsdPerDay[0]: NaN, expected 0 or more.", thrown.Message, StringComparison.Ordinal);
        Assert.Contains("Objects.SyncFactor[1]: 1.5, expected 0 to 1.", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Solve_SixteenRegions_EnumeratesThemAll()
    {
        var problem = Fleets.Random(9, 16, seed: 12);

        var plan = Fleets.Solve(problem);

        for (var at = 0; at < problem.Objects.Count; at++)
        {
            var least = PlainCosts.Choices(problem, at).Min(choice => PlainCosts.Of(problem, at, choice.Sites, choice.Primary).Usd);
            Assert.Equal(least, PlainCosts.Of(problem, at, plan.Sites[at], plan.Primaries[at]).Usd, least * 1e-12);
            Assert.InRange(BitOperations.PopCount(plan.Sites[at]), problem.Objects.MinSites[at], problem.Objects.MaxSites[at]);
        }
    }

    private static string Bytes(FleetPlan plan) => string.Join(
        ' ',
        [
            .. plan.Sites.Select(sites => $"{sites}"), .. plan.Primaries.Select(primary => $"{primary}"),
            $"{plan.CostUsdPerDay}", $"{plan.BoundUsdPerDay}", $"{plan.Gap:R}", $"{plan.Effort}", $"{plan.Prices.BudgetMarkup:R}",
            .. plan.Prices.StorageUsdPerGbDay.Select(price => $"{price:R}"), .. plan.UsedBytes.Select(bytes => $"{bytes:R}"),
        ]);
}
