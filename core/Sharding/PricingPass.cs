namespace Idp.Core.Sharding;

/// <summary>Prices items at given scarcity prices, remembering each item's choice and the sums over all of them.</summary>
/// <remarks>
/// Sums are formed by chunk and then over chunks, in order: any number of threads gives the same bits, and so does pricing a
/// few items again instead of all.
/// </remarks>
internal sealed class PricingPass
{
    private readonly FleetTerms _terms;
    private readonly ItemBlocks _items;
    private readonly ParallelOptions _parallel;
    private readonly double[] _chunkSums; // A chunk's least cost, then its use of each limit.

    public PricingPass(FleetTerms terms, ItemBlocks items, ParallelOptions parallel)
    {
        (_terms, _items, _parallel) = (terms, items, parallel);
        _chunkSums = new double[items.ChunkCount * SumWidth];
        Sets = new ushort[items.Count];
        Primaries = new byte[items.Count];
        Usd = new double[items.Count];
        Margins = new float[items.Count];
        Use = new double[terms.LimitCount];
    }

    /// <value>The cheapest set of each item.</value>
    public ushort[] Sets { get; }

    public byte[] Primaries { get; }

    /// <value>What it costs at the prices, in US dollars a day.</value>
    public double[] Usd { get; }

    /// <value>What the second-best choice costs more.</value>
    public float[] Margins { get; }

    /// <value>Sum of <see cref="Usd"/>.</value>
    public double TotalUsd { get; private set; }

    /// <value>What the choices use of each limit.</value>
    public double[] Use { get; }

    private int SumWidth => 1 + _terms.LimitCount;

    /// <summary>Prices every item.</summary>
    public void All(ReadOnlySpan<double> prices)
    {
        var tariff = Tariff.At(_terms, prices);
        Parallel.For(0, _items.ChunkCount, _parallel, () => new Pricer(_terms), (chunk, _, pricer) =>
        {
            var first = chunk * ItemBlocks.ItemsPerChunk;
            for (var item = first; item < first + _items.ItemsIn(chunk); item += ItemLayout.Lanes)
            {
                PriceBlock(pricer, tariff, item);
            }

            SumChunk(chunk);
            return pricer;
        }, _ => { });
        Sum();
    }

    /// <summary>Prices again only the blocks in which one of these items stands; all others keep what the last pass found.</summary>
    /// <param name="items">In ascending order; the prices must be those of the last pass.</param>
    public void Some(ReadOnlySpan<double> prices, int[] items)
    {
        var tariff = Tariff.At(_terms, prices);
        Parallel.For(0, _items.ChunkCount, _parallel, () => new Pricer(_terms), (chunk, _, pricer) =>
        {
            var first = chunk * ItemBlocks.ItemsPerChunk;
            var (from, to) = (LowerBound(items, first), LowerBound(items, first + _items.ItemsIn(chunk)));
            var done = -1;
            foreach (var item in items.AsSpan(from..to))
            {
                var block = item / ItemLayout.Lanes;
                if (block != done)
                {
                    PriceBlock(pricer, tariff, block * ItemLayout.Lanes);
                    done = block;
                }
            }

            if (to > from)
            {
                SumChunk(chunk);
            }

            return pricer;
        }, _ => { });
        Sum();
    }

    private void PriceBlock(Pricer pricer, Tariff tariff, int first)
    {
        Span<LaneChoice> choices = stackalloc LaneChoice[ItemLayout.Lanes];
        pricer.Price(_items.BlockOf(first), tariff, choices);
        for (var item = first; item < Math.Min(first + ItemLayout.Lanes, _items.Count); item++)
        {
            var choice = choices[item - first];
            Sets[item] = (ushort)choice.Set;
            Primaries[item] = choice.Primary;
            Usd[item] = choice.Usd;
            Margins[item] = (float)choice.Margin;
        }
    }

    private void SumChunk(int chunk)
    {
        var sums = _chunkSums.AsSpan(chunk * SumWidth, SumWidth);
        sums.Clear();
        var first = chunk * ItemBlocks.ItemsPerChunk;
        for (var item = first; item < first + _items.ItemsIn(chunk); item++)
        {
            sums[0] += Usd[item];
            new ItemView(_terms, _items.BlockOf(item), item % ItemLayout.Lanes).AddUse(Sets[item], Primaries[item], sums[1..]);
        }
    }

    private void Sum()
    {
        TotalUsd = 0;
        Array.Clear(Use);
        for (var at = 0; at < _chunkSums.Length; at += SumWidth)
        {
            TotalUsd += _chunkSums[at];
            for (var limit = 0; limit < Use.Length; limit++)
            {
                Use[limit] += _chunkSums[at + 1 + limit];
            }
        }
    }

    private static int LowerBound(int[] items, int value)
    {
        var at = Array.BinarySearch(items, value);
        return at >= 0 ? at : ~at;
    }
}
