using System.Collections.Immutable;
using Idp.Core;
using Idp.Core.Decisions;
using Idp.Core.Planning;
using Idp.Core.Prices;
using Idp.Simulation.Worlds;

namespace Idp.Advise.Fleets;

/// <summary>Regions, what lies between them and what they charge.</summary>
/// <param name="Regions">Callers' and stores' regions, at most sixteen.</param>
/// <param name="Stores">Those where objects may be at all, by index.</param>
public sealed record Market(ImmutableArray<Region> Regions, RoundTrips RoundTrips, SiteSet Stores)
{
    // A PUT at list price, $0.005 per 1,000, as World has it: applying a write at a database replica is of that order.
    private const double ReplicaWriteUsd = 0.000_005;

    /// <param name="prices">For every region of the round trips: storage/hot, egress/region and compute/vcpu.</param>
    /// <exception cref="ArgumentException">There are more than sixteen regions.</exception>
    /// <exception cref="KeyNotFoundException">A price is missing.</exception>
    public static Market Of(RoundTrips roundTrips, PriceList prices)
    {
        if (roundTrips.Regions.Length is 0 or > SiteSet.MaxRegions)
        {
            throw new ArgumentException($"{roundTrips.Regions.Length} regions; expected 1 to {SiteSet.MaxRegions}.", nameof(roundTrips));
        }

        return new Market(
            [.. roundTrips.Regions.Select(region => new Region(region, string.Empty, prices.RegionPrices(region)))],
            roundTrips,
            SiteSet.FirstOf(roundTrips.Regions.Length));
    }

    /// <returns>The simulation's world with these prices and values.</returns>
    public World WorldOf(Assumptions assumptions)
    {
        var value = new LinearLatencyValue(assumptions.RevenueUsdPerOperation, assumptions.LossPer100Ms);
        return new World
        {
            Costs = SiteCosts.Of(Regions, RoundTrips, value) with
            {
                ReplicaWriteUsd = ReplicaWriteUsd, AnswerBytes = assumptions.AnswerBytes, WriteBytes = assumptions.WriteBytes,
            },
            CapacityPerHour = [.. Regions.Select(_ => double.PositiveInfinity)],
            LatencyValue = value,
            MaxSites = assumptions.MaxSites,
        };
    }
}
