using System.Collections.Frozen;
using System.Collections.Immutable;
using Idp.Core.Controllers.Placement;
using Idp.Core.Decisions;

namespace Idp.Core.Controllers.Tiering;

/// <summary>Moves objects between storage tiers where that is worth it: storage price against recall latency, retrieval and early deletion.</summary>
/// <remarks>
/// An object's temperature is its decayed accesses a day. Each tier is a line over it: what lying there costs plus what each
/// access adds, so that each pair of tiers has a break-even temperature; a band around it keeps objects from bouncing.
/// Promotion is immediate; demotion is sustained and waits for a low-traffic window. Pure: the same snapshot and options
/// always give the same plan, in the same order.
/// </remarks>
/// <param name="latencyValue">What waiting costs; of the service whose objects the snapshot holds.</param>
public sealed class TieringController(TieringOptions options, ILatencyValue latencyValue) : IController<TieringSnapshot, TieringPlan>
{
    public string Name => "tiering";

    /// <returns>A proposal for every object, holding included; at most <see cref="TieringOptions.MaxChangesPerRun"/> changes.</returns>
    public TieringPlan Decide(TieringSnapshot snapshot)
    {
        var guard = new TierGuard(options, snapshot);
        var regions = snapshot.Regions.ToFrozenDictionary(region => region.Region);
        var judged = snapshot.Objects.Select(subject =>
        {
            var region = regions.GetValueOrDefault(subject.Primary)
                ?? throw new KeyNotFoundException($"Region '{subject.Primary}' of {subject.Object} has no tiers in the snapshot.");
            var lines = new TierLines(subject, region, latencyValue, snapshot.AsOf, options.HalfLife);
            var (memory, verdict) = guard.Judge(subject, guard.Settle(subject), lines);
            return (Subject: subject, Lines: lines, Memory: memory, Verdict: verdict);
        }).ToArray();

        var taken = judged.Index()
            .Where(entry => entry.Item.Verdict.To != entry.Item.Lines.Current)
            .OrderByDescending(entry => entry.Item.Verdict.IsForced)
            .ThenByDescending(entry => entry.Item.Verdict.ValueUsd)
            .ThenBy(entry => entry.Item.Subject.Object.ToString(), StringComparer.Ordinal)
            .Take(options.MaxChangesPerRun)
            .Select(entry => entry.Index)
            .ToHashSet();

        return new TieringPlan(
            [
                .. judged.Index().Select(entry => new TierWriter(options, guard, entry.Item.Subject, entry.Item.Lines, snapshot.AsOf)
                    .Write(Name, taken.Contains(entry.Index) ? entry.Item.Verdict : Postponed(entry.Item.Verdict, entry.Item.Lines))),
            ],
            [.. judged.Select(entry => entry.Memory)]);
    }

    private TierVerdict Postponed(TierVerdict verdict, TierLines lines) => verdict.To == lines.Current
        ? verdict
        : new TierVerdict(
            lines.Current, verdict.To, 0, 0, IsForced: false,
            $"{options.MaxChangesPerRun} changes of this run are worth more, worth {Wording.Usd(verdict.ValueUsd)}/day itself", NotBefore: null);
}
