using System.Collections.Immutable;
using System.Numerics;

namespace Idp.Core.Planning;

/// <summary>A set of regions by index: bit i stands for region i of the <see cref="SiteCosts"/> in use.</summary>
/// <param name="Mask">At most sixteen regions.</param>
public readonly record struct SiteSet(ushort Mask)
{
    /// <value>Regions that fit into a set.</value>
    public const int MaxRegions = 16;

    public static SiteSet Empty => default;

    public int Count => BitOperations.PopCount(Mask);

    /// <returns>The first <paramref name="count"/> regions.</returns>
    public static SiteSet FirstOf(int count) => new((ushort)((1 << count) - 1));

    public static SiteSet Of(params ReadOnlySpan<int> regions)
    {
        var set = Empty;
        foreach (var region in regions)
        {
            set = set.With(region);
        }

        return set;
    }

    public bool Contains(int region) => (Mask >> region & 1) != 0;

    public SiteSet With(int region) => new((ushort)(Mask | (1 << region)));

    public SiteSet Without(int region) => new((ushort)(Mask & ~(1 << region)));

    public SiteSet Except(SiteSet other) => new((ushort)(Mask & ~other.Mask));

    public bool IsSubsetOf(SiteSet other) => (Mask & ~other.Mask) == 0;

    /// <returns>The regions, lowest index first.</returns>
    public ImmutableArray<int> ToIndices()
    {
        var set = this;
        return [.. Enumerable.Range(0, MaxRegions).Where(set.Contains)];
    }
}
