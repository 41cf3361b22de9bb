namespace Idp.Core.Planning;

/// <summary>What a plan costs over its whole window, by term, in US dollars. Double, as it is made of many small parts.</summary>
/// <param name="LatencyUsd">Revenue lost to waiting.</param>
/// <param name="StorageUsd">Bytes at every site.</param>
/// <param name="EgressUsd">Answers to other regions, and writes shipped to replicas, what applying them costs included.</param>
/// <param name="ChangeUsd">Copies and hand-overs.</param>
public readonly record struct PlanCost(double LatencyUsd, double StorageUsd, double EgressUsd, double ChangeUsd)
{
    public double TotalUsd => LatencyUsd + StorageUsd + EgressUsd + ChangeUsd;

    public static PlanCost operator +(PlanCost left, PlanCost right) => left.Add(right);

    public PlanCost Add(PlanCost other) => new(
        LatencyUsd + other.LatencyUsd, StorageUsd + other.StorageUsd, EgressUsd + other.EgressUsd, ChangeUsd + other.ChangeUsd);

    /// <returns>What one hour costs in a layout, whether or not a space allows it.</returns>
    public static PlanCost OfHour(SiteCosts costs, DemandWindow window, int hour, Layout layout, double sizeGb)
    {
        var (latency, egress, storage) = (0.0, 0.0, 0.0);
        var reads = window.Reads(hour);
        var writes = window.Writes(hour);
        var written = 0.0;
        for (var from = 0; from < reads.Length; from++)
        {
            var site = costs.Nearest(from, layout.Sites);
            latency += (reads[from] * costs.OperationUsd[from][site]) + (writes[from] * costs.OperationUsd[from][layout.Primary]);
            egress += reads[from] * (costs.ReadUsd(from, site) - costs.OperationUsd[from][site]);
            written += writes[from];
        }

        foreach (var site in layout.Sites.ToIndices())
        {
            storage += sizeGb * costs.StorageUsdPerGbHour[site];
        }

        egress += written * costs.ShipUsd(layout.Primary) * (layout.Sites.Count - 1);
        return new PlanCost(latency, storage, egress, ChangeUsd: 0);
    }

    /// <returns>What a plan costs, its changes included.</returns>
    /// <param name="start">Null when the object is nowhere yet: its first copies then cost nothing.</param>
    public static PlanCost OfPath(SiteCosts costs, DemandWindow window, double sizeGb, Layout? start, IReadOnlyList<Layout> path)
    {
        var sum = default(PlanCost);
        var at = start ?? path[0];
        for (var hour = 0; hour < path.Count; hour++)
        {
            sum += OfHour(costs, window, hour, path[hour], sizeGb) with { ChangeUsd = costs.ChangeUsd(at, path[hour], sizeGb) };
            at = path[hour];
        }

        return sum;
    }
}
