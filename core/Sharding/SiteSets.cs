using System.Numerics;

namespace Idp.Core.Sharding;

/// <summary>Every set of at most so many sites, smallest first, with what depends on round trips alone.</summary>
internal sealed class SiteSets
{
    private readonly int[] _memberStart;
    private readonly int[] _indexByMask;

    /// <param name="ms">Caller × <paramref name="regions"/> + site.</param>
    public SiteSets(int regions, int maxSites, ReadOnlySpan<double> ms)
    {
        RegionCount = regions;
        MaxSites = Math.Min(maxSites, regions);
        Masks = [.. Enumerable.Range(1, (1 << regions) - 1)
            .Where(mask => BitOperations.PopCount((uint)mask) <= MaxSites)
            .OrderBy(mask => BitOperations.PopCount((uint)mask)).ThenBy(mask => mask)
            .Select(mask => (ushort)mask)];
        FirstOfSize = [.. Enumerable.Range(0, MaxSites + 2).Select(size => Array.FindIndex(Masks, mask => BitOperations.PopCount(mask) >= size))];
        FirstOfSize[MaxSites + 1] = Masks.Length;

        _indexByMask = new int[1 << regions];
        Array.Fill(_indexByMask, -1);
        _memberStart = new int[Masks.Length + 1];
        Near = new byte[Masks.Length * regions];
        var members = new List<byte>();
        var far = new List<double>();
        for (var set = 0; set < Masks.Length; set++)
        {
            _indexByMask[Masks[set]] = set;
            byte[] sites = [.. Enumerable.Range(0, regions).Where(site => (Masks[set] >> site & 1) != 0).Select(site => (byte)site)];
            members.AddRange(sites);
            _memberStart[set + 1] = members.Count;
            foreach (var primary in sites)
            {
                far.Add(Farthest(sites, primary, ms.Slice(primary * regions, regions)));
            }

            for (var caller = 0; caller < regions; caller++)
            {
                Near[(set * regions) + caller] = Nearest(sites, ms.Slice(caller * regions, regions));
            }
        }

        Members = [.. members];
        FarMs = [.. far];
    }

    public int RegionCount { get; }

    /// <value>Sites of the largest set.</value>
    public int MaxSites { get; }

    public int Count => Masks.Length;

    /// <value>The sites of each set as bits.</value>
    public ushort[] Masks { get; }

    /// <value>Index of the first set with that many sites; one more entry than sizes, for the end.</value>
    public int[] FirstOfSize { get; }

    /// <value>The site that answers readers of a region, at <c>set × RegionCount + region</c>: the nearest, then the first.</value>
    public byte[] Near { get; }

    /// <value>Sites of all sets one after the other; <see cref="MembersOf"/> says where a set begins.</value>
    public byte[] Members { get; }

    /// <value>Beside each member: the round trip from it to the farthest other member, in milliseconds.</value>
    public double[] FarMs { get; }

    public (int Start, int End) MembersOf(int set) => (_memberStart[set], _memberStart[set + 1]);

    /// <returns>−1 when the set has more sites than this catalogue.</returns>
    public int IndexOf(ushort mask) => _indexByMask[mask];

    private static double Farthest(byte[] sites, byte primary, ReadOnlySpan<double> ms)
    {
        var farthest = 0.0;
        foreach (var site in sites)
        {
            farthest = site == primary ? farthest : Math.Max(farthest, ms[site]);
        }

        return farthest;
    }

    private static byte Nearest(byte[] sites, ReadOnlySpan<double> ms)
    {
        var nearest = sites[0];
        foreach (var site in sites)
        {
            nearest = ms[site] < ms[nearest] ? site : nearest;
        }

        return nearest;
    }
}
