using System.Collections.Immutable;
using Idp.Core.Controllers.Placement;

namespace Idp.Core.Controllers.Foresight;

/// <summary>One object to plan for.</summary>
/// <param name="SizeBytes">Bytes a copy would send.</param>
/// <param name="Allowed">Regions where it may be.</param>
/// <param name="Memory">What the last run returned for it; null when it is new.</param>
public sealed record ForesightSubject(ObjectId Object, RegionId Primary, long SizeBytes, ImmutableArray<RegionId> Allowed, ForesightMemory? Memory)
{
    private const double Band = 4; // What is planned for stays so while demand ebbs away: who decides must not come and go with it.
    private const int MaxSilence = 168; // After a week of silence all that is remembered is silence.

    /// <returns>The first hour that it has still to learn from; the last one alone when it starts over.</returns>
    public int FirstNewHour(int lastHour) => Recall(lastHour) is { } memory ? memory.LastHour + 1 : lastHour;

    /// <returns>The objects of a snapshot that are worth planning for, busiest first.</returns>
    public static ImmutableArray<ForesightSubject> BusiestOf(PlacementSnapshot snapshot, ForesightOptions options, Func<ObjectId, ForesightMemory?> memoryOf) =>
    [
        .. snapshot.Objects
            .Select(subject => (Subject: subject, PerDay: subject.Demand.Sum(demand => demand.OperationsPerDay)))
            .Select(entry => (entry.Subject, entry.PerDay, Memory: memoryOf(entry.Subject.Object)))
            .Where(entry => entry.PerDay >= options.MinOperationsPerDay / (entry.Memory is null ? 1 : Band))
            .OrderByDescending(entry => entry.PerDay)
            .ThenBy(entry => entry.Subject.Object.ToString(), StringComparer.Ordinal)
            .Take(options.MaxObjects)
            .Select(entry => new ForesightSubject(
                entry.Subject.Object,
                entry.Subject.Primary,
                entry.Subject.SizeBytes,
                [.. snapshot.Regions.Select(region => region.Id).Except(entry.Subject.Excluded.Select(excluded => excluded.Region))],
                entry.Memory)),
    ];

    internal ForesightMemory? Recall(int lastHour) => Memory is { } memory && lastHour - memory.LastHour <= MaxSilence ? memory : null;
}
