namespace Idp.Core.Sharding;

/// <summary>All objects of a fleet as one array a property; object <c>i</c> stands at index <c>i</c> of each.</summary>
/// <remarks>
/// Arrays, because a million objects are priced together. The caller may write new values into them between
/// <see cref="FleetSession.Update"/> calls, naming the objects it changed; nothing here is written by the solver.
/// </remarks>
public sealed class FleetObjects
{
    public FleetObjects(int count, int regionCount)
    {
        Count = count;
        RegionCount = regionCount;
        ReadsPerDay = new double[(long)count * regionCount];
        WritesPerDay = new double[(long)count * regionCount];
        SizeBytes = new double[count];
        UsdPerMs = new double[count];
        AnswerBytes = new double[count];
        ChangeBytes = new double[count];
        StrongReadShare = new double[count];
        SyncFactor = new double[count];
        AllowedSites = new ushort[count];
        MinSites = new byte[count];
        MaxSites = new byte[count];
        CurrentSites = new ushort[count];
        CurrentPrimary = new byte[count];
        Array.Fill(AllowedSites, (ushort)((1 << regionCount) - 1));
        Array.Fill(MinSites, (byte)1);
        Array.Fill(MaxSites, (byte)1);
    }

    public int Count { get; }

    /// <value>Regions of the problem, 1 to 16; callers and sites are the same regions.</value>
    public int RegionCount { get; }

    /// <value>Reads a day of callers in region <c>r</c> at <c>object × RegionCount + r</c>; 0 or more.</value>
    public double[] ReadsPerDay { get; }

    /// <value>Writes a day, laid out as <see cref="ReadsPerDay"/>.</value>
    public double[] WritesPerDay { get; }

    /// <value>Bytes that each site stores and a copy sends.</value>
    public double[] SizeBytes { get; }

    /// <value>Revenue lost by one operation for each millisecond it waits, in US dollars.</value>
    public double[] UsdPerMs { get; }

    /// <value>Bytes of an average answer to a read; a reader in another region costs its egress.</value>
    public double[] AnswerBytes { get; }

    /// <value>Bytes that one write sends to each replica.</value>
    public double[] ChangeBytes { get; }

    /// <value>Share of the reads that only the primary may answer, 0 to 1; the others go to the nearest site.</value>
    public double[] StrongReadShare { get; }

    /// <value>How much of the round trip from the primary to its farthest replica each write waits: 0 asynchronous, 1 synchronous to all.</value>
    public double[] SyncFactor { get; }

    /// <value>Bit <c>r</c> is set where compliance allows the object; all regions by default.</value>
    public ushort[] AllowedSites { get; }

    /// <value>Durability floor: fewest sites, the primary included; default 1.</value>
    public byte[] MinSites { get; }

    /// <value>Write-amplification cap: most sites, the primary included; default 1.</value>
    public byte[] MaxSites { get; }

    /// <value>Bit <c>r</c> is set where the object is today; 0 for an object that is nowhere yet and moves for free.</value>
    public ushort[] CurrentSites { get; }

    /// <value>Index of today's primary, from which new sites are copied; ignored when <see cref="CurrentSites"/> is 0.</value>
    public byte[] CurrentPrimary { get; }

    /// <value>
    /// Co-access group of each object, or null when there are none. Objects of one group (the same number, 0 or more) get one
    /// set of sites and one primary; −1 stands alone.
    /// </value>
    /// <remarks>
    /// A group is placed as one object whose demand is the sum of its members', because a transaction over rows that are used
    /// together needs one primary, and because costs are sums: merging is exact and keeps the lower bound certified, which a
    /// bonus for each pair (a quadratic problem) would not.
    /// </remarks>
    public int[]? Group { get; init; }

    /// <returns>Some of the objects, in the order given, with arrays of their own.</returns>
    /// <param name="members">Indices of objects here.</param>
    /// <param name="group">Their co-access groups; null when each stands alone.</param>
    public FleetObjects Pick(IReadOnlyList<int> members, int[]? group = null)
    {
        var picked = new FleetObjects(members.Count, RegionCount) { Group = group };
        for (var to = 0; to < members.Count; to++)
        {
            var from = members[to];
            ReadsPerDay.AsSpan(from * RegionCount, RegionCount).CopyTo(picked.ReadsPerDay.AsSpan(to * RegionCount));
            WritesPerDay.AsSpan(from * RegionCount, RegionCount).CopyTo(picked.WritesPerDay.AsSpan(to * RegionCount));
            picked.SizeBytes[to] = SizeBytes[from];
            picked.UsdPerMs[to] = UsdPerMs[from];
            picked.AnswerBytes[to] = AnswerBytes[from];
            picked.ChangeBytes[to] = ChangeBytes[from];
            picked.StrongReadShare[to] = StrongReadShare[from];
            picked.SyncFactor[to] = SyncFactor[from];
            picked.AllowedSites[to] = AllowedSites[from];
            picked.MinSites[to] = MinSites[from];
            picked.MaxSites[to] = MaxSites[from];
            picked.CurrentSites[to] = CurrentSites[from];
            picked.CurrentPrimary[to] = CurrentPrimary[from];
        }

        return picked;
    }
}
