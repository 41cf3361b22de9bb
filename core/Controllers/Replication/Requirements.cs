using System.Collections.Immutable;
using Idp.Core.Controllers.Placement;

namespace Idp.Core.Controllers.Replication;

/// <summary>What one object's copies must give, whatever its demand.</summary>
internal sealed class Requirements
{
    private const double NearBest = 1.1; // Copies that come within a tenth of what is reachable; more would buy nothing.

    private readonly ReplicationOptions _options;
    private readonly ReplicaMarket _market;
    private readonly ReplicationSubject _subject;
    private readonly AvailabilityModel _model;
    private readonly Dictionary<int, string> _excluded;
    private readonly double _limit;

    public Requirements(ReplicationOptions options, ReplicaMarket market, ReplicationSubject subject)
    {
        (_options, _market, _subject, _model) = (options, market, subject, new AvailabilityModel(options));
        _excluded = subject.Excluded
            .Select(exclusion => (Index: market.Find(exclusion.Region), exclusion.Because))
            .Where(entry => entry.Index is not null) // A policy may name regions this deployment does not have.
            .DistinctBy(entry => entry.Index)
            .ToDictionary(entry => entry.Index!.Value, entry => entry.Because);
        var best = Grow().ToImmutableArray();
        var reachable = best.Min(set => Estimate(set).Unavailability);
        IsReachable = subject.TargetAvailability is not { } target || reachable <= 1 - target;
        _limit = IsReachable ? 1 - (subject.TargetAvailability ?? 0) : reachable * NearBest;
        Least = best.First(set => set.Count == best[^1].Count || Missing(set) is null);
    }

    /// <value>False when no number of copies reaches the target.</value>
    public bool IsReachable { get; }

    /// <value>The smallest set that meets everything, in the most reliable regions allowed.</value>
    public CopySet Least { get; }

    public string? ExcludedBecause(int region) => _excluded.GetValueOrDefault(region);

    public AvailabilityEstimate Estimate(CopySet copies)
    {
        // A copy that a policy forbids is about to go: it counts for nothing.
        double[] counted = [.. copies.All.Where(copy => copy == copies.Primary || !_excluded.ContainsKey(copy)).Select(copy => _market.Unavailability[copy])];
        return _model.Of(counted);
    }

    /// <returns>Null when the copies give all that is asked for, else what they lack, with the numbers compared.</returns>
    public string? Missing(CopySet copies)
    {
        var counted = copies.All.Count(copy => !_excluded.ContainsKey(copy));
        if (counted < _options.DurabilityMinimum)
        {
            return $"{Copies(counted)}, durability minimum {_options.DurabilityMinimum}";
        }

        var estimate = Estimate(copies);
        if (_subject.TargetAvailability is { } target && estimate.Unavailability > _limit)
        {
            return $"available {AvailabilityEstimate.Percent(estimate.Availability)}, target {AvailabilityEstimate.Percent(target)}"
                + (IsReachable ? string.Empty : $" (out of reach: common mode alone takes {AvailabilityEstimate.Percent(1 - estimate.CommonMode)})");
        }

        return _subject.MaxDataLoss is { } loss && FreshestLag(copies) is var lag && lag > loss && CanBeFresher(copies, loss)
            ? $"the freshest copy is {Seconds(lag)} behind, data loss limit {Seconds(loss)}"
            : null;
    }

    /// <returns>P99 of what a disaster in the primary's region costs; endless without another copy.</returns>
    public TimeSpan FreshestLag(CopySet copies)
    {
        var lags = copies.Replicas.Where(copy => !_excluded.ContainsKey(copy)).Select(Lag).ToArray();
        return lags.Length > 0 ? lags.Min() : TimeSpan.MaxValue;
    }

    public TimeSpan Lag(int region) =>
        _subject.Lags.FirstOrDefault(lag => lag.Region == _market[region])?.P99 ?? _options.AssumedLag;

    public static string Seconds(TimeSpan time) => time == TimeSpan.MaxValue ? "for ever" : $"{time.TotalSeconds:0.#} s";

    public static string Copies(int count) => count == 1 ? "1 copy" : $"{count} copies";

    // Copies are asynchronous: a limit of zero, or one that no copy keeps, is reported and adds none in vain.
    private bool CanBeFresher(CopySet copies, TimeSpan loss) =>
        Enumerable.Range(0, _market.Count).Any(region => !copies.Contains(region) && !_excluded.ContainsKey(region) && Lag(region) <= loss);

    private IEnumerable<CopySet> Grow()
    {
        var set = new CopySet(_market.IndexOf(_subject.Primary), []);
        yield return set;
        foreach (var region in Enumerable.Range(0, _market.Count)
            .Where(region => region != set.Primary && !_excluded.ContainsKey(region))
            .OrderBy(region => _market.Unavailability[region])
            .ThenBy(region => Lag(region))
            .Take(_options.MaxWriteAmplification - 1))
        {
            yield return set = set.With(region);
        }
    }
}
