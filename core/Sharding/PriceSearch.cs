namespace Idp.Core.Sharding;

/// <summary>Finds the prices at which the bound is greatest; for a large fleet mostly by looking at a sample of it.</summary>
internal sealed class PriceSearch(
    FleetTerms terms, FleetItems items, PricingPass pass, Dual dual, SolverOptions options, ParallelOptions parallel)
{
    private const int PassesAfterTilt = 40;
    private const double Surely = 4; // A sample that promises so much more leaves no doubt about the fleet.

    public int SamplePasses { get; private set; }

    public int FullPasses { get; private set; }

    /// <value>No plan can cost more; a bound above it proves that none keeps the limits.</value>
    public double Ceiling { get; } = WorstCase.Usd(terms, items);

    public DualPoint Run(double[] start, CancellationToken cancellationToken)
    {
        if (dual.Dimension == 0)
        {
            FullPasses = 1;
            return dual.Evaluate(start);
        }

        if (items.Count > options.HeaviestInSample + options.OthersInSample)
        {
            return BySample(start, cancellationToken);
        }

        var bundle = new ProximalBundle(dual.Evaluate, start) { Ceiling = Ceiling };
        bundle.Run(options.SamplePasses, options.PriceTolerance, cancellationToken);
        FullPasses = bundle.Evaluations;
        return bundle.Best;
    }

    // The sample's bound curves as the fleet's does; it only slopes a little differently. So each full pass corrects the slope,
    // and the sample is asked again: a few full passes do what a search on the whole fleet would need dozens for.
    private DualPoint BySample(double[] start, CancellationToken cancellationToken)
    {
        var best = dual.Evaluate(start);
        FullPasses = 1;
        var sample = new Dual(terms, new PricingPass(terms, Sampler.Draw(terms, items, pass, options), parallel));
        var bundle = new ProximalBundle(sample.Evaluate, start) { Ceiling = Ceiling * Surely };
        bundle.Run(options.SamplePasses, options.PriceTolerance, cancellationToken);
        while (FullPasses <= options.FullPasses)
        {
            var point = dual.Evaluate(bundle.Best.Prices);
            FullPasses++;
            var gained = point.Bound - best.Bound;
            best = gained > 0 ? point : best;
            if (gained <= options.PriceTolerance * Math.Abs(point.Bound) || best.Bound > Ceiling)
            {
                break;
            }

            // What the fleet's slope differs from the tilted sample's at the same prices.
            double[] correction = [.. point.Slope.Zip(bundle.Best.Slope, (fleet, model) => fleet - model)];
            bundle.Tilt(correction);
            bundle.Run(PassesAfterTilt, options.PriceTolerance, cancellationToken);
        }

        SamplePasses = bundle.Evaluations;
        return best;
    }
}
