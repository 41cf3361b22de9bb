using System.Collections.Immutable;

namespace Idp.Core.Planning;

/// <summary>Every layout that one group of objects may have, with the tables that pricing them needs.</summary>
/// <remarks>
/// Made once for all objects with the same feasible regions and bounds, and shared between threads. Eight regions and three sites give 92 sets
/// and 232 layouts, sixteen regions 696 and 1,936.
/// </remarks>
public sealed class LayoutSpace
{
    private readonly int[] _indexOfSet = new int[1 << SiteSet.MaxRegions];
    private readonly int[] _firstLayoutOfSet;
    private readonly double[] _readUsd;
    private readonly double[] _storageUsdPerGbHour;

    /// <param name="feasible">Regions where the object may be.</param>
    /// <param name="minSites">The durability floor; from 1.</param>
    /// <param name="maxSites">Primary and replicas together; from <paramref name="minSites"/>.</param>
    /// <exception cref="ArgumentException">The costs have no or more than sixteen regions, or no set of feasible regions is large enough.</exception>
    public LayoutSpace(SiteCosts costs, SiteSet feasible, int minSites = 1, int maxSites = 3)
    {
        if (costs.Regions.Length is 0 or > SiteSet.MaxRegions || !feasible.IsSubsetOf(SiteSet.FirstOf(costs.Regions.Length)))
        {
            throw new ArgumentException($"{costs.Regions.Length} regions and feasible mask {feasible.Mask:x}; expected 1 to {SiteSet.MaxRegions} regions and a mask of them.", nameof(costs));
        }

        if (minSites < 1 || maxSites < minSites || feasible.Count < minSites)
        {
            throw new ArgumentException($"{minSites} to {maxSites} sites out of {feasible.Count} feasible regions.", nameof(minSites));
        }

        Costs = costs;
        Feasible = feasible;
        MinSites = minSites;
        MaxSites = maxSites;
        Sets = EnumerateSets(feasible, maxSites);
        Array.Fill(_indexOfSet, -1);
        foreach (var (index, set) in Sets.Index())
        {
            _indexOfSet[set.Mask] = index;
        }

        Layouts = [.. Sets.SelectMany(set => set.ToIndices().Select(primary => new Layout(primary, set)))];
        _firstLayoutOfSet = FirstLayouts(Sets);
        SetOfLayout = [.. Layouts.Select(layout => _indexOfSet[layout.Sites.Mask])];
        _readUsd = NearestSites();
        _storageUsdPerGbHour = [.. Sets.Select(set => set.ToIndices().Sum(site => costs.StorageUsdPerGbHour[site]))];
        Lattice = new SetLattice(this);
    }

    public SiteCosts Costs { get; }

    public SiteSet Feasible { get; }

    public int MinSites { get; }

    public int MaxSites { get; }

    /// <value>Feasible sets, the empty one and those below <see cref="MinSites"/> included: they are steps between others.</value>
    internal ImmutableArray<SiteSet> Sets { get; }

    /// <value>Every set with each of its members as primary, set by set.</value>
    internal ImmutableArray<Layout> Layouts { get; }

    internal ImmutableArray<int> SetOfLayout { get; }

    internal SetLattice Lattice { get; }

    public bool Allows(Layout layout) =>
        layout.Sites.Count >= MinSites && layout.Sites.Contains(layout.Primary) && _indexOfSet[layout.Sites.Mask] >= 0;

    internal int IndexOf(SiteSet set) => _indexOfSet[set.Mask];

    /// <returns>The layout's index; −1 when the space does not allow it.</returns>
    internal int IndexOf(Layout layout) => Allows(layout)
        ? _firstLayoutOfSet[_indexOfSet[layout.Sites.Mask]] + new SiteSet((ushort)(layout.Sites.Mask & ((1 << layout.Primary) - 1))).Count
        : -1;

    /// <returns>What one read by callers in <paramref name="from"/> costs, wait and answer, by set.</returns>
    internal ReadOnlySpan<double> ReadUsdFrom(int from) => _readUsd.AsSpan(from * Sets.Length, Sets.Length);

    /// <value>What a gigabyte at every site of a set costs an hour, by set.</value>
    internal ReadOnlySpan<double> StorageUsdPerGbHour => _storageUsdPerGbHour;

    private static ImmutableArray<SiteSet> EnumerateSets(SiteSet feasible, int maxSites) =>
    [
        .. Enumerable.Range(0, feasible.Mask + 1)
            .Select(mask => new SiteSet((ushort)mask))
            .Where(set => set.IsSubsetOf(feasible) && set.Count <= maxSites),
    ];

    private static int[] FirstLayouts(ImmutableArray<SiteSet> sets)
    {
        var first = new int[sets.Length];
        for (var set = 1; set < sets.Length; set++)
        {
            first[set] = first[set - 1] + sets[set - 1].Count;
        }

        return first;
    }

    private double[] NearestSites()
    {
        var usd = new double[Costs.Regions.Length * Sets.Length];
        for (var from = 0; from < Costs.Regions.Length; from++)
        {
            foreach (var (set, sites) in Sets.Index())
            {
                usd[(from * Sets.Length) + set] = sites.Count == 0 ? 0 : Costs.ReadUsd(from, Costs.Nearest(from, sites));
            }
        }

        return usd;
    }
}
