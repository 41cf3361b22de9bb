using Idp.Core;
using Idp.Core.Controllers.Placement;

namespace Idp.Simulation.Loop;

/// <summary>One object of the simulation: where it is, and what the sensor knows of it.</summary>
internal sealed class SimulatedObject(ObjectId id, RegionId primary)
{
    private readonly SensedDemand _demand = new();

    public RegionId Primary { get; private set; } = primary;

    public int Moves { get; private set; }

    public PlacementMemory? Memory { get; set; }

    /// <value>Where it is going and when it arrives; null when it rests.</value>
    public (RegionId To, DateTimeOffset At)? Arrival { get; set; }

    public void Touch(RegionId caller, DateTimeOffset at, int reads, TimeSpan halfLife) => _demand.Touch(caller, at, reads, writes: 1, halfLife);

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
    public PlacementSubject Sense(DateTimeOffset asOf, TimeSpan halfLife, long sizeBytes) =>
        new(id, Primary, sizeBytes, _demand.Read(asOf, halfLife), Excluded: [], Arrival is not null, Memory);
}
