namespace Idp.Core.Sharding;

/// <summary>Which number of an item stands where: everything its cost is linear in, so that items add up to groups.</summary>
/// <remarks>Eight items form a block; number <c>n</c> of lane <c>l</c> stands at <c>n × 8 + l</c>.</remarks>
internal readonly record struct ItemLayout(int RegionCount)
{
    /// <summary>Items priced together. Fixed, so that results do not depend on the processor's vector width.</summary>
    public const int Lanes = 8;

    /// <value>Reads a day that any site may answer × US dollars per ms, by caller's region.</value>
    public static int ReadUsd => 0;

    /// <value>Gigabytes a day of those answers, by caller's region.</value>
    public int ReadGb => RegionCount;

    /// <value>Count of those reads a day, by caller's region.</value>
    public int ReadOps => 2 * RegionCount;

    /// <value>Writes and strong reads a day × US dollars per ms, by caller's region.</value>
    public int PrimaryUsd => 3 * RegionCount;

    /// <value>Gigabytes a day of strong answers, by caller's region.</value>
    public int PrimaryGb => 4 * RegionCount;

    /// <value>US dollars a day for having a site there: the copy to be made; infinity where the item may not be.</value>
    public int SiteUsd => 5 * RegionCount;

    public int SizeGb => 6 * RegionCount;

    /// <value>Gigabytes of changes a day that the primary sends to each replica.</value>
    public int ChangeGb => (6 * RegionCount) + 1;

    /// <value>Strong reads a day.</value>
    public int PrimaryOps => (6 * RegionCount) + 2;

    /// <value>Writes a day; each site applies them.</value>
    public int ChangeOps => (6 * RegionCount) + 3;

    /// <value>Writes a day × US dollars per ms × <see cref="FleetObjects.SyncFactor"/>.</value>
    public int SyncUsd => (6 * RegionCount) + 4;

    public int MinSites => (6 * RegionCount) + 5;

    public int MaxSites => (6 * RegionCount) + 6;

    /// <value>Numbers an item.</value>
    public int Width => (6 * RegionCount) + 7;

    /// <value>Numbers that are sums over a group's members; what follows are limits.</value>
    public int AdditiveWidth => (6 * RegionCount) + 5;

    public int BlockLength => Width * Lanes;
}
