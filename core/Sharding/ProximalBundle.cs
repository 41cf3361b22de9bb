namespace Idp.Core.Sharding;

/// <summary>Maximises a concave function of which only values and slopes are known: a proximal bundle method.</summary>
/// <remarks>
/// Kiwiel, "Proximity control in bundle methods for convex nondifferentiable minimization", 1990. The next prices maximise the
/// least of all tangents seen, less the squared distance from the best prices so far; a step that keeps a tenth of what the
/// tangents promise moves the centre, any other only adds its tangent.
/// </remarks>
internal sealed class ProximalBundle
{
    private const double SeriousShare = 0.1; // Kiwiel's m_L.
    private const double LongShare = 0.5; // His m_R: such a step may be longer next time.
    private const double MaxGrowth = 8;
    private const double ResidualShare = 10; // The bound errs by about the square of what the choices do.
    private const double StepAccuracy = 0.01; // Of the accuracy asked for.
    private const int MaxCuts = 48; // Three times the largest number of limits that usually bind.

    private readonly Func<double[], DualPoint> _evaluate;
    private readonly double[] _tilt;
    private readonly List<DualPoint> _cuts = [];
    private readonly BundleStep _subproblem;
    private int _nullSteps;

    public ProximalBundle(Func<double[], DualPoint> evaluate, double[] start)
    {
        _evaluate = evaluate;
        _tilt = new double[start.Length];
        Best = evaluate(start);
        Evaluations = 1;
        _cuts.Add(Best);
        _subproblem = new BundleStep(start.Length, MaxCuts + 1);
        Step = InitialStep(Best);
    }

    /// <value>The point with the greatest bound so far.</value>
    public DualPoint Best { get; private set; }

    /// <value>Squared distance is divided by twice this.</value>
    public double Step { get; private set; }

    public int Evaluations { get; private set; }

    /// <value>How much better than the best the tangents still promise, relative to it.</value>
    public double Promise { get; private set; } = double.PositiveInfinity;

    /// <value>What the mean of the tangents' choices exceeds or leaves of priced limits, relative to the best bound.</value>
    public double Residual { get; private set; } = double.PositiveInfinity;

    /// <value>The search ends above it; infinity by default.</value>
    public double Ceiling { get; init; } = double.PositiveInfinity;

    /// <summary>Goes on until so many evaluations are done or the tangents promise less than <paramref name="tolerance"/>.</summary>
    public void Run(int evaluations, double tolerance, CancellationToken cancellationToken)
    {
        for (var end = Evaluations + evaluations; Evaluations < end && Best.Bound <= Ceiling;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var next = _subproblem.Solve(_cuts, Best, Step, tolerance * StepAccuracy * Math.Abs(Best.Bound));
            var promised = _subproblem.Model - Best.Bound;
            Promise = promised / Math.Max(Math.Abs(Best.Bound), double.Epsilon);
            Residual = _subproblem.Residual(Best, Step) / Math.Max(Math.Abs(Best.Bound), double.Epsilon);
            if (Promise <= tolerance && Residual <= tolerance * ResidualShare)
            {
                return;
            }

            var point = _evaluate(next).Tilted(_tilt);
            Evaluations++;
            Adapt(point, promised);
            Add(point);
        }
    }

    /// <summary>Adds a linear term to the function; what is known of it stays known.</summary>
    public void Tilt(ReadOnlySpan<double> slope)
    {
        for (var at = 0; at < _tilt.Length; at++)
        {
            _tilt[at] += slope[at];
        }

        for (var cut = 0; cut < _cuts.Count; cut++)
        {
            _cuts[cut] = _cuts[cut].Tilted(slope);
            Best = cut == 0 || _cuts[cut].Bound > Best.Bound ? _cuts[cut] : Best;
        }
    }

    private void Adapt(DualPoint point, double promised)
    {
        var gained = point.Bound - Best.Bound;
        if (gained >= SeriousShare * promised)
        {
            _nullSteps = 0;
            Step *= gained >= LongShare * promised ? Math.Clamp(ParabolaStep(gained, promised), 1, MaxGrowth) : 1;
            Best = point;
            return;
        }

        // Several failures in a row mean that the tangents are trusted too far out.
        if (++_nullSteps % 3 == 0)
        {
            Step *= Math.Clamp(ParabolaStep(gained, promised), 1 / MaxGrowth, 0.5);
        }

        if (gained > 0)
        {
            Best = point;
        }
    }

    private void Add(DualPoint point)
    {
        if (_cuts.Count >= MaxCuts)
        {
            // Weightless and farthest above the best: it shapes nothing nearby.
            var useless = _cuts.Index()
                .Where(cut => cut.Item != Best)
                .OrderBy(cut => _subproblem.Weights[cut.Index] > 0)
                .ThenByDescending(cut => cut.Item.EstimateAt(Best.Prices))
                .First();
            _subproblem.Remove(useless.Index, _cuts.Count);
            _cuts.RemoveAt(useless.Index);
        }

        _cuts.Add(point);
    }

    // Where a parabola through what was promised and what was gained has its top, as a multiple of the step taken.
    private static double ParabolaStep(double gained, double promised) => 1 / Math.Max(2 * (1 - (gained / promised)), 1e-3);

    // About a tenth of the bound along the slope.
    private static double InitialStep(DualPoint start)
    {
        var steepness = start.Slope.Sum(slope => slope * slope);
        return steepness > 0 ? 0.1 * Math.Max(Math.Abs(start.Bound), double.Epsilon) / steepness : 1;
    }
}
