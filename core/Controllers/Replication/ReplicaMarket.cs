using System.Collections.Immutable;
using Idp.Core.Decisions;

namespace Idp.Core.Controllers.Replication;

/// <summary>What keeping copies costs in one snapshot's world: regions by index, latency already in dollars.</summary>
internal sealed class ReplicaMarket
{
    private const double DaysPerMonth = 30;

    private readonly ReplicationOptions _options;
    private readonly ImmutableArray<Region> _regions;
    private readonly Dictionary<RegionId, int> _index;
    private readonly double[][] _ms;
    private readonly double[][] _usd;

    public ReplicaMarket(ReplicationOptions options, ILatencyValue latencyValue, ReplicationSnapshot snapshot)
    {
        _options = options;
        _regions = snapshot.Regions;
        _index = _regions.Index().ToDictionary(entry => entry.Item.Id, entry => entry.Index);
        _ms = [.. _regions.Select(from => _regions.Select(to => snapshot.RoundTrips[from.Id, to.Id]).ToArray())];
        _usd = [.. _ms.Select(row => row.Select(latencyValue.LostUsd).ToArray())];
        var reliability = snapshot.Reliability.ToDictionary(entry => entry.Region, entry => entry.Unavailability);
        Unavailability = [.. _regions.Select(region => reliability.GetValueOrDefault(region.Id, options.RegionUnavailability))];
    }

    public int Count => _regions.Length;

    public ImmutableArray<double> Unavailability { get; }

    public RegionId this[int region] => _regions[region].Id;

    /// <exception cref="KeyNotFoundException">The region is not part of the snapshot.</exception>
    public int IndexOf(RegionId region) =>
        _index.TryGetValue(region, out var index)
            ? index
            : throw new KeyNotFoundException($"Region '{region}' is not in the snapshot; it has {string.Join(", ", _index.Keys)}.");

    public int? Find(RegionId region) => _index.TryGetValue(region, out var index) ? index : null;

    /// <returns>US dollars for sending a copy out of the primary's region, and the overhead.</returns>
    public double CopyUsd(ReplicationSubject subject) =>
        (subject.SizeBytes / RegionPrices.BytesPerGb * Egress(IndexOf(subject.Primary))) + _options.CopyOverheadUsd;

    /// <param name="scale">Demand is multiplied by it; one side of the band.</param>
    public SetCost Cost(ReplicationSubject subject, CopySet copies, double scale = 1)
    {
        var (latency, egress, weighted, operations, writes) = (0.0, 0.0, 0.0, 0.0, 0.0);
        foreach (var demand in subject.Demand)
        {
            var from = IndexOf(demand.Region);
            var near = copies.All.MinBy(copy => (_ms[from][copy], copy));
            var nearReads = scale * demand.ReadsPerDay * subject.NearReadShare;
            var atPrimary = scale * demand.OperationsPerDay - nearReads;
            latency += (nearReads * _usd[from][near]) + (atPrimary * _usd[from][copies.Primary]);
            weighted += (nearReads * _ms[from][near]) + (atPrimary * _ms[from][copies.Primary]);
            operations += nearReads + atPrimary;
            writes += scale * demand.WritesPerDay;
            var farReads = scale * demand.ReadsPerDay - nearReads;
            egress += subject.AnswerBytes / RegionPrices.BytesPerGb
                * ((near == from ? 0 : nearReads * Egress(near)) + (copies.Primary == from ? 0 : farReads * Egress(copies.Primary)));
        }

        var sentGb = writes * subject.WriteBytes / RegionPrices.BytesPerGb;
        return new SetCost(
            latency,
            copies.All.Sum(copy => subject.SizeBytes / RegionPrices.BytesPerGb * (double)_regions[copy].Prices.HotUsdPerGbMonth / DaysPerMonth),
            egress,
            copies.Replicas.Length * ((sentGb * Egress(copies.Primary)) + (writes * _options.ApplyUsdPerWrite)),
            operations > 0 ? weighted / operations : 0);
    }

    private double Egress(int region) => (double)_regions[region].Prices.EgressUsdPerGb;
}
