using CsCheck;
using Idp.Core.Controllers.Cost;
using static Idp.Core.Tests.Controllers.Cost.CostWorld;

namespace Idp.Core.Tests.Controllers.Cost;

public sealed class AllocationTests
{
    [Fact]
    public void Split_OneCentAmongThree_GivesItToOne() => Assert.Equal([0.01m, 0m, 0m], Apportionment.Split(0.01m, [1, 1, 1], 0.01m));

    [Fact]
    public void Split_ByLargestRemainder_IsHamiltons() => Assert.Equal([0.43m, 0.29m, 0.28m], Apportionment.Split(1.00m, [3, 2, 2], 0.01m));

    [Fact]
    public void Split_AnyAmountAndWeights_SumsExactlyAndStaysWithinAQuantum() =>
        Gen.Select(Gen.Int[0, 1_000_000_000], Gen.Int[0, 10_000].Array[1, 50]).Where((_, weights) => weights.Sum() > 0).Sample((cents, weights) =>
        {
            var total = cents / 100m;
            var parts = Apportionment.Split(total, [.. weights.Select(weight => (decimal)weight)], 0.01m);
            Assert.Equal(total, parts.Sum());
            Assert.All(parts.Index(), part => Assert.True(Math.Abs(part.Item - (total * weights[part.Index] / weights.Sum())) < 0.01m));
        }, iter: 200);

    [Fact]
    public void Decide_SharedCompute_SplitsWhatWorkedByUseAndShowsTheRestAsIdle()
    {
        var plan = Decide(Empty with
        {
            Charges = [Charge(SpendKind.Compute, 10m, utilization: 0.6m)],
            Weights = [Weight("users/ada", 2), Weight("index/a", 1)],
        });

        Assert.Equal(
            [(SpendPurpose.Idle, null, 4m), (SpendPurpose.Used, Shop, 4m), (SpendPurpose.Used, Search, 2m)],
            plan.Allocated.Select(charge => (charge.Purpose, charge.Service, charge.CostUsd)));
        Assert.Equal(100m, plan.Allocated.Sum(charge => charge.Quantity));
    }

    [Fact]
    public void Decide_OwnCharges_GoToTheirObjectAndItsService()
    {
        var plan = Decide(Empty with { Charges = [Charge(SpendKind.Storage, 1m, ObjectId.Parse("users/ada")), Charge(SpendKind.Bandwidth, 2m, service: Search)] });

        Assert.Equal([(Shop, 1m), (Search, 2m)], plan.Allocated.Select(charge => (charge.Service!.Value, charge.CostUsd)));
        Assert.Equal(["users/ada", null], plan.Allocated.Select(charge => charge.Object?.ToString()));
    }

    [Theory]
    [InlineData(SpendKind.Monitoring, "overhead")]
    [InlineData(SpendKind.Migration, "overhead")]
    [InlineData(SpendKind.Compute, "idle")] // Nobody used it.
    [InlineData(SpendKind.Egress, "overhead")]
    public void Decide_NobodysCharge_IsShownNotHidden(SpendKind kind, string purpose) =>
        Assert.Equal([new SpendLine(purpose, 3m)], Decide(Empty with { Charges = [Charge(kind, 3m)] }).Report.ByPurpose);

    [Fact]
    public void Decide_AnyCharges_SumToTheTotalToTheCentInEveryDirection()
    {
        var random = new Random(7);
        var names = Enumerable.Range(0, 40).Select(number => ObjectId.Parse(number % 2 == 0 ? $"users/u{number}" : $"index/i{number}")).ToArray();
        var plan = Decide(Empty with
        {
            Charges =
            [
                .. Enumerable.Range(0, 500).Select(_ => Charge(
                    (SpendKind)random.Next(6),
                    Math.Round((decimal)(random.NextDouble() * 3), 6),
                    random.Next(3) == 0 ? names[random.Next(names.Length)] : null,
                    utilization: (decimal)random.NextDouble(),
                    region: random.Next(2) == 0 ? East : West)),
            ],
            Weights = [.. names.Select(name => new UsageWeight(East, name, random.Next(100)))],
        }, new CostOptions { TopObjects = 5 });

        var total = decimal.Round(plan.Allocated.Sum(charge => charge.CostUsd), 2);
        Assert.Equal(total, plan.Report.TotalUsd);
        Assert.All(
            [plan.Report.ByPurpose, plan.Report.ByService, plan.Report.ByRegion, plan.Report.ByTier, plan.Report.ByKind, plan.Report.ByObject],
            lines => Assert.Equal(total, lines.Sum(line => line.Usd)));
        Assert.Equal(6, plan.Report.ByObject.Length);
        Assert.Contains(plan.Report.ByKind, line => line.Key == "Compute m6i.2xlarge");
    }

    [Fact]
    public void Decide_AnyCharges_AllocatesExactlyWhatWasCharged()
    {
        var charges = Enumerable.Range(1, 97).Select(number => Charge(SpendKind.Compute, number / 97m, utilization: 1m / number)).ToArray();
        var plan = Decide(Empty with { Charges = [.. charges], Weights = [Weight("users/a", 3), Weight("users/b", 7), Weight("index/c", 11)] });

        Assert.Equal(charges.Sum(charge => decimal.Round(charge.CostUsd, 6)), plan.Allocated.Sum(charge => charge.CostUsd));
    }
}
