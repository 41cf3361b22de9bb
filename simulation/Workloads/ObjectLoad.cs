using Idp.Core.Planning;

namespace Idp.Simulation.Workloads;

/// <summary>One object and all that callers will want of it.</summary>
/// <param name="SizeGb">Decimal gigabytes.</param>
/// <param name="Feasible">Regions that its policies allow: a hard constraint.</param>
/// <param name="Demand">What truly comes, hour by hour; policies see only the past of it, as telemetry tells it.</param>
public sealed record ObjectLoad(string Id, double SizeGb, SiteSet Feasible, DemandWindow Demand)
{
    /// <value>Where the object is before the first decision; null for first touch.</value>
    public Layout? Home { get; init; }

    /// <summary>Its home; without one first touch: where the first callers are, or the feasible region nearest to them.</summary>
    /// <returns>Where the object is before the first decision.</returns>
    public Layout Start(SiteCosts costs)
    {
        if (Home is { } home)
        {
            return home;
        }

        for (var hour = 0; hour < Demand.Hours; hour++)
        {
            var (most, first) = (0.0, -1);
            for (var region = 0; region < Demand.Regions; region++)
            {
                if (Demand.Reads(hour)[region] + Demand.Writes(hour)[region] is var operations && operations > most)
                {
                    (most, first) = (operations, region);
                }
            }

            if (first >= 0)
            {
                return Layout.Single(costs.Nearest(first, Feasible));
            }
        }

        return Layout.Single(Feasible.ToIndices()[0]);
    }
}
