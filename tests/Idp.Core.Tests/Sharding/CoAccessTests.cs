using Idp.Core.Sharding;

namespace Idp.Core.Tests.Sharding;

public sealed class CoAccessTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Solve_ObjectsOfOneGroup_ShareTheChoiceThatIsCheapestForAllTogether(int seed)
    {
        var open = Fleets.Random(9, 4, seed);
        Array.Fill(open.Objects.AllowedSites, (ushort)0b1111);
        var problem = open with { Objects = Fleets.Clone(open.Objects, [-1, 7, 3, 7, -1, 3, 7, 3, -1]) };

        var plan = Fleets.Solve(problem);

        foreach (int[] group in (int[][])[[1, 3, 6], [2, 5, 7], [0], [4], [8]])
        {
            var choices = group.Select(at => PlainCosts.Choices(problem, at)).Aggregate((a, b) => a.Intersect(b));
            var least = choices.Min(choice => group.Sum(at => PlainCosts.Of(problem, at, choice.Sites, choice.Primary).Usd));
            Assert.All(group, at => Assert.Equal((plan.Sites[group[0]], plan.Primaries[group[0]]), (plan.Sites[at], plan.Primaries[at])));
            Assert.Equal(least, group.Sum(at => PlainCosts.Of(problem, at, plan.Sites[at], plan.Primaries[at]).Usd), least * 1e-12);
        }
    }

    [Fact]
    public void Solve_GroupThatAgreesOnNoSites_IsPlacedOneByOne()
    {
        var open = Fleets.Random(3, 4, seed: 5);
        var problem = open with { Objects = Fleets.Clone(open.Objects, [1, 1, -1]) };
        problem.Objects.AllowedSites[0] = 0b0011;
        problem.Objects.AllowedSites[1] = 0b1100;

        var plan = Fleets.Solve(problem);

        Assert.Equal(1, plan.Effort.SplitGroups);
        Assert.NotEqual(0, plan.Sites[0] & 0b0011);
        Assert.NotEqual(0, plan.Sites[1] & 0b1100);
        Assert.Empty(plan.Unplaceable);
    }

    [Fact]
    public void Update_OneOfAGroupMoved_MovesTheGroup()
    {
        var open = Fleets.Random(40, 4, seed: 6);
        Array.Fill(open.Objects.AllowedSites, (ushort)0b1111);
        var problem = open with { Objects = Fleets.Clone(open.Objects, [.. Enumerable.Range(0, 40).Select(at => at / 4)]) };
        var session = new FleetSession(problem, new SolverOptions());
        session.Solve(cancellationToken: TestContext.Current.CancellationToken);
        problem.Objects.WritesPerDay.AsSpan(21 * 4, 4).Clear();
        problem.Objects.WritesPerDay[(21 * 4) + 3] = 1e7;

        var plan = session.Update([21], TestContext.Current.CancellationToken);

        Assert.All((int[])[20, 21, 22, 23], at => Assert.Equal(3, plan.Primaries[at]));
    }
}
