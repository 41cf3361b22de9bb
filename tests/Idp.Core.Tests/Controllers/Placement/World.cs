using System.Collections.Immutable;
using Idp.Core.Controllers.Placement;

namespace Idp.Core.Tests.Controllers.Placement;

/// <summary>Three regions: 5 ms within each, 100 ms from a to b, 200 from a to c, 150 from b to c; all equally dear.</summary>
internal static class World
{
    public static readonly RegionId A = RegionId.Parse("a");
    public static readonly RegionId B = RegionId.Parse("b");
    public static readonly RegionId C = RegionId.Parse("c");
    public static readonly ObjectId Ada = ObjectId.Parse("users/ada");
    public static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    public static readonly RoundTrips RoundTrips = Idp.Core.RoundTrips.Parse(new StringReader("""
        region,a,b,c
        a,5,100,200
        b,100,5,150
        c,200,150,5
        """));

    public static readonly ImmutableArray<Region> Regions =
        [.. RoundTrips.Regions.Select(id => new Region(id, "X", new RegionPrices(0.1m, 0.02m, 0.05m)))];

    /// <summary>Options under which a plan is adopted at once and only latency counts.</summary>
    public static PlacementOptions Eager => new() { HoldLoops = 1, AnswerBytes = 0 };

    public static PlacementSubject Subject(RegionId primary, params ReadOnlySpan<(RegionId Region, int PerDay)> demand)
    {
        var entries = ImmutableArray.CreateBuilder<RegionDemand>();
        foreach (var (region, perDay) in demand)
        {
            entries.Add(new RegionDemand(region, ReadsPerDay: perDay, WritesPerDay: 0, RecentOperations: perDay));
        }

        return new PlacementSubject(Ada, primary, SizeBytes: 0, entries.ToImmutable(), Excluded: [], IsChanging: false, Memory: null);
    }

    public static PlacementSnapshot Snapshot(params ImmutableArray<PlacementSubject> subjects) =>
        new(Noon, TelemetryAge: TimeSpan.Zero, TelemetryPeriod: TimeSpan.FromMinutes(1), RoundTrips, Regions, subjects);

    /// <summary>Memory of an object at <paramref name="home"/> whose plan has earned enough there to be followed.</summary>
    public static PlacementMemory Trusted(RegionId home, RegionId plan) =>
        PlacementMemory.StartAt(Ada, home) with { Plan = plan, Ledger = new RealizedGain(Usd: 1, SquaredUsd: 0.01, Operations: 1_000) };
}
