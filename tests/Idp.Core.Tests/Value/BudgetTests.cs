using Idp.Core.Value;

namespace Idp.Core.Tests.Value;

public sealed class BudgetTests
{
    private static readonly ServiceId Shop = ServiceId.Parse("shop");

    [Fact]
    public void Split_OperatorsExample_GivesSixtyToForty()
    {
        var budget = ServiceBudget.Split(Shop, 1_200m, 200m, 0.6m);

        Assert.Equal((600m, 400m), (budget.PerformanceUsdPerDay, budget.SavingUsdPerDay));
        Assert.Equal(
            "shop: $1,200.00/day less $200.00 committed leaves $600.00 for performance and $400.00 for saving", budget.ToString());
    }

    [Theory]
    [InlineData(10.01)]
    [InlineData(33.33)]
    [InlineData(0.01)]
    public void Split_OddCents_LosesNone(double free)
    {
        var budget = ServiceBudget.Split(Shop, (decimal)free, 0, 0.6m);

        Assert.Equal((decimal)free, budget.DiscretionaryUsdPerDay);
    }

    [Fact]
    public void Split_MoreCommittedThanBudgeted_LeavesNothing() =>
        Assert.Equal(0m, ServiceBudget.Split(Shop, 100m, 120m, 0.6m).DiscretionaryUsdPerDay);

    [Fact]
    public void Spend_MoreThanTheBudget_PaysForTheBestReturnsFirst()
    {
        var value = new ValueFunction(new ValueOptions { Services = { ["shop"] = new ServiceOptions { RevenueUsdPerDay = 1_000_000m } } });
        var budget = ServiceBudget.Split(Shop, 500m, 0, 0.6m); // $300 for performance

        var funded = Funding.Spend(budget,
        [
            value.Assess(Shop, new ValueChange(10, 0, 250m)), // ROI 4
            value.Assess(Shop, new ValueChange(100, 0, 200m)), // ROI 50
            value.Assess(Shop, new ValueChange(1, 0, 90m)), // costs 90 % of its gain
            value.Assess(Shop, new ValueChange(20, 0, 100m)), // ROI 20
        ]);

        Assert.Equal([1, 3, 0, 2], funded.Select(decision => decision.Index));
        Assert.Equal(
            [null, null, "it needs $250.00/day, $0.00/day of the performance budget are left", "it costs $90.00/day for $100.00/day gained, limit $80.00/day"],
            funded.Select(decision => decision.UnfundedBecause));
    }
}
