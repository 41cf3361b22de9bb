using System.Collections.Immutable;
using Idp.Core.Controllers.Placement;
using Idp.Core.Decisions;

namespace Idp.Core.Arbitration;

/// <summary>What the whole fleet looked like in one run; the breaker watches it for swinging.</summary>
/// <param name="CostUsdPerDay">Business cost of all objects where they are.</param>
/// <param name="P99Ms">Round trip that 99 % of operations do not exceed.</param>
/// <param name="BusiestShare">Share of all operations that the busiest region serves, from 0 to 1.</param>
public sealed record FleetSignal(DateTimeOffset At, double CostUsdPerDay, double P99Ms, double BusiestShare)
{
    /// <param name="proposals">What the snapshot's objects cost now: the placement controller's, one for each.</param>
    /// <returns>Null when nothing is used, so that there is nothing to see.</returns>
    public static FleetSignal? Of(PlacementSnapshot snapshot, ImmutableArray<Proposal> proposals)
    {
        var perRoute = new Dictionary<(RegionId Caller, RegionId Primary), double>();
        foreach (var subject in snapshot.Objects)
        {
            foreach (var demand in subject.Demand)
            {
                var route = (demand.Region, subject.Primary);
                perRoute[route] = perRoute.GetValueOrDefault(route) + demand.ReadsPerDay + demand.WritesPerDay;
            }
        }

        var operations = perRoute.Values.Sum();
        return operations > 0
            ? new FleetSignal(
                snapshot.AsOf,
                (double)proposals.Sum(proposal => proposal.Effect.Before.TotalUsdPerDay),
                P99(perRoute.Select(route => (snapshot.RoundTrips[route.Key.Caller, route.Key.Primary], route.Value)), operations),
                perRoute.GroupBy(route => route.Key.Primary).Max(served => served.Sum(route => route.Value)) / operations)
            : null;
    }

    private static double P99(IEnumerable<(double Ms, double Operations)> waits, double operations)
    {
        var above = operations * 0.01;
        foreach (var (ms, count) in waits.OrderByDescending(wait => wait.Ms))
        {
            above -= count;
            if (above <= 0)
            {
                return ms;
            }
        }

        return 0;
    }
}
