namespace Idp.Core.Sharding;

/// <summary>A lower bound on every plan's cost, and how it changes with the prices.</summary>
/// <param name="Prices">By active limit, in the coordinates of <see cref="Dual"/>; 0 or more.</param>
/// <param name="Bound">In US dollars a day.</param>
/// <param name="Slope">By active limit, what is used beyond it (a supergradient, since the bound is concave in the prices).</param>
internal sealed record DualPoint(double[] Prices, double Bound, double[] Slope)
{
    /// <returns>An upper estimate of the bound at other prices.</returns>
    public double EstimateAt(ReadOnlySpan<double> prices)
    {
        var estimate = Bound;
        for (var limit = 0; limit < Slope.Length; limit++)
        {
            estimate += Slope[limit] * (prices[limit] - Prices[limit]);
        }

        return estimate;
    }

    /// <returns>The same point of the function with a linear term added.</returns>
    public DualPoint Tilted(ReadOnlySpan<double> slope)
    {
        var (bound, slopes) = (Bound, new double[Slope.Length]);
        for (var limit = 0; limit < slopes.Length; limit++)
        {
            bound += slope[limit] * Prices[limit];
            slopes[limit] = Slope[limit] + slope[limit];
        }

        return this with { Bound = bound, Slope = slopes };
    }

    /// <value>What is used beyond and left of priced limits, in US dollars a day.</value>
    public double Residual
    {
        get
        {
            var residual = 0.0;
            for (var limit = 0; limit < Slope.Length; limit++)
            {
                residual += Math.Abs(Slope[limit] * Prices[limit]);
            }

            return residual;
        }
    }
}
