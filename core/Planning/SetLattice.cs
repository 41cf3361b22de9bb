namespace Idp.Core.Planning;

/// <summary>The cheapest way from every layout to any next one, in steps that add or drop a single site.</summary>
/// <remarks>
/// Copies cost the same for each added site, as all are read from one primary; dropping is free. The minimum over all next sets is then a
/// minimum over their common subset with the present one: one sweep down the lattice of sets that pays for additions, and one sweep up that
/// drops for free. Sets × regions steps instead of sets × sets (research/placement.md section 5; the sum-over-subsets transform of Yates, 1937).
/// </remarks>
internal sealed class SetLattice
{
    private readonly LayoutSpace _space;
    private readonly (int Lower, int Upper)[] _setSteps;
    private readonly (int Lower, int Upper, int Primary)[] _layoutSteps;
    private readonly double[] _prices;
    private readonly int[] _levelOfRegion;

    public SetLattice(LayoutSpace space)
    {
        _space = space;
        _setSteps = [.. SetSteps(space)];
        _layoutSteps = [.. LayoutSteps(space)];
        _prices = [.. space.Costs.EgressUsdPerGb.Distinct()];
        _levelOfRegion = [.. space.Costs.EgressUsdPerGb.Select(price => Array.IndexOf(_prices, price))];
    }

    /// <value>Distinct egress prices: copies cost the same for primaries that share one.</value>
    public int Levels => _prices.Length;

    /// <summary>Fills, for each layout, the least cost of changing to a layout and going on from there.</summary>
    /// <param name="value">What going on from each layout costs; infinite for layouts that are not allowed.</param>
    /// <param name="copyUsd">What one copy costs, by primary; the same for equal egress prices.</param>
    /// <param name="result">One cost a layout; may not overlap <paramref name="value"/>.</param>
    /// <param name="scratch">At least (levels + 1) × sets.</param>
    public void BestChange(ReadOnlySpan<double> value, ReadOnlySpan<double> copyUsd, double handOverUsd, Span<double> result, Span<double> scratch)
    {
        KeepPrimary(value, copyUsd, result);
        var sets = _space.Sets.Length;
        var byLevel = scratch.Slice(sets, Levels * sets);
        HandOver(value, copyUsd, scratch[..sets], byLevel);
        for (var layout = 0; layout < result.Length; layout++)
        {
            var level = _levelOfRegion[_space.Layouts[layout].Primary];
            result[layout] = Math.Min(result[layout], handOverUsd + byLevel[(level * sets) + _space.SetOfLayout[layout]]);
        }
    }

    private void KeepPrimary(ReadOnlySpan<double> value, ReadOnlySpan<double> copyUsd, Span<double> result)
    {
        value.CopyTo(result);
        foreach (var (lower, upper, primary) in _layoutSteps)
        {
            result[lower] = Math.Min(result[lower], result[upper] + copyUsd[primary]);
        }

        foreach (var (lower, upper, _) in _layoutSteps)
        {
            result[upper] = Math.Min(result[upper], result[lower]);
        }
    }

    private void HandOver(ReadOnlySpan<double> value, ReadOnlySpan<double> copyUsd, Span<double> bestOfSet, Span<double> byLevel)
    {
        bestOfSet.Fill(double.PositiveInfinity);
        for (var layout = 0; layout < value.Length; layout++)
        {
            ref var best = ref bestOfSet[_space.SetOfLayout[layout]];
            best = Math.Min(best, value[layout]);
        }

        for (var level = 0; level < Levels; level++)
        {
            var addUsd = copyUsd[Array.IndexOf(_levelOfRegion, level)];
            var best = byLevel.Slice(level * bestOfSet.Length, bestOfSet.Length);
            bestOfSet.CopyTo(best);
            foreach (var (lower, upper) in _setSteps)
            {
                best[lower] = Math.Min(best[lower], best[upper] + addUsd);
            }

            foreach (var (lower, upper) in _setSteps)
            {
                best[upper] = Math.Min(best[upper], best[lower]);
            }
        }
    }

    // Ordered by the region that a step adds: both sweeps need all steps of one region before the next region's.
    private static IEnumerable<(int Lower, int Upper)> SetSteps(LayoutSpace space) =>
        from region in space.Feasible.ToIndices()
        from lower in Enumerable.Range(0, space.Sets.Length)
        where !space.Sets[lower].Contains(region)
        let upper = space.IndexOf(space.Sets[lower].With(region))
        where upper >= 0
        select (lower, upper);

    private static IEnumerable<(int Lower, int Upper, int Primary)> LayoutSteps(LayoutSpace space)
    {
        var index = space.Layouts.Index().ToDictionary(entry => entry.Item, entry => entry.Index);
        return from step in SetSteps(space)
               from primary in space.Sets[step.Lower].ToIndices()
               select (index[new Layout(primary, space.Sets[step.Lower])], index[new Layout(primary, space.Sets[step.Upper])], primary);
    }
}
