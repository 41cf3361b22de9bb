using System.Collections.Immutable;
using Idp.Core;
using Idp.Simulation.Traces;

namespace Idp.Simulation;

/// <summary>Counts round trips; there are few distinct ones, so all quantiles are exact.</summary>
internal sealed class LatencyTally(TraceWindow window)
{
    private readonly SortedDictionary<double, long> _all = [];
    private readonly SortedDictionary<double, long> _scored = [];
    private readonly Dictionary<RegionId, SortedDictionary<double, long>> _byRegion = [];

    /// <summary>Counts some operations of one access.</summary>
    public void Add(Access access, double ms, long operations)
    {
        Count(_all, ms, operations);
        if (access.At < window.ScoredFrom)
        {
            return;
        }

        Count(_scored, ms, operations);
        if (!_byRegion.TryGetValue(access.Region, out var counts))
        {
            _byRegion[access.Region] = counts = [];
        }

        Count(counts, ms, operations);
    }

    public LatencyReport Report() => new(
        Summarize(_all),
        Summarize(_scored),
        _byRegion.ToImmutableSortedDictionary(entry => entry.Key.Value, entry => Summarize(entry.Value), StringComparer.Ordinal));

    private static void Count(SortedDictionary<double, long> counts, double ms, long operations) =>
        counts[ms] = counts.GetValueOrDefault(ms) + operations;

    private static LatencySummary Summarize(SortedDictionary<double, long> counts)
    {
        var total = counts.Values.Sum();
        return total == 0
            ? new LatencySummary(0, 0, 0, 0)
            : new LatencySummary(total, counts.Sum(entry => entry.Key * entry.Value) / total, Quantile(counts, total, 0.9), Quantile(counts, total, 0.99));
    }

    // Nearest rank: the smallest value that at least a share q of all operations do not exceed.
    private static double Quantile(SortedDictionary<double, long> counts, long total, double q)
    {
        var rank = (long)Math.Ceiling(q * total);
        var seen = 0L;
        return counts.First(entry => (seen += entry.Value) >= rank).Key;
    }
}
