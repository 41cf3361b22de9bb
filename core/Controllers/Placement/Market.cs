using System.Collections.Immutable;
using Idp.Core.Decisions;

namespace Idp.Core.Controllers.Placement;

/// <summary>What placing things costs in one snapshot's world: regions by index, latency already in dollars.</summary>
internal sealed class Market
{
    private const double DaysPerMonth = 30; // As RegionPrices defines a month.

    private readonly PlacementOptions _options;
    private readonly ImmutableArray<Region> _regions;
    private readonly Dictionary<RegionId, int> _index;
    private readonly double[][] _ms;
    private readonly double[][] _usdPerOperation;

    public Market(PlacementOptions options, ILatencyValue latencyValue, RoundTrips roundTrips, ImmutableArray<Region> regions)
    {
        _options = options;
        _regions = regions;
        _index = regions.Index().ToDictionary(entry => entry.Item.Id, entry => entry.Index);
        _ms = [.. regions.Select(from => regions.Select(to => roundTrips[from.Id, to.Id]).ToArray())];
        _usdPerOperation = [.. _ms.Select(row => row.Select(latencyValue.LostUsd).ToArray())];
    }

    public int Count => _regions.Length;

    public RegionId this[int region] => _regions[region].Id;

    /// <exception cref="KeyNotFoundException">The region is not part of the snapshot.</exception>
    public int IndexOf(RegionId region) =>
        _index.TryGetValue(region, out var index)
            ? index
            : throw new KeyNotFoundException($"Region '{region}' is not in the snapshot; it has {string.Join(", ", _index.Keys)}.");

    /// <returns>Revenue lost by one operation of a caller in <paramref name="from"/> on a store in <paramref name="to"/>, in US dollars.</returns>
    public double OperationUsd(int from, int to) => _usdPerOperation[from][to];

    /// <returns>What copying the object out of <paramref name="from"/> costs, in US dollars: egress at the source, and the overhead.</returns>
    public double MoveUsd(PlacementSubject subject, int from) =>
        (subject.SizeBytes / RegionPrices.BytesPerGb * (double)_regions[from].Prices.EgressUsdPerGb) + _options.MoveOverheadUsd;

    /// <summary>Prices every region as the object's primary: exact, since there are only as many choices as regions.</summary>
    public Scores Score(PlacementSubject subject)
    {
        var scores = new Scores(Count);
        foreach (var demand in subject.Demand)
        {
            var from = IndexOf(demand.Region);
            var answersGb = demand.ReadsPerDay * _options.AnswerBytes / RegionPrices.BytesPerGb;
            scores.OperationsPerDay += demand.OperationsPerDay;
            scores.CallersPerDay[from] += demand.OperationsPerDay;
            for (var at = 0; at < Count; at++)
            {
                scores.LatencyUsd[at] += demand.OperationsPerDay * _usdPerOperation[from][at];
                scores.MeanMs[at] += demand.OperationsPerDay * _ms[from][at];
                scores.EgressUsd[at] += from == at ? 0 : answersGb * (double)_regions[at].Prices.EgressUsdPerGb;
            }
        }

        for (var at = 0; at < Count; at++)
        {
            scores.MeanMs[at] = scores.OperationsPerDay > 0 ? scores.MeanMs[at] / scores.OperationsPerDay : 0;
            scores.StorageUsd[at] = subject.SizeBytes / RegionPrices.BytesPerGb * (double)_regions[at].Prices.HotUsdPerGbMonth / DaysPerMonth;
        }

        foreach (var exclusion in subject.Excluded)
        {
            // A policy may name regions this deployment does not have.
            if (_index.TryGetValue(exclusion.Region, out var at))
            {
                scores.ExcludedBecause[at] = exclusion.Because;
            }
        }

        return scores;
    }
}
