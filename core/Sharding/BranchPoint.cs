namespace Idp.Core.Sharding;

/// <summary>A question that splits a search: has that item a site there, or has it its primary there?</summary>
internal readonly record struct BranchPoint(int At, int Site, bool IsPrimary)
{
    private const int OfOneItem = 2; // Different items are worth more trials than different sites of one.
    private const double Least = 1e-30; // So that a difference which uses nothing scarce still splits.

    /// <summary>Finds the questions that a solved relaxation answers by halves, counted by what the difference uses at its price.</summary>
    /// <returns>The most promising, best first; none when each item has one choice.</returns>
    public static BranchPoint[] Choose(Relaxation relaxation, SiteSets sets, int most) =>
    [
        .. relaxation.Shares()
            .GroupBy(part => relaxation.ItemOf(part.Option))
            .SelectMany(item => Of(item.Key, [.. item], relaxation, sets).OrderByDescending(split => split.Score).Take(OfOneItem))
            .OrderByDescending(split => split.Score)
            .Take(most)
            .Select(split => split.Point),
    ];

    /// <returns>True for choices with that site, or with that primary.</returns>
    public bool Names(OptionTable table, SiteSets sets, int option) =>
        IsPrimary ? table.Primaries[option] == Site : (sets.Masks[table.Sets[option]] >> Site & 1) != 0;

    /// <summary>Writes a value, infinity to forbid, beside what it does not name, or beside what it names.</summary>
    public void Forbid(Relaxation relaxation, SiteSets sets, bool must, double value)
    {
        var (start, end) = relaxation.Table.OptionsOf(At);
        for (var option = start; option < end; option++)
        {
            if (Names(relaxation.Table, sets, option) != must)
            {
                relaxation.Forbidden[option] = value;
            }
        }
    }

    private static IEnumerable<(BranchPoint Point, double Score)> Of(int item, (int Option, double Share)[] parts, Relaxation relaxation, SiteSets sets) =>
        from site in Enumerable.Range(0, sets.RegionCount)
        from isPrimary in (bool[])[false, true]
        let point = new BranchPoint(item, site, isPrimary)
        let score = point.Score(relaxation, sets, parts)
        where score > 0
        select (point, score);

    private double Score(Relaxation relaxation, SiteSets sets, (int Option, double Share)[] parts)
    {
        var (inside, insideWorth, outside, outsideWorth) = (0.0, 0.0, 0.0, 0.0);
        foreach (var (option, share) in parts)
        {
            var worth = relaxation.Reduced[option] - relaxation.Table.Usd[option]; // What it uses, at its price.
            if (Names(relaxation.Table, sets, option))
            {
                (inside, insideWorth) = (inside + share, insideWorth + (share * worth));
            }
            else
            {
                (outside, outsideWorth) = (outside + share, outsideWorth + (share * worth));
            }
        }

        // Alike in price but not in kind still has to be decided.
        var least = Math.Min(inside, outside);
        return least <= Relaxation.Negligible
            ? 0
            : least * (Math.Abs((insideWorth / inside) - (outsideWorth / outside)) + (1e-3 * (insideWorth + outsideWorth)) + Least);
    }
}
