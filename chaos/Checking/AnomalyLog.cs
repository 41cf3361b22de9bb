using System.Collections.Immutable;

namespace Idp.Chaos.Checking;

/// <summary>Every anomaly is counted; the first ones are kept in words.</summary>
internal sealed class AnomalyLog
{
    private const int MaxKept = 40;
    private const int MaxDetail = 2_000;

    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, int> _counts = new(StringComparer.Ordinal);
    private readonly List<Anomaly> _kept = [];

    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _counts.Values.Sum();
            }
        }
    }

    public ImmutableSortedDictionary<string, int> Counts
    {
        get
        {
            lock (_lock)
            {
                return _counts.ToImmutableSortedDictionary();
            }
        }
    }

    public ImmutableArray<Anomaly> Kept
    {
        get
        {
            lock (_lock)
            {
                return [.. _kept];
            }
        }
    }

    public void Add(Anomaly anomaly)
    {
        lock (_lock)
        {
            _counts[anomaly.Kind] = _counts.GetValueOrDefault(anomaly.Kind) + 1;
            if (_kept.Count < MaxKept)
            {
                _kept.Add(anomaly with { Detail = anomaly.Detail.Length > MaxDetail ? anomaly.Detail[..MaxDetail] : anomaly.Detail });
            }
        }
    }

    public void AddRange(IEnumerable<Anomaly> found)
    {
        foreach (var anomaly in found)
        {
            Add(anomaly);
        }
    }
}
