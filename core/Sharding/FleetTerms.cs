using System.Numerics;

namespace Idp.Core.Sharding;

/// <summary>Prices and limits of a problem as the inner loops read them.</summary>
/// <remarks>
/// Limits are numbered: gigabytes of region 0 to R−1, operations of region 0 to R−1, then the budget. A limit of infinity is
/// never active; its price stays 0.
/// </remarks>
internal sealed class FleetTerms
{
    /// <param name="maxSites">Sites of the largest set; null for as many as the objects may have.</param>
    public FleetTerms(FleetProblem problem, int? maxSites = null)
    {
        RegionCount = problem.Regions.Length;
        Ms = [.. problem.LatencyMs];
        StorageUsd = [.. problem.StorageUsdPerGbDay];
        EgressUsd = [.. problem.EgressUsdPerGb];
        OperationUsd = [.. problem.OperationUsd];
        Limits =
        [
            .. problem.CapacityBytes.Select(bytes => bytes / RegionPrices.BytesPerGb),
            .. problem.CapacityOperationsPerDay,
            problem.BudgetUsdPerDay,
        ];
        Active = [.. Enumerable.Range(0, Limits.Length).Where(limit => double.IsFinite(Limits[limit]) && (Limits[limit] > 0 || limit == Budget))];
        for (var region = 0; region < RegionCount; region++)
        {
            // A site without room has no price that clears it: it is closed instead.
            var isOpen = Limits[region] > 0 && Limits[RegionCount + region] > 0;
            OpenSites |= (ushort)(isOpen ? 1 << region : 0);
        }

        Sets = new SiteSets(RegionCount, maxSites ?? LargestSet(problem.Objects), Ms);
        List = Tariff.At(this, new double[LimitCount]);
    }

    public int RegionCount { get; }

    public double[] Ms { get; }

    public double[] StorageUsd { get; }

    public double[] EgressUsd { get; }

    public double[] OperationUsd { get; }

    public double[] Limits { get; }

    public int LimitCount => Limits.Length;

    /// <value>Number of the budget among the limits.</value>
    public int Budget => 2 * RegionCount;

    /// <value>Numbers of the limits that can bind.</value>
    public int[] Active { get; }

    public ushort OpenSites { get; }

    public SiteSets Sets { get; }

    /// <value>List prices, nothing scarce.</value>
    public Tariff List { get; }

    private int LargestSet(FleetObjects objects)
    {
        var largest = 1;
        for (var at = 0; at < objects.Count; at++)
        {
            var sites = BitOperations.PopCount((uint)(objects.AllowedSites[at] & OpenSites));
            largest = Math.Max(largest, Math.Min(sites, objects.MaxSites[at]));
        }

        return largest;
    }
}
