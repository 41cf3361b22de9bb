using System.Collections.Immutable;
using Idp.Core;
using Idp.Core.Controllers.Placement;

namespace Idp.Simulation.Loop;

/// <summary>One object of the simulation: where it is, and what the sensor knows of it.</summary>
internal sealed class SimulatedObject(ObjectId id, RegionId primary)
{
    private readonly Dictionary<RegionId, Counts> _counts = [];

    public RegionId Primary { get; private set; } = primary;

    public int Moves { get; private set; }

    public PlacementMemory? Memory { get; set; }

    /// <value>Where it is going and when it arrives; null when it rests.</value>
    public (RegionId To, DateTimeOffset At)? Arrival { get; set; }

    public void Touch(RegionId caller, DateTimeOffset at, int reads, TimeSpan halfLife)
    {
        var counts = _counts.GetValueOrDefault(caller, new Counts(new DecayedCount(0, at), new DecayedCount(0, at), 0));
        _counts[caller] = new Counts(counts.Reads.Add(reads, at, halfLife), counts.Writes.Add(1, at, halfLife), counts.Recent + reads + 1);
    }

    public void Arrive(DateTimeOffset now)
    {
        if (Arrival is { } arrival && arrival.At <= now)
        {
            Primary = arrival.To;
            Arrival = null;
            Moves++;
        }
    }

    /// <summary>Reads the sensor; what it calls recent begins anew.</summary>
    public PlacementSubject Sense(DateTimeOffset asOf, TimeSpan halfLife, long sizeBytes)
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

        return new PlacementSubject(id, Primary, sizeBytes, demand, Excluded: [], Arrival is not null, Memory);
    }

    private readonly record struct Counts(DecayedCount Reads, DecayedCount Writes, long Recent);
}
