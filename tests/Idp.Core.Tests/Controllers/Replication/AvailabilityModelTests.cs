using Idp.Core.Controllers.Replication;

namespace Idp.Core.Tests.Controllers.Replication;

public sealed class AvailabilityModelTests
{
    private static readonly ReplicationOptions Options = new()
    {
        CommonModeShare = 0.05, RepairTime = TimeSpan.FromHours(1), FailoverTime = TimeSpan.FromSeconds(36),
    };

    [Fact]
    public void Of_OneCopy_IsItsRegion() => Assert.Equal(0.0005, new AvailabilityModel(Options).Of([0.0005]).Unavailability);

    [Fact]
    public void Of_TwoCopies_AddsTheThreeTermsAndShowsThem()
    {
        var estimate = new AvailabilityModel(Options).Of([0.0005, 0.001]);

        Assert.Equal(0.05 * 0.001, estimate.CommonMode, 12); // the worse one's
        Assert.Equal(0.95 * 0.0005 * 0.95 * 0.001, estimate.Independent, 12);
        Assert.Equal(0.95 * 0.0005 * 0.01, estimate.Failover, 12); // 36 s of an hour
        Assert.Equal(
            "2 copies: common mode 0.05 × 0.001 = 5.0E-5; independent 4.75E-4 × 9.5E-4 = 4.51E-7; failover 4.75E-4 × 36 s ÷ 60 min = 4.75E-6; down 5.52E-5 of the time",
            estimate.Text);
    }

    [Fact]
    public void Of_WithoutCommonMode_LooksAThousandTimesSafer()
    {
        var naive = new AvailabilityModel(new ReplicationOptions { CommonModeShare = 0, FailoverTime = TimeSpan.Zero }).Of([0.0005, 0.0005, 0.0005]);
        var real = new AvailabilityModel(new ReplicationOptions { CommonModeShare = 0.05, FailoverTime = TimeSpan.Zero }).Of([0.0005, 0.0005, 0.0005]);

        Assert.True(real.Unavailability > 1_000 * naive.Unavailability);
    }

    [Theory]
    [InlineData(0.9999, "99.990 %")]
    [InlineData(0.99997, "99.9970 %")]
    [InlineData(0.5, "50 %")]
    [InlineData(1, "100 %")]
    public void Percent_ManyNines_ShowsWhatIsMissing(double availability, string text) => Assert.Equal(text, AvailabilityEstimate.Percent(availability));
}
