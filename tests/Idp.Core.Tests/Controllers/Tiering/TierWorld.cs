using System.Collections.Immutable;
using Idp.Core.Controllers.Placement;
using Idp.Core.Controllers.Tiering;
using Idp.Core.Decisions;

namespace Idp.Core.Tests.Controllers.Tiering;

/// <summary>
/// One gigabyte costs a cent a day hot and a tenth of that cold; each access to cold waits 100 ms longer, which loses
/// $0.0001. Both tiers cost the same at 90 accesses a day.
/// </summary>
internal static class TierWorld
{
    public static readonly RegionId A = RegionId.Parse("a");
    public static readonly ObjectId Ada = ObjectId.Parse("users/ada");
    public static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    public static readonly ILatencyValue Value = new LinearLatencyValue(0.01, 0.01);

    public static readonly RegionTiers Tiers = new(A,
    [
        new TierTerms(StorageTier.Hot, 0.3m, 0, 0, TimeSpan.Zero, RecallMs: 0, SizeRatio: 1),
        new TierTerms(StorageTier.Cold, 0.03m, 0, 0, TimeSpan.FromDays(30), RecallMs: 100, SizeRatio: 1),
    ]);

    public static readonly TimeSpan HalfLife = TimeSpan.FromDays(1);

    /// <summary>Options under which demotion waits for nothing and changes are free.</summary>
    public static TieringOptions Eager => new()
    {
        HalfLife = HalfLife, Band = 1.5, PriorAccesses = 0, DemoteAfter = TimeSpan.Zero, MinObservation = TimeSpan.Zero, ChangeOverheadUsd = 0,
    };

    public static TieringSubject Subject(StorageTier tier, double readsPerDay) => new(
        Ada, A, SizeBytes: 1_000_000_000, tier, TierSince: Noon.AddDays(-100), PerDay(readsPerDay), PerDay(0), BytesPerRead: 1_000_000,
        BaseMs: 10, FirstSeen: Noon.AddDays(-100), Excluded: [], IsChanging: false, Memory: null);

    public static TieringSnapshot Snapshot(params ImmutableArray<TieringSubject> subjects) =>
        new(Noon, TelemetryAge: TimeSpan.Zero, TelemetryPeriod: TimeSpan.FromMinutes(1), [Tiers], Traffic: [], subjects);

    public static TieringPlan Decide(TieringOptions options, TieringSnapshot snapshot) => new TieringController(options, Value).Decide(snapshot);

    public static Proposal Decide(TieringOptions options, TieringSubject subject) => Decide(options, Snapshot(subject)).Proposals[0];

    private static DecayedCount PerDay(double perDay) => new(perDay * HalfLife.TotalDays / Math.Log(2), Noon);
}
