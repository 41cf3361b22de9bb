using System.Collections.Immutable;
using Idp.Core.Decisions;

namespace Idp.Core.Planning;

/// <summary>What placing and serving an object costs, by region index. Latency is in dollars already.</summary>
/// <remarks>
/// Reads go to the nearest site (round trip, then price, then index); its answer leaves that site's region. Writes go to the primary, which ships
/// them to each replica. A copy is read from the primary. All inner arithmetic is in double; what is reported becomes decimal.
/// </remarks>
public sealed record SiteCosts
{
    private const double HoursPerMonth = 720; // As RegionPrices defines a month.

    /// <value>At most <see cref="SiteSet.MaxRegions"/>, in the order of every index used with these costs.</value>
    public required ImmutableArray<RegionId> Regions { get; init; }

    /// <value>Round trip in milliseconds, [from][to].</value>
    public required ImmutableArray<ImmutableArray<double>> RoundTripMs { get; init; }

    /// <value>Revenue lost by one operation of a caller in [from] on a store in [to], in US dollars.</value>
    public required ImmutableArray<ImmutableArray<double>> OperationUsd { get; init; }

    /// <value>Per decimal gigabyte and hour, in US dollars.</value>
    public required ImmutableArray<double> StorageUsdPerGbHour { get; init; }

    /// <value>Per decimal gigabyte sent from the region to another, in US dollars.</value>
    public required ImmutableArray<double> EgressUsdPerGb { get; init; }

    /// <value>Bytes of an average answer to a read.</value>
    public double AnswerBytes { get; init; } = 1_024;

    /// <value>Bytes that one write ships to each replica.</value>
    public double WriteBytes { get; init; } = 1_024;

    /// <value>What applying one write at one replica costs besides its bytes, in US dollars: write amplification.</value>
    public double ReplicaWriteUsd { get; init; }

    /// <value>Cost of a copy besides its bytes, in US dollars: about five seconds of one virtual CPU for capture, checks and bookkeeping.</value>
    public double CopyOverheadUsd { get; init; } = 0.000_07;

    /// <value>Cost of handing the primary over to a site that has a copy, in US dollars: the same work without the bytes.</value>
    public double HandOverUsd { get; init; } = 0.000_07;

    /// <summary>The costs of a deployment, at its list prices.</summary>
    public static SiteCosts Of(ImmutableArray<Region> regions, RoundTrips roundTrips, ILatencyValue latencyValue)
    {
        ImmutableArray<ImmutableArray<double>> ms = [.. regions.Select(from => regions.Select(to => roundTrips[from.Id, to.Id]).ToImmutableArray())];
        return new SiteCosts
        {
            Regions = [.. regions.Select(region => region.Id)],
            RoundTripMs = ms,
            OperationUsd = [.. ms.Select(row => row.Select(latencyValue.LostUsd).ToImmutableArray())],
            StorageUsdPerGbHour = [.. regions.Select(region => (double)region.Prices.HotUsdPerGbMonth / HoursPerMonth)],
            EgressUsdPerGb = [.. regions.Select(region => (double)region.Prices.EgressUsdPerGb)],
        };
    }

    /// <returns>What one copy out of <paramref name="primary"/> costs, in US dollars.</returns>
    public double CopyUsd(int primary, double sizeGb) => (sizeGb * EgressUsdPerGb[primary]) + CopyOverheadUsd;

    /// <returns>What changing from one layout to another costs, in US dollars; 0 when nothing changes.</returns>
    public double ChangeUsd(Layout from, Layout to, double sizeGb) =>
        (from.CopiesTo(to) * CopyUsd(from.Primary, sizeGb)) + (from.Primary == to.Primary ? 0 : HandOverUsd);

    /// <returns>Which site answers the reads of callers in <paramref name="from"/>.</returns>
    public int Nearest(int from, SiteSet sites)
    {
        var nearest = -1;
        for (var site = 0; site < Regions.Length; site++)
        {
            if (sites.Contains(site) && (nearest < 0
                || (RoundTripMs[from][site], ReadUsd(from, site)).CompareTo((RoundTripMs[from][nearest], ReadUsd(from, nearest))) < 0))
            {
                nearest = site;
            }
        }

        return nearest;
    }

    /// <returns>What one read costs, in US dollars: the wait, and the answer's egress when it leaves the site's region.</returns>
    public double ReadUsd(int from, int site) =>
        OperationUsd[from][site] + (from == site ? 0 : AnswerBytes / RegionPrices.BytesPerGb * EgressUsdPerGb[site]);

    /// <returns>What shipping one write to one replica costs, in US dollars.</returns>
    public double ShipUsd(int primary) => (WriteBytes / RegionPrices.BytesPerGb * EgressUsdPerGb[primary]) + ReplicaWriteUsd;
}
