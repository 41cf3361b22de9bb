using Idp.Core.Controllers.Placement;
using Idp.Core.Sharding;

namespace Idp.Core.Tests.Sharding;

public sealed class FleetExplainerTests
{
    [Fact]
    public void Explain_EveryStatedFlip_FlipsTheChoiceAndLessDoesNot()
    {
        var kinds = new HashSet<FlipKind>();
        for (var at = 0; at < 12; at++)
        {
            var problem = Fleets.Random(12, 5, seed: 31);
            var plan = Fleets.Solve(problem);
            var choice = FleetExplainer.Explain(problem, plan, at, []);

            Assert.NotEmpty(choice.Flips);
            foreach (var flip in choice.Flips)
            {
                kinds.Add(flip.Kind);
                var beyond = Fleets.Solve(Changed(problem, at, flip, flip.To));
                var nearly = Fleets.Solve(Changed(problem, at, flip, flip.From + ((flip.To - flip.From) * 0.999)));

                Assert.Equal((plan.Sites[at], plan.Primaries[at]), (nearly.Sites[at], nearly.Primaries[at]));
                Assert.NotEqual((plan.Sites[at], plan.Primaries[at]), (beyond.Sites[at], beyond.Primaries[at]));
                Assert.Equal(flip.Becomes.Primary, problem.Regions[beyond.Primaries[at]]);
                Assert.Equal(
                    [flip.Becomes.Primary, .. flip.Becomes.Replicas],
                    problem.Regions.Where((_, region) => (beyond.Sites[at] >> region & 1) != 0).OrderBy(region => region != flip.Becomes.Primary));
            }
        }

        Assert.Equal(5, kinds.Count); // Each kind of change was put to the test.
    }

    [Fact]
    public void Explain_ScarceFleet_FlipsHoldAtThePlansPrices()
    {
        var problem = Fleets.Tight(200, 5, seed: 32);
        var plan = Fleets.Solve(problem, new SolverOptions { ExactUpTo = 0 });
        var explained = 0;
        for (var at = 0; at < 40; at++)
        {
            foreach (var flip in FleetExplainer.Explain(problem, plan, at, []).Flips.Take(2))
            {
                var changed = Changed(problem, at, flip, flip.To);
                var after = FleetExplainer.Explain(changed, plan, at, []);

                explained++;
                Assert.True(after.MarginUsdPerDay < 0 || Math.Abs(after.MarginUsdPerDay) < 0.000_001m, $"{flip.Text} leaves a margin of {after.MarginUsdPerDay}");
                Assert.Equal((flip.Becomes.Primary, flip.Becomes.Replicas.Length), (after.RunnerUp!.Primary, after.RunnerUp.Replicas.Length));
            }
        }

        Assert.True(explained > 40);
    }

    [Fact]
    public void Explain_FreeFleet_TermsAndMarginAreThePlainOnes()
    {
        var problem = Fleets.Random(10, 5, seed: 33);
        var plan = Fleets.Solve(problem);

        var choice = FleetExplainer.Explain(problem, plan, 4, []);

        double[] plain = [.. PlainCosts.Choices(problem, 4).Select(of => PlainCosts.Of(problem, 4, of.Sites, of.Primary).Usd).Order()];
        Assert.Equal(plain[0], (double)choice.Chosen.TotalUsdPerDay, 1e-8);
        Assert.Equal(plain[1], (double)choice.RunnerUp!.TotalUsdPerDay, 1e-8);
        Assert.Equal(plain[1] - plain[0], (double)choice.MarginUsdPerDay, 1e-8);
        Assert.Equal(0, choice.Chosen.ScarcityUsdPerDay);
    }

    [Fact]
    public void Explain_ChoiceForcedByALimit_HasANegativeMarginAndNoFlips()
    {
        var problem = Fleets.Tight(300, 5, seed: 34);
        var plan = Fleets.Solve(problem, new SolverOptions { ExactUpTo = 0 });

        var forced = Enumerable.Range(0, 300).Select(at => FleetExplainer.Explain(problem, plan, at, [])).Where(choice => choice.MarginUsdPerDay < 0).ToArray();

        Assert.InRange(forced.Length, 1, plan.Effort.Adjusted);
        Assert.All(forced, choice => Assert.Empty(choice.Flips));
        Assert.All(forced, choice => Assert.True(choice.RunnerUp!.TotalUsdPerDay < choice.Chosen.TotalUsdPerDay));
    }

