using Idp.Core.Sharding;

namespace Idp.Core.Tests.Sharding;

public sealed class FleetSessionTests
{
    private static readonly SolverOptions Options = new() { ExactUpTo = 0 };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Update_SomeObjectsMoved_EqualsPricingAllAgain()
    {
        var problem = Fleets.Tight(2_500, 5, seed: 21);
        var twin = problem with { Objects = Fleets.Clone(problem.Objects) };
        var (some, all) = (new FleetSession(problem, Options), new FleetSession(twin, Options));
        var before = some.Solve(cancellationToken: Token);
        all.Solve(cancellationToken: Token);
        int[] moved = [2_499, 3, 4, 900, 1_024, 1_023, 3];
        foreach (var objects in (FleetObjects[])[problem.Objects, twin.Objects])
        {
            foreach (var at in moved.Distinct())
            {
                Array.Reverse(objects.ReadsPerDay, at * 5, 5);
                objects.WritesPerDay[at * 5] *= 3;
            }
        }

        var updated = some.Update(moved, Token);
        var full = all.Update([.. Enumerable.Range(0, 2_500)], Token);

        Assert.NotEqual(before.Sites, updated.Sites);
        Assert.Equal(full.Sites, updated.Sites);
        Assert.Equal(full.Primaries, updated.Primaries);
        Assert.Equal(full.CostUsdPerDay, updated.CostUsdPerDay);
        Assert.Equal(full.BoundUsdPerDay, updated.BoundUsdPerDay);
        Assert.Equal(full.UsedBytes, updated.UsedBytes);
    }

    [Fact]
    public void Update_SomeObjectsMoved_EqualsANewSessionAtItsPrices()
    {
        var problem = Fleets.Tight(1_500, 5, seed: 22);
        var session = new FleetSession(problem, Options);
        var prices = session.Solve(cancellationToken: Token).Prices;
        problem.Objects.ReadsPerDay[777 * 5] += 40_000;

        var updated = session.Update([777], Token);
        var held = Fleets.Solve(problem, new SolverOptions { ExactUpTo = 0, SamplePasses = 0, FullPasses = 0 }, prices);

        Assert.Equal(held.Sites, updated.Sites);
        Assert.Equal(held.Primaries, updated.Primaries);
        Assert.Equal((double)held.BoundUsdPerDay, (double)updated.BoundUsdPerDay, (double)held.BoundUsdPerDay * 1e-9);
    }

    [Fact]
    public void Update_NothingMoved_KeepsThePlan()
    {
        var session = new FleetSession(Fleets.Tight(300, 5, seed: 23), Options);
        var plan = session.Solve(cancellationToken: Token);

        var again = session.Update([], Token);

        Assert.Equal(plan.Sites, again.Sites);
        Assert.Equal(plan.BoundUsdPerDay, again.BoundUsdPerDay);
    }

    [Fact]
    public void Update_DemandGrows_StillKeepsLimitsAndItsBoundHolds()
    {
        var problem = Fleets.Tight(900, 5, seed: 24);
        var session = new FleetSession(problem, Options);
        session.Solve(cancellationToken: Token);
        int[] moved = [.. Enumerable.Range(0, 90).Select(at => at * 10)];
        foreach (var at in moved)
        {
            problem.Objects.ReadsPerDay[at * 5] *= 4;
            problem.Objects.SizeBytes[at] *= 1.02;
        }

        var updated = session.Update(moved, Token);
        var best = Fleets.Solve(problem, Options);

        Assert.True(updated.IsFeasible);
        Assert.True(PlainCosts.OfPlan(problem, updated).Keeps(problem));
        Assert.InRange(updated.BoundUsdPerDay, 0, best.CostUsdPerDay);
        Assert.InRange((double)updated.CostUsdPerDay, (double)best.BoundUsdPerDay, (double)best.CostUsdPerDay * 1.05);
    }

    [Fact]
    public void Update_BeforeSolve_IsRefused()
    {
        var session = new FleetSession(Fleets.Random(3, 3, seed: 25), Options);

        Assert.Throws<InvalidOperationException>(() => session.Update([0], Token));
    }
}
