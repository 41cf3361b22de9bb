using System.Collections.Immutable;
using Idp.Core.Decisions;

namespace Idp.Core.Controllers.Tiering;

/// <summary>What each tier costs one object: a line over its temperature, what it costs lying there plus what each access adds.</summary>
internal sealed class TierLines
{
    private const double DaysPerMonth = 30;

    private readonly TieringSubject _subject;
    private readonly ImmutableArray<TierTerms> _tiers;
    private readonly string?[] _excluded;

    public TierLines(TieringSubject subject, RegionTiers region, ILatencyValue latencyValue, DateTimeOffset asOf, TimeSpan halfLife)
    {
        _subject = subject;
        _tiers = region.Tiers;
        Current = _tiers.IndexOf(_tiers.FirstOrDefault(terms => terms.Tier == subject.Tier)
            ?? throw new KeyNotFoundException($"{subject.Object} lies in tier {subject.Tier}, which {region.Region} has no terms for."));

        var reads = subject.Reads.PerDay(asOf, halfLife);
        var writes = subject.Writes.PerDay(asOf, halfLife);

        // A count that has run for less than several half-lives is still filling up.
        var filled = 1 - Math.Pow(2, -Math.Max(0, (asOf - subject.FirstSeen) / halfLife));
        Confidence = filled;
        AccessesPerDay = filled > 0 ? (reads + writes) / filled : reads + writes;
        var writeShare = reads + writes > 0 ? writes / (reads + writes) : 0;

        StorageUsd = [.. _tiers.Select(terms => subject.SizeBytes / RegionPrices.BytesPerGb * terms.SizeRatio * (double)terms.UsdPerGbMonth / DaysPerMonth)];
        LatencyUsd = [.. _tiers.Select(terms => latencyValue.LostUsd(subject.BaseMs + terms.RecallMs))];
        RetrievalUsd =
        [
            .. _tiers.Select(terms => (double)terms.RetrievalUsdPerGb / RegionPrices.BytesPerGb
                * (((1 - writeShare) * subject.BytesPerRead) + (terms.Tier > StorageTier.Hot ? writeShare * subject.SizeBytes * terms.SizeRatio : 0))),
        ];
        _excluded = [.. _tiers.Select(terms => subject.Excluded.FirstOrDefault(exclusion => exclusion.Tier == terms.Tier)?.Because)];
    }

    public int Current { get; }

    public int Count => _tiers.Length;

    public TierTerms this[int tier] => _tiers[tier];

    /// <value>Temperature: decayed reads and writes a day.</value>
    public double AccessesPerDay { get; }

    /// <value>From 0 to 1: how much of its window the temperature has seen.</value>
    public double Confidence { get; }

    /// <value>A day, by tier.</value>
    public double[] StorageUsd { get; }

    /// <value>An access, by tier.</value>
    public double[] LatencyUsd { get; }

    /// <value>An access, by tier.</value>
    public double[] RetrievalUsd { get; }

    public string? ExcludedBecause(int tier) => _excluded[tier];

    public bool IsAllowed(int tier) => _excluded[tier] is null;

    /// <returns>US dollars a day at a temperature of <paramref name="accessesPerDay"/>.</returns>
    public double RunningUsd(int tier, double accessesPerDay) => StorageUsd[tier] + (accessesPerDay * (LatencyUsd[tier] + RetrievalUsd[tier]));

    /// <returns>The cheapest allowed tier of those asked for; null when there is none. Equal ones: the hotter.</returns>
    public int? Cheapest(double accessesPerDay, Func<int, bool> among)
    {
        int? best = null;
        for (var tier = 0; tier < Count; tier++)
        {
            if (IsAllowed(tier) && among(tier) && (best is not { } known || RunningUsd(tier, accessesPerDay) < RunningUsd(known, accessesPerDay)))
            {
                best = tier;
            }
        }

        return best;
    }

    /// <returns>Accesses a day at which both tiers cost the same; null when their lines do not cross above 0.</returns>
    public double? BreakEven(int a, int b)
    {
        var perAccess = LatencyUsd[b] + RetrievalUsd[b] - LatencyUsd[a] - RetrievalUsd[a];
        var crossing = (StorageUsd[a] - StorageUsd[b]) / perAccess;
        return double.IsFinite(crossing) && crossing > 0 ? crossing : null;
    }

    /// <returns>Once, in US dollars: storage still owed for leaving early, reading all bytes back, and writing them.</returns>
    public double ChangeUsd(int to, DateTimeOffset asOf)
    {
        var from = _tiers[Current];
        return EarlyDeletionUsd(asOf)
            + ((double)from.RetrievalUsdPerGb * _subject.SizeBytes / RegionPrices.BytesPerGb * from.SizeRatio)
            + (double)_tiers[to].PutUsd;
    }

    /// <returns>Storage up to the tier's minimum duration, in US dollars; 0 once that has passed.</returns>
    public double EarlyDeletionUsd(DateTimeOffset asOf) =>
        Math.Max(0, (_tiers[Current].MinimumDuration - (asOf - _subject.TierSince)).TotalDays) * StorageUsd[Current];
}
