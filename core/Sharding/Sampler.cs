namespace Idp.Core.Sharding;

/// <summary>A small fleet that prices like the whole: the heaviest items as they are, and of the others some for many.</summary>
/// <remarks>
/// An item's weight is its share of the cost and of each limit. Items are sorted into strata by weight, four to a doubling; a
/// stratum gets its share of the sample by its total weight, and each of its chosen stands for equally many. A uniform sample
/// would misprice heavy tails.
/// </remarks>
internal static class Sampler
{
    private const int StrataPerDoubling = 4;
    private const int Doublings = 60; // Lighter than 2^-60 of the whole does not matter.
    private const int LeastOfStratum = 4;

    public static ItemBlocks Draw(FleetTerms terms, FleetItems items, PricingPass pass, SolverOptions options)
    {
        var stratum = new short[items.Count];
        var counts = new int[(StrataPerDoubling * Doublings) + 1];
        var weights = new double[counts.Length];
        Span<double> use = stackalloc double[terms.LimitCount];
        for (var item = 0; item < items.Count; item++)
        {
            use.Clear();
            new ItemView(terms, items.Blocks.BlockOf(item), item % ItemLayout.Lanes).AddUse(pass.Sets[item], pass.Primaries[item], use);
            var weight = pass.Usd[item] / Math.Max(pass.TotalUsd, double.Epsilon);
            foreach (var limit in terms.Active)
            {
                weight += terms.Limits[limit] > 0 ? use[limit] / terms.Limits[limit] : 0;
            }

            stratum[item] = StratumOf(weight);
            counts[stratum[item]]++;
            weights[stratum[item]] += weight;
        }

        return Pick(items, stratum, Shares(counts, weights, options), counts);
    }

    // 0 is the heaviest.
    private static short StratumOf(double weight) =>
        weight > 0 ? (short)Math.Clamp(-Math.Log2(weight) * StrataPerDoubling, 0, StrataPerDoubling * Doublings) : (short)(StrataPerDoubling * Doublings);

    private static int[] Shares(int[] counts, double[] weights, SolverOptions options)
    {
        var shares = new int[counts.Length];
        var (heavy, next) = (0, 0);
        for (; next < counts.Length && heavy + counts[next] <= options.HeaviestInSample; next++)
        {
            shares[next] = counts[next];
            heavy += counts[next];
        }

        var rest = weights.Skip(next).Sum();
        for (; next < counts.Length; next++)
        {
            var share = rest > 0 ? (int)(options.OthersInSample * weights[next] / rest) : 0;
            shares[next] = Math.Min(counts[next], Math.Max(LeastOfStratum, share));
        }

        return shares;
    }

    // The j-th chosen of n is the item at rank ⌊(j + ½) · count ÷ n⌋ of its stratum, in the order of the fleet.
    private static ItemBlocks Pick(FleetItems items, short[] stratum, int[] shares, int[] counts)
    {
        var total = shares.Sum();
        var (chosen, multiplicities) = (new List<int>(total), new List<double>(total));
        var (rank, taken) = (new int[counts.Length], new int[counts.Length]);
        for (var item = 0; item < items.Count; item++)
        {
            var at = stratum[item];
            if (taken[at] < shares[at] && rank[at] == (long)(((2L * taken[at]) + 1) * counts[at] / (2L * shares[at])))
            {
                chosen.Add(item);
                multiplicities.Add(counts[at] / (double)shares[at]);
                taken[at]++;
            }

            rank[at]++;
        }

        return items.Blocks.Sample([.. chosen], [.. multiplicities]);
    }
}
