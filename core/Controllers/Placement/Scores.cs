namespace Idp.Core.Controllers.Placement;

/// <summary>One object's cost with its primary in each region, by region index, in US dollars per day.</summary>
internal sealed class Scores(int regions)
{
    public double[] LatencyUsd { get; } = new double[regions];

    public double[] StorageUsd { get; } = new double[regions];

    public double[] EgressUsd { get; } = new double[regions];

    /// <value>Mean round trip of the object's operations, in milliseconds.</value>
    public double[] MeanMs { get; } = new double[regions];

    public double[] CallersPerDay { get; } = new double[regions];

    public string?[] ExcludedBecause { get; } = new string?[regions];

    public double OperationsPerDay { get; set; }

    public bool IsAllowed(int at) => ExcludedBecause[at] is null;

    public double RunningUsd(int at) => LatencyUsd[at] + StorageUsd[at] + EgressUsd[at];

    /// <returns>The cheapest allowed region besides <paramref name="except"/>, the first of equals; null when there is none.</returns>
    public int? Best(int? except = null)
    {
        int? best = null;
        for (var at = 0; at < regions; at++)
        {
            if (at != except && IsAllowed(at) && (best is not { } leader || RunningUsd(at) < RunningUsd(leader)))
            {
                best = at;
            }
        }

        return best;
    }
}
