using System.Collections.Immutable;
using System.Text.Json;
using Idp.Core.Controllers.Foresight;
using Idp.Core.Controllers.Placement;
using Idp.Core.Decisions;
using Idp.Core.Forecasting;
using Idp.Core.Planning;
using static Idp.Core.Tests.Controllers.Placement.World;

namespace Idp.Core.Tests.Controllers.Foresight;

/// <summary>Runs the foresight controller hour after hour on one object; whoever watches may move it.</summary>
internal sealed class Watch(Func<int, RegionId, long> reads)
{
    public static readonly DateTimeOffset Monday = new(2026, 1, 5, 0, 0, 0, TimeSpan.Zero);
    public static readonly int FirstHour = (int)(Monday - DateTimeOffset.UnixEpoch).TotalHours;

    private readonly PlacementOptions _placement = Eager;

    public ForesightOptions Options { get; init; } = new();

    public ImmutableArray<RegionId> Allowed { get; set; } = [A, B, C];

    public RegionId Primary { get; set; } = A;

    public int Hour { get; private set; }

    public ForesightMemory? Memory { get; set; }

    public ReadOnlyMemory<byte> Profiles { get; set; }

    public ImmutableArray<ForesightWarning> Warnings { get; private set; } = [];

    public ForesightPlan Run() => Run(Snapshot());

    /// <summary>Lets an hour pass, and plans the next one.</summary>
    public PlannedLead? Next()
    {
        Hour++;
        var plan = Run();
        (Memory, Profiles, Warnings) = (plan.Memories.Single(), plan.Profiles, plan.Warnings);
        return plan.Leads.SingleOrDefault();
    }

    /// <summary>Lets hours pass, and moves the object as it is led.</summary>
    public int Follow(int hours)
    {
        var moves = 0;
        for (var i = 0; i < hours; i++)
        {
            if (Next() is { } lead && lead.To != Primary)
            {
                Primary = lead.To;
                moves++;
            }
        }

        return moves;
    }

    public ForesightSnapshot Snapshot() => new(
        Monday.AddHours(Hour),
        FirstHour + Hour - 1,
        Placement.World.RoundTrips,
        Placement.World.Regions,
        [new ForesightSubject(Ada, Primary, SizeBytes: 1_000_000, Allowed, Memory)],
        [.. Regions.Select(region => new HourDemand(FirstHour + Hour - 1, Ada, region.Id, reads(Hour - 1, region.Id), Writes: 0))],
        Profiles);

    public ForesightPlan Run(ForesightSnapshot snapshot) => new ForesightController(
        Options, new ForecastOptions(), new PlannerOptions(), _placement, new LinearLatencyValue(_placement.RevenueUsdPerOperation, _placement.RevenueLossPer100Ms)).Decide(snapshot);

    public static string Text<T>(T value) => JsonSerializer.Serialize(value);
}
