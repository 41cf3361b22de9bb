using System.Collections.Immutable;
using Idp.Core;
using Idp.Core.Controllers.Placement;

namespace Idp.Simulation.Loop;

/// <summary>What the telemetry sensor knows of one object, by caller.</summary>
internal sealed class SensedDemand
{
    private readonly Dictionary<RegionId, Counts> _counts = [];

    public void Touch(RegionId caller, DateTimeOffset at, long reads, long writes, TimeSpan halfLife)
    {
        var counts = _counts.GetValueOrDefault(caller, new Counts(new DecayedCount(0, at), new DecayedCount(0, at), 0));
        _counts[caller] = new Counts(counts.Reads.Add(reads, at, halfLife), counts.Writes.Add(writes, at, halfLife), counts.Recent + reads + writes);
    }

    /// <summary>Reads the sensor; what it calls recent begins anew.</summary>
    public ImmutableArray<RegionDemand> Read(DateTimeOffset asOf, TimeSpan halfLife)
    {
        ImmutableArray<RegionDemand> demand =
        [
            .. _counts.Select(entry => new RegionDemand(
                entry.Key, entry.Value.Reads.PerDay(asOf, halfLife), entry.Value.Writes.PerDay(asOf, halfLife), entry.Value.Recent)),
        ];
        foreach (var (region, counts) in _counts)
        {
            _counts[region] = counts with { Recent = 0 };
        }

        return demand;
    }

    private readonly record struct Counts(DecayedCount Reads, DecayedCount Writes, long Recent);
}
