using Idp.Core.Planning;
using Idp.Simulation;

namespace Idp.Advise.Fleets;

/// <summary>Operations by caller's region and answering region: there are few round trips, so every mean and quantile is exact.</summary>
public sealed class WaitTally(SiteCosts costs)
{
    private readonly double[] _operations = new double[costs.Regions.Length * costs.Regions.Length];

    /// <summary>Counts one hour's reads and writes of one region in a layout.</summary>
    public void Add(int from, double reads, double writes, Layout layout)
    {
        _operations[(from * costs.Regions.Length) + costs.Nearest(from, layout.Sites)] += reads;
        _operations[(from * costs.Regions.Length) + layout.Primary] += writes;
    }

    /// <summary>Adds another tally of the same regions, each of its operations counting <paramref name="weight"/> times.</summary>
    public void Add(WaitTally other, double weight = 1)
    {
        for (var pair = 0; pair < _operations.Length; pair++)
        {
            _operations[pair] += weight * other._operations[pair];
        }
    }

    /// <returns>Operations of one caller's region.</returns>
    public double OperationsFrom(int from) => Pairs(from).Sum(pair => pair.Operations);

    /// <returns>Mean wait of one caller's region in milliseconds; 0 when it asked for nothing.</returns>
    public double MeanMsFrom(int from) => OperationsFrom(from) is > 0 and var all ? Pairs(from).Sum(pair => pair.Ms * pair.Operations) / all : 0;

    public LatencySummary Summarize()
    {
        var pairs = Enumerable.Range(0, costs.Regions.Length).SelectMany(Pairs).Where(pair => pair.Operations > 0).OrderBy(pair => pair.Ms).ToArray();
        var all = pairs.Sum(pair => pair.Operations);
        return all > 0
            ? new LatencySummary((long)Math.Round(all), pairs.Sum(pair => pair.Ms * pair.Operations) / all, Quantile(pairs, 0.9 * all), Quantile(pairs, 0.99 * all))
            : new LatencySummary(0, 0, 0, 0);
    }

    // Nearest rank; a trillionth forgives that sums of doubles end a little below the whole.
    private static double Quantile((double Ms, double Operations)[] pairs, double rank)
    {
        var seen = 0.0;
        foreach (var (ms, operations) in pairs)
        {
            seen += operations;
            if (seen >= rank * (1 - 1e-12))
            {
                return ms;
            }
        }

        return pairs[^1].Ms;
    }

    private IEnumerable<(double Ms, double Operations)> Pairs(int from) =>
        Enumerable.Range(0, costs.Regions.Length).Select(to => (costs.RoundTripMs[from][to], _operations[(from * costs.Regions.Length) + to]));
}
