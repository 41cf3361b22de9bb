using Idp.Core.Value;

namespace Idp.Core.Tests.Value;

public sealed class ValueFunctionTests
{
    private static readonly ServiceId Shop = ServiceId.Parse("shop");

    private static ValueOptions Options => new() { Services = { ["shop"] = new ServiceOptions { RevenueUsdPerDay = 1_000_000m } } };

    [Fact]
    public void Assess_HundredMillisecondsFor200ADayOnAMillion_EarnsTenThousandFiftyfold()
    {
        var statement = new ValueFunction(Options).Assess(Shop, new ValueChange(120, 20, 200m));

        Assert.Equal((10_000m, 8_000m, 50m), (statement.LatencyGainUsdPerDay, statement.MaxSpendUsdPerDay, statement.Roi));
        Assert.Null(statement.WhyNot);
        Assert.Equal(
            "latency $10,000.00 − infrastructure $200.00 − compliance risk $0.00 − overhead $0.00 = $9,800.00/day, ROI 50 ×",
            statement.ToString());
    }

    [Theory]
    [InlineData(8_000, null)]
    [InlineData(8_001, "it costs $8,001.00/day for $10,000.00/day gained, limit $8,000.00/day")]
    public void WhyNot_AtEachSideOfFourFifthsOfTheGain_AllowsOnlyUpToIt(int spend, string? why) =>
        Assert.Equal(why, new ValueFunction(Options).Assess(Shop, new ValueChange(100, 0, spend)).WhyNot);

    [Fact]
    public void Assess_EveryTerm_IsSubtractedOnce()
    {
        var risk = new ComplianceExposure(IncidentsPerYear: 0.1m, UsdPerIncident: 3_650_000m);
        var overhead = new OperationalOverhead(ChangesPerDay: 40, UsdPerChange: 0.5m, OperatorHoursPerDay: 2, UsdPerOperatorHour: 90);

        var statement = new ValueFunction(Options).Assess(Shop, new ValueChange(100, 0, 500m, risk.UsdPerDay, overhead.UsdPerDay));

        Assert.Equal((1_000m, 200m), (statement.ComplianceRiskUsdPerDay, statement.OverheadUsdPerDay));
        Assert.Equal(10_000m - 500m - 1_000m - 200m, statement.NetUsdPerDay);
    }

    [Fact]
    public void Assess_SlowerButCheaper_CountsTheSavingAsGainAndTheWaitAsCost()
    {
        var statement = new ValueFunction(Options).Assess(Shop, new ValueChange(0, 5, -700m));

        Assert.Equal((700m, 500m, 200m), (statement.GainUsdPerDay, statement.SpendUsdPerDay, statement.NetUsdPerDay));
        Assert.Null(statement.WhyNot);
    }

    [Fact]
    public void Assess_TenantWithItsOwnCurve_UsesThatInsteadOfTheLine()
    {
        var options = Options;
        options.LatencyCurves["phones"] = "0:0, 100:0.071, 1000:0.5";
        options.Services["shop"].Tenant = "phones";

        Assert.Equal(71_000m, new ValueFunction(options).Assess(Shop, new ValueChange(100, 0, 0)).LatencyGainUsdPerDay);
    }

    [Fact]
    public void Assess_UnknownService_EarnsNothing() =>
        Assert.Equal("it gains nothing", new ValueFunction(Options).Assess(ServiceId.Parse("other"), new ValueChange(100, 0, 1)).WhyNot);

    [Theory]
    [InlineData(-5, 0)]
    [InlineData(50, 0.005)]
    [InlineData(550, 0.105)]
    [InlineData(1_450, 0.295)] // The last slope goes on.
    [InlineData(100_000, 1)]
    public void LostShare_BetweenAndBeyondThePoints_FollowsTheLines(double ms, double share) =>
        Assert.Equal(share, ConversionCurve.Parse("0:0, 100:0.01, 1000:0.2").LostShare(ms), 12);

    [Theory]
    [InlineData("0:0")] // one point is no line
    [InlineData("0:0, 100:-0.01")]
    [InlineData("0:0.2, 100:0.1")]
    [InlineData("100:0, 100:0.1")]
    [InlineData("0:0, 100:1.1")]
    [InlineData("0:0, 1e2:0.1")]
    [InlineData("")]
    public void TryParse_BrokenCurve_IsRefused(string text) => Assert.False(ConversionCurve.TryParse(text, out _));

    [Fact]
    public void PerOperation_MillionOperations_LosesTheServicesRevenueEvenly() =>
        Assert.Equal(0.01, new ValueFunction(Options).PerOperation(Shop, 1_000_000).LostUsd(100), 12);
}
