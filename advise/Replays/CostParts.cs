using Idp.Core;
using Idp.Core.Planning;

namespace Idp.Advise.Replays;

/// <summary>A cost in parts that are each linear in one assumption, so that changing it needs no second replay. US dollars.</summary>
/// <param name="Latency">Revenue lost to waiting: linear in the value of latency and in round trips.</param>
/// <param name="Storage">Linear in the objects' size.</param>
/// <param name="EgressBytes">Answers and shipped writes: linear in egress prices.</param>
/// <param name="Applied">Writes applied at replicas.</param>
/// <param name="CopyBytes">Bytes copied: linear in egress prices and in size.</param>
/// <param name="ChangeWork">Copies and hand-overs besides their bytes.</param>
/// <param name="WriteToRead">What it would add if all writes were reads; it is usually negative.</param>
public readonly record struct CostParts(
    double Latency, double Storage, double EgressBytes, double Applied, double CopyBytes, double ChangeWork, double WriteToRead)
{
    /// <value>The same as <see cref="PlanCost.TotalUsd"/> of the same hours and changes.</value>
    public double Total => Latency + Storage + EgressBytes + Applied + CopyBytes + ChangeWork;

    public static CostParts operator +(CostParts left, CostParts right) => left.Add(right);

    public CostParts Add(CostParts other) => new(
        Latency + other.Latency, Storage + other.Storage, EgressBytes + other.EgressBytes, Applied + other.Applied,
        CopyBytes + other.CopyBytes, ChangeWork + other.ChangeWork, WriteToRead + other.WriteToRead);

    public CostParts Scale(double weight) => new(
        Latency * weight, Storage * weight, EgressBytes * weight, Applied * weight, CopyBytes * weight, ChangeWork * weight, WriteToRead * weight);

    /// <returns>The terms that people know.</returns>
    public PlanCost ToPlanCost() => new(Latency, Storage, EgressBytes + Applied, CopyBytes + ChangeWork);

    /// <returns>One hour in a layout.</returns>
    public static CostParts OfHour(SiteCosts costs, DemandWindow demand, int hour, Layout layout, double sizeGb)
    {
        var (latency, egress, written, toRead) = (0.0, 0.0, 0.0, 0.0);
        var reads = demand.Reads(hour);
        var writes = demand.Writes(hour);
        for (var from = 0; from < reads.Length; from++)
        {
            if (reads[from] + writes[from] > 0)
            {
                var site = costs.Nearest(from, layout.Sites);
                var answer = costs.ReadUsd(from, site) - costs.OperationUsd[from][site];
                latency += (reads[from] * costs.OperationUsd[from][site]) + (writes[from] * costs.OperationUsd[from][layout.Primary]);
                egress += reads[from] * answer;
                written += writes[from];
                toRead += writes[from] * (costs.OperationUsd[from][site] - costs.OperationUsd[from][layout.Primary] + answer);
            }
        }

        var storage = 0.0;
        for (var site = 0; site < costs.Regions.Length; site++)
        {
            storage += layout.Sites.Contains(site) ? sizeGb * costs.StorageUsdPerGbHour[site] : 0;
        }

        var shipped = written * (layout.Sites.Count - 1);
        var shipUsd = shipped * costs.WriteBytes / RegionPrices.BytesPerGb * costs.EgressUsdPerGb[layout.Primary];
        var appliedUsd = shipped * costs.ReplicaWriteUsd;
        return new CostParts(latency, storage, egress + shipUsd, appliedUsd, 0, 0, toRead - shipUsd - appliedUsd);
    }

    /// <returns>What a change of layout costs.</returns>
    public static CostParts OfChange(SiteCosts costs, Layout from, Layout to, double sizeGb)
    {
        var bytes = from.CopiesTo(to) * sizeGb * costs.EgressUsdPerGb[from.Primary];
        return default(CostParts) with { CopyBytes = bytes, ChangeWork = costs.ChangeUsd(from, to, sizeGb) - bytes };
    }
}
