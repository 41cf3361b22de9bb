using System.Collections.Immutable;
using Idp.Simulation.Worlds;

namespace Idp.Advise.Fleets;

/// <summary>All objects of a log in a world.</summary>
/// <param name="From">When hour 0 begins: a midnight, UTC.</param>
/// <param name="Objects">Most operations first.</param>
public sealed record Fleet(World World, DateTimeOffset From, int Hours, ImmutableArray<FleetObject> Objects)
{
    /// <value>Days of the log; the last one may be cut short.</value>
    public double Days => Hours / 24.0;

    /// <value>Reads and writes of all objects.</value>
    public double Operations => Objects.Sum(entry => entry.Operations);
}