    [Fact]
    public void Explain_EachRegion_SaysWhatExcludedIt()
    {
        var problem = Fleets.Random(1, 5, seed: 35);
        problem.Objects.AllowedSites[0] = 0b01111;
        problem.Objects.MinSites[0] = 1;
        problem.Objects.MaxSites[0] = 2;
        problem.Objects.StrongReadShare[0] = 0;
        problem.Objects.UsdPerMs[0] = 1e-3; // Waiting is worth so much that each further site would pay.
        Array.Fill(problem.Objects.ReadsPerDay, 5_000);
        var closed = problem with
        {
            CapacityBytes = [double.PositiveInfinity, double.PositiveInfinity, double.PositiveInfinity, 0, double.PositiveInfinity],
            BudgetUsdPerDay = double.PositiveInfinity,
        };
        var plan = Fleets.Solve(closed);

        var choice = FleetExplainer.Explain(closed, plan, 0, [new RegionExclusion(closed.Regions[4], "GDPR-EU-Residency prohibits it")]);

        Assert.Equal(1, choice.Regions.Count(region => region.Standing == RegionStanding.Primary));
        Assert.Equal(1, choice.Regions.Count(region => region.Standing == RegionStanding.Replica));
        Assert.Equal(RegionStanding.Closed, choice.Regions[3].Standing);
        Assert.Equal((RegionStanding.Prohibited, "GDPR-EU-Residency prohibits it"), (choice.Regions[4].Standing, choice.Regions[4].Because));
        var capped = Assert.Single(choice.Regions, region => region.Standing == RegionStanding.SiteLimit);
        Assert.Matches(@"^would save \$\d+\.\d\d/day as a further site, limit 2 sites$", capped.Because);
    }

    [Fact]
    public void Explain_CostlyRegion_SaysWhereTheMoneyWouldGo()
    {
        var problem = Fleets.Random(1, 3, seed: 36);
        problem.Objects.AllowedSites[0] = 0b111;
        problem.Objects.UsdPerMs[0] = 1e-10;
        problem.Objects.MinSites[0] = 1;
        var plan = Fleets.Solve(problem);

        var choice = FleetExplainer.Explain(problem, plan, 0, []);

        Assert.All(
            choice.Regions.Where(region => region.Standing == RegionStanding.Outweighed),
            region => Assert.Matches(@"^the best set with it \(region-[abc].*\) costs \$[\d.]+/day more: .*infrastructure \+\$", region.Because));
    }

    [Fact]
    public void Explain_GroupedObject_SpeaksOfTheGroup()
    {
        var open = Fleets.Random(6, 4, seed: 37);
        Array.Fill(open.Objects.AllowedSites, (ushort)0b1111);
        var problem = open with { Objects = Fleets.Clone(open.Objects, [0, -1, 0, -1, 0, -1]) };
        var plan = Fleets.Solve(problem);

        var choice = FleetExplainer.Explain(problem, plan, 2, []);

        Assert.Equal([0, 2, 4], choice.Together);
        Assert.Equal(choice.Together.Sum(at => PlainCosts.Of(problem, at, plan.Sites[at], plan.Primaries[at]).Usd), (double)choice.Chosen.TotalUsdPerDay, 1e-8);
    }

    [Fact]
    public void Explain_UnplaceableObject_IsRefused()
    {
        var problem = Fleets.Random(2, 3, seed: 38);
        problem.Objects.AllowedSites[1] = 0;
        var plan = Fleets.Solve(problem);

        Assert.Throws<ArgumentException>(() => FleetExplainer.Explain(problem, plan, 1, []));
    }

    private static FleetProblem Changed(FleetProblem problem, int at, ChoiceFlip flip, double value)
    {
        var (objects, region) = (Fleets.Clone(problem.Objects), flip.Region is { } id ? problem.Regions.IndexOf(id) : -1);
        var (storage, egress) = (problem.StorageUsdPerGbDay, problem.EgressUsdPerGb);
        switch (flip.Kind)
        {
            case FlipKind.Demand:
                objects.ReadsPerDay[(at * objects.RegionCount) + region] *= value;
                objects.WritesPerDay[(at * objects.RegionCount) + region] *= value;
                break;
            case FlipKind.LatencyValue:
                objects.UsdPerMs[at] *= value;
                break;
            case FlipKind.Size:
                objects.SizeBytes[at] *= value;
                break;
            case FlipKind.StoragePrice:
                storage = storage.SetItem(region, value);
                break;
            case FlipKind.EgressPrice:
                egress = egress.SetItem(region, value);
                break;
        }

        return problem with { StorageUsdPerGbDay = storage, EgressUsdPerGb = egress, Objects = objects };
    }
}
