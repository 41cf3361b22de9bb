namespace Idp.Core.Sharding;

/// <summary>The Lagrangian: limits are replaced by prices, and what is left falls apart into items.</summary>
/// <remarks>
/// L(π) = Σ over items of the least (cost + π · use) − π · limits. For any π ≥ 0 it is at most the cost of any plan that keeps
/// the limits: a certified lower bound. Sums of a million doubles carry a relative error below 1e-12.
/// </remarks>
internal sealed class Dual(FleetTerms terms, PricingPass pass)
{
    // Coordinates in which the bound curves about equally in all directions: prices relative to list prices, times the square
    // root of what the whole limit is worth at those. Isotropic steps then suit a budget of thousands and a small site alike.
    private readonly double[] _scales = [.. terms.Active.Select(limit => Amount(terms, limit) / Math.Sqrt(ListUsd(terms, limit)))];

    public int Dimension => _scales.Length;

    /// <value>By active limit: a price in coordinates is the price times this.</value>
    public double[] Scales => _scales;

    public DualPoint Evaluate(double[] scaled)
    {
        var prices = Unscale(scaled);
        pass.All(prices);
        return PointAt(scaled, prices);
    }

    /// <returns>What <see cref="Evaluate"/> would return, after the pass was brought up to date at these prices.</returns>
    public DualPoint PointAt(double[] scaled, double[] prices)
    {
        var (bound, slope) = (pass.TotalUsd, new double[Dimension]);
        foreach (var (at, limit) in terms.Active.Index())
        {
            bound -= prices[limit] * terms.Limits[limit];
            slope[at] = (pass.Use[limit] - terms.Limits[limit]) / _scales[at];
        }

        return new DualPoint(scaled, bound, slope);
    }

    /// <returns>Prices by number of the limit, per unit of it.</returns>
    public double[] Unscale(double[] scaled)
    {
        var prices = new double[terms.LimitCount];
        foreach (var (at, limit) in terms.Active.Index())
        {
            prices[limit] = scaled[at] / _scales[at];
        }

        return prices;
    }

    public double[] ScaleUp(double[] prices) => [.. terms.Active.Select((limit, at) => Math.Max(0, prices[limit]) * _scales[at])];

    private static double Amount(FleetTerms terms, int limit) => terms.Limits[limit] > 0 ? terms.Limits[limit] : 1;

    // What is free at list prices is taken for a thousandth of a millionth of a dollar.
    private static double ListUsd(FleetTerms terms, int limit) => Math.Max(Amount(terms, limit), double.Epsilon) * Math.Max(1e-9,
        limit == terms.Budget ? 1 : limit < terms.RegionCount ? terms.StorageUsd[limit] : terms.OperationUsd[limit - terms.RegionCount]);
}
