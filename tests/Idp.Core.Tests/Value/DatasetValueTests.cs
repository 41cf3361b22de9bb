using System.Collections.Immutable;
using Idp.Core.Controllers.Placement;
using Idp.Core.Decisions;
using Idp.Core.Tests.Controllers.Placement;
using Idp.Core.Value;
using static Idp.Core.Tests.Controllers.Placement.World;

namespace Idp.Core.Tests.Value;

public sealed class DatasetValueTests
{
    private static readonly DatasetId Users = DatasetId.Parse("users");
    private static readonly DatasetId Carts = DatasetId.Parse("carts");
    private static readonly Dictionary<DatasetId, double> PerDay = new() { [Users] = 900_000, [Carts] = 100_000 };

    // The design's own example: 100 ms of a service of a million dollars a day are worth ten thousand.
    [Fact]
    public void Of_AServiceOfAMillionADay_LosesTenThousandTo100Ms()
    {
        var values = Of(new ServiceOptions { RevenueUsdPerDay = 1_000_000, Datasets = ["users", "carts"] });

        Assert.Equal([Carts, Users], values.Select(value => value.Dataset));
        Assert.Equal(10_000, values.Sum(value => value.ToLatencyValue().LostUsd(100) * PerDay[value.Dataset]), precision: 6);
    }

    [Fact]
    public void Of_TenantWithACurve_LosesByIt()
    {
        var value = Assert.Single(Of(new ServiceOptions { Tenant = "eager", Datasets = ["users"] }));

        Assert.Equal(0.02 * 0.07, value.ToLatencyValue().LostUsd(100), precision: 12);
    }

    [Fact]
    public void Of_NothingToldOrNothingUsed_HasNoValueOfItsOwn()
    {
        Assert.Empty(Of(new ServiceOptions { BudgetUsdPerDay = 5, Datasets = ["users"] }));
        Assert.Empty(Of(new ServiceOptions { RevenueUsdPerDay = 5, Datasets = ["orders"] }));
        Assert.Empty(Of(new ServiceOptions { RevenueUsdPerDay = 5 }));
    }

    [Fact]
    public void Decide_DatasetsOfDifferentWorth_PricesEachByItsOwn()
    {
        var snapshot = Snapshot(Subject(A, (B, 100)), Subject(A, (B, 100)) with { Object = new ObjectId(Carts, "one") }) with
        {
            Values = [new DatasetValue(Carts, RevenueUsdPerOperation: 0.1, "0:0, 100:0.01")],
        };

        var costs = new PlacementController(Eager).Decide(snapshot).Proposals.Select(proposal => proposal.Effect.Before.LatencyUsdPerDay);

        Assert.Equal([0.01m, 0.1m], costs);
    }

    private static ImmutableArray<DatasetValue> Of(ServiceOptions service) => DatasetValue.Of(
        new ValueOptions { LatencyCurves = { ["eager"] = "0:0, 100:0.07" }, Services = { ["shop"] = service } }, PerDay, otherwiseUsdPerOperation: 0.02);
}
