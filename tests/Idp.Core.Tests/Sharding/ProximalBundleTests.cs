using Idp.Core.Sharding;

namespace Idp.Core.Tests.Sharding;

public sealed class ProximalBundleTests
{
    [Fact]
    public void Run_TopOfAPyramid_IsFound()
    {
        // The least of four planes; they meet at (2, 3) with the value 10.
        double[][] slopes = [[1, 0.5], [-1, 0.25], [0.2, -1], [-0.1, -0.7]];
        var bundle = new ProximalBundle(at => Least(slopes, [2, 3], 10, at), [0, 0]);

        bundle.Run(100, 1e-9, CancellationToken.None);

        Assert.Equal(10, bundle.Best.Bound, 1e-6);
        Assert.Equal(2, bundle.Best.Prices[0], 1e-5);
        Assert.Equal(3, bundle.Best.Prices[1], 1e-5);
    }

    [Fact]
    public void Run_TopAtNegativePrices_StaysAtZero()
    {
        var bundle = new ProximalBundle(at => new DualPoint(at, -Math.Pow(at[0] + 1, 2), [-2 * (at[0] + 1)]), [5]);

        bundle.Run(100, 1e-9, CancellationToken.None);

        Assert.Equal(0, bundle.Best.Prices[0], 1e-9);
    }

    [Fact]
    public void Tilt_KnownFunction_GivesTheTopOfTheTilted()
    {
        // −(x − 2)² + 2x has its top at 3.
        var bundle = new ProximalBundle(at => new DualPoint(at, -Math.Pow(at[0] - 2, 2), [-2 * (at[0] - 2)]), [0]);
        bundle.Run(100, 1e-9, CancellationToken.None);
        Assert.Equal(2, bundle.Best.Prices[0], 1e-3);

        bundle.Tilt([2]);
        bundle.Run(100, 1e-9, CancellationToken.None);

        Assert.Equal(3, bundle.Best.Prices[0], 1e-3);
        Assert.Equal(5, bundle.Best.Bound, 1e-6);
    }

    private static DualPoint Least(double[][] slopes, double[] top, double value, double[] at)
    {
        var (least, slope) = slopes.Select(slope => (value + slope.Zip(at.Zip(top, (a, b) => a - b), (s, d) => s * d).Sum(), slope)).MinBy(plane => plane.Item1);
        return new DualPoint(at, least, slope);
    }
}
