namespace Idp.Core.Sharding;

/// <summary>A question that splits a search: has that item a site there, or has it its primary there?</summary>
internal readonly record struct BranchPoint(int At, int Site, bool IsPrimary)
{
    private const double Whole = 1e-6; // A weight so near 0 or 1 is rounding.
    private const double Least = 1e-30; // So that a difference which uses nothing scarce still splits.

    /// <summary>Finds the item that the tangents, by weight, agree least on, counted by what the difference uses at its price.</summary>
    /// <returns>Null when they agree on all.</returns>
    public static BranchPoint? Choose(OptionDual dual, SiteSets sets, (DualPoint Cut, double Weight)[] weighted, double[] prices)
    {
        var (best, most) = (default(BranchPoint?), 0.0);
        for (var at = 0; at < dual.Table.Count; at++)
        {
            var first = weighted[0].Cut.Chosen![at];
            if (weighted.All(point => point.Cut.Chosen![at] == first))
            {
                continue;
            }

            for (var site = 0; site < sets.RegionCount; site++)
            {
                foreach (var isPrimary in (bool[])[false, true])
                {
                    var score = Score(dual, sets, weighted, prices, new BranchPoint(at, site, isPrimary));
                    (best, most) = score > most ? (new BranchPoint(at, site, isPrimary), score) : (best, most);
                }
            }
        }

        return best;
    }

    /// <returns>True for choices with that site, or with that primary.</returns>
    public bool Names(OptionTable table, SiteSets sets, int option) =>
        IsPrimary ? table.Primaries[option] == Site : (sets.Masks[table.Sets[option]] >> Site & 1) != 0;

    private static double Score(OptionDual dual, SiteSets sets, (DualPoint Cut, double Weight)[] weighted, double[] prices, BranchPoint split)
    {
        var (inside, insideWorth, outside, outsideWorth) = (0.0, 0.0, 0.0, 0.0);
        foreach (var (cut, weight) in weighted)
        {
            var option = cut.Chosen![split.At];
            var worth = dual.ReducedAt(prices, option) - dual.Table.Usd[option]; // What it uses, at its price.
            if (split.Names(dual.Table, sets, option))
            {
                (inside, insideWorth) = (inside + weight, insideWorth + (weight * worth));
            }
            else
            {
                (outside, outsideWorth) = (outside + weight, outsideWorth + (weight * worth));
            }
        }

        var share = Math.Min(inside, outside);
        if (share <= Whole)
        {
            return 0;
        }

        // Alike in price but not in kind still has to be decided.
        return share * (Math.Abs((insideWorth / inside) - (outsideWorth / outside)) + (1e-3 * (insideWorth + outsideWorth)) + Least);
    }
}
