namespace Idp.Core.Sharding;

/// <summary>Where the least of the tangents, less the squared distance from the centre ÷ (2 × step), is greatest at prices ≥ 0.</summary>
/// <remarks>
/// Solved in the tangents' weights, two at a time: the pair that gains most, as far as it gains (Platt's sequential minimal
/// optimisation). Weights are kept between calls, so the next solution is near.
/// </remarks>
internal sealed class BundleStep(int dimension, int maxCuts)
{
    private const int MaxPairs = 3_000;

    private readonly double[] _errors = new double[maxCuts];
    private readonly double[] _pull = new double[dimension]; // Weighted mean of the slopes.
    private readonly double[] _move = new double[dimension];
    private readonly double[] _promises = new double[maxCuts];

    public double[] Weights { get; } = new double[maxCuts];

    /// <value>The least of the tangents at the solution.</value>
    public double Model { get; private set; }

    /// <param name="tolerance">How far what the weighted tangents promise may differ, in US dollars.</param>
    public double[] Solve(List<DualPoint> cuts, DualPoint center, double step, double tolerance)
    {
        Start(cuts, center);
        for (var pairs = 0; pairs < MaxPairs; pairs++)
        {
            Move(center.Prices, step);
            var (low, high) = ExtremePair(cuts);
            if (low < 0 || _promises[high] - _promises[low] <= tolerance)
            {
                break;
            }

            Shift(cuts, center.Prices, step, low, high);
        }

        Move(center.Prices, step);
        Model = center.Bound + _promises[ExtremePair(cuts).Low];
        return [.. center.Prices.Zip(_move, (price, move) => Math.Max(0, price + move))];
    }

    /// <returns>What the weighted mean of the tangents' choices exceeds or leaves of priced limits, in US dollars a day.</returns>
    public double Residual(DualPoint center, double step)
    {
        var residual = 0.0;
        for (var at = 0; at < dimension; at++)
        {
            residual += Math.Abs(_move[at]) / step * center.Prices[at];
        }

        return residual;
    }

    /// <summary>Forgets one tangent; its weight goes to the last.</summary>
    public void Remove(int cut, int count)
    {
        var weight = Weights[cut];
        for (var at = cut; at < count - 1; at++)
        {
            Weights[at] = Weights[at + 1];
        }

        Weights[count - 1] = 0;
        Weights[count - 2] += weight;
    }

    private void Start(List<DualPoint> cuts, DualPoint center)
    {
        var total = 0.0;
        for (var cut = 0; cut < cuts.Count; cut++)
        {
            _errors[cut] = cuts[cut].EstimateAt(center.Prices) - center.Bound;
            total += Weights[cut];
        }

        if (total <= 0)
        {
            Weights[0] = 1;
        }

        Array.Clear(_pull);
        for (var cut = 0; cut < cuts.Count; cut++)
        {
            for (var at = 0; at < dimension && Weights[cut] > 0; at++)
            {
                _pull[at] += Weights[cut] * cuts[cut].Slope[at];
            }
        }
    }

    private void Move(double[] center, double step)
    {
        for (var at = 0; at < dimension; at++)
        {
            _move[at] = Math.Max(-center[at], step * _pull[at]);
        }
    }

    // The tangent that promises least here should weigh more; the one that promises most among those with weight, less.
    private (int Low, int High) ExtremePair(List<DualPoint> cuts)
    {
        var (low, high) = (-1, -1);
        for (var cut = 0; cut < cuts.Count; cut++)
        {
            var promise = _errors[cut];
            var slope = cuts[cut].Slope;
            for (var at = 0; at < dimension; at++)
            {
                promise += slope[at] * _move[at];
            }

            _promises[cut] = promise;
            low = low < 0 || promise < _promises[low] ? cut : low;
            high = Weights[cut] > 0 && (high < 0 || promise > _promises[high]) ? cut : high;
        }

        return (low, high);
    }

    private void Shift(List<DualPoint> cuts, double[] center, double step, int low, int high)
    {
        var (up, down) = (cuts[low].Slope, cuts[high].Slope);
        var curvature = 0.0;
        for (var at = 0; at < dimension; at++)
        {
            // Prices that stay at zero do not answer to the weights.
            var difference = step * _pull[at] > -center[at] ? up[at] - down[at] : 0;
            curvature += step * difference * difference;
        }

        var gap = _promises[high] - _promises[low];
        var shift = Math.Min(Weights[high], curvature > 0 ? gap / curvature : Weights[high]);
        Weights[low] += shift;
        Weights[high] = shift == Weights[high] ? 0 : Weights[high] - shift;
        for (var at = 0; at < dimension; at++)
        {
            _pull[at] += shift * (up[at] - down[at]);
        }
    }
}
