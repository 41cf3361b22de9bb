namespace Idp.Core.Sharding;

/// <summary>One fleet over time: solved in full now and then, and brought up to date in between.</summary>
/// <remarks>Not for several threads at once; it uses several by itself.</remarks>
public sealed class FleetSession
{
    private readonly FleetProblem _problem;
    private readonly SolverOptions _options;
    private readonly ParallelOptions _parallel;
    private readonly FleetTerms _terms;
    private readonly FleetItems _items;
    private readonly PricingPass _pass;
    private readonly Dual _dual;
    private readonly PlanWriter _writer;
    private double[]? _prices; // By limit; those of the last pass.

    /// <exception cref="ArgumentException">The problem has errors; the message names them all.</exception>
    public FleetSession(FleetProblem problem, SolverOptions options)
    {
        if (problem.Errors() is { IsEmpty: false } errors)
        {
            throw new ArgumentException(string.Join(' ', errors), nameof(problem));
        }

        _problem = problem;
        _options = options;
        _parallel = new ParallelOptions { MaxDegreeOfParallelism = options.Threads > 0 ? options.Threads : Environment.ProcessorCount };
        _terms = new FleetTerms(problem);
        _items = new FleetItems(problem, _terms, _parallel);
        _pass = new PricingPass(_terms, _items.Blocks, _parallel);
        _dual = new Dual(_terms, _pass);
        _writer = new PlanWriter(problem, _terms, _items, _pass, _dual, options, _parallel);
    }

    /// <summary>Finds prices anew and places every object.</summary>
    /// <param name="warmStart">Prices of an earlier plan for the same regions; null to start from none.</param>
    public FleetPlan Solve(ScarcityPrices? warmStart = null, CancellationToken cancellationToken = default)
    {
        var start = warmStart is null ? new double[_dual.Dimension] : _dual.ScaleUp(warmStart.ByLimit());
        var search = new PriceSearch(_terms, _items, _pass, _dual, _options, _parallel);
        var best = search.Run(start, cancellationToken);
        _prices = _dual.Unscale(best.Prices);
        _pass.All(_prices); // The last pass tried other prices than the best.
        return Finish(search.SamplePasses, search.FullPasses + 1, cancellationToken);
    }

    /// <summary>Places the fleet again after some objects changed, at the prices of the last solution.</summary>
    /// <param name="objects">Objects of which the problem's arrays now say something else, in any order.</param>
    /// <returns>
    /// The plan that a full pass at these prices would give, bit for bit; its bound is certified anew. A gap that has grown says
    /// that it is time to <see cref="Solve"/>.
    /// </returns>
    /// <exception cref="InvalidOperationException">Nothing was solved before.</exception>
    public FleetPlan Update(ReadOnlySpan<int> objects, CancellationToken cancellationToken = default)
    {
        var prices = _prices ?? throw new InvalidOperationException("Update follows Solve: there are no prices yet.");
        var items = new HashSet<int>();
        foreach (var changed in objects)
        {
            items.Add(_items.ItemOfObject(changed));
        }

        int[] sorted = [.. items.Order()];
        Parallel.ForEach(sorted.Chunk(ItemBlocks.ItemsPerChunk), _parallel, chunk =>
        {
            foreach (var item in chunk)
            {
                _items.Read(item);
            }
        });
        _pass.Some(prices, sorted);
        return Finish(0, 0, cancellationToken);
    }

    private FleetPlan Finish(int samplePasses, int fullPasses, CancellationToken cancellationToken)
    {
        var point = _dual.PointAt([], _prices!);
        return _writer.Write(_prices!, point.Bound, samplePasses, fullPasses, cancellationToken);
    }
}
