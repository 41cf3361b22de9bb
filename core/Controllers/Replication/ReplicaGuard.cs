using Idp.Core.Controllers.Placement;
using Idp.Core.Decisions;

namespace Idp.Core.Controllers.Replication;

/// <summary>The rules between the cheapest set of copies and a change.</summary>
internal sealed class ReplicaGuard(ReplicationOptions options, ReplicaMarket market, ReplicationSnapshot snapshot)
{
    private readonly TelemetryTrust _trust = TelemetryTrust.Of(snapshot.TelemetryAge, snapshot.TelemetryPeriod);

    private double Band => 1 + ((options.Band - 1) * _trust.Width);

    public (ReplicationMemory Memory, ReplicaVerdict Verdict) Judge(ReplicationSubject subject, CopySet copies, Requirements requirements)
    {
        var memory = subject.Memory ?? new ReplicationMemory(subject.Object);
        if (requirements.Missing(copies) is { } missing)
        {
            return (memory with { Wanted = null, HeldLoops = 0, CountedAt = null, Unwanted = null, UnwantedSince = null }, Repair(subject, copies, requirements, missing));
        }

        var (added, addValue) = BestToAdd(subject, copies, requirements);
        var (removed, removeValue) = BestToRemove(subject, copies, requirements);
        memory = Remember(memory, added, removed);
        if (subject.IsChanging)
        {
            return (memory, Hold(added is null && removed is null ? null : "a change of it is open"));
        }

        if (_trust.HeldBecause is { } old)
        {
            return (memory, Hold(old));
        }

        if (added is { } region)
        {
            return (memory, WhyNotAdd(subject, memory, region, addValue) is { } why
                ? Hold(why)
                : new ReplicaVerdict(ProposalKind.AddReplica, region, addValue, null, null));
        }

        if (removed is { } copy)
        {
            var held = snapshot.AsOf - memory.UnwantedSince!.Value;
            return (memory, held < options.RemoveAfter
                ? Hold($"the copy in {market[copy]} has not paid for {held.TotalHours:0.#} h, limit {options.RemoveAfter.TotalHours:0.#} h")
                : new ReplicaVerdict(ProposalKind.RemoveReplica, copy, removeValue, null, null));
        }

        return (memory, Hold(null));
    }

    private static ReplicaVerdict Hold(string? because) => new(ProposalKind.Hold, null, 0, null, because);

    // What availability asks for waits for no band, no telemetry and no payback; it takes the cheapest way there.
    private ReplicaVerdict Repair(ReplicationSubject subject, CopySet copies, Requirements requirements, string missing)
    {
        if (subject.IsChanging)
        {
            return Hold($"{missing}; a change of it is open");
        }

        var candidates = Candidates(copies, requirements).ToArray();
        if (candidates.Length == 0 || copies.Count >= options.MaxWriteAmplification)
        {
            return Hold($"{missing}; " + (candidates.Length == 0 ? "no further region is allowed" : $"{copies.Count} copies, write amplification limit {options.MaxWriteAmplification}"));
        }

        var best = candidates
            .OrderBy(region => requirements.Missing(copies.With(region)) is null ? 0 : 1)
            .ThenBy(region => market.Cost(subject, copies.With(region)).TotalUsd)
            .ThenBy(region => region)
            .First();
        var value = market.Cost(subject, copies).TotalUsd - market.Cost(subject, copies.With(best)).TotalUsd;
        return new ReplicaVerdict(ProposalKind.AddReplica, best, value, missing, null);
    }

    private (int? Region, double ValueUsd) BestToAdd(ReplicationSubject subject, CopySet copies, Requirements requirements)
    {
        if (copies.Count >= options.MaxWriteAmplification)
        {
            return (null, 0);
        }

        var low = 1 / Band;
        var today = market.Cost(subject, copies, low).TotalUsd;
        return Best(Candidates(copies, requirements), region => today - market.Cost(subject, copies.With(region), low).TotalUsd, options.MinGain * today);
    }

    private (int? Region, double ValueUsd) BestToRemove(ReplicationSubject subject, CopySet copies, Requirements requirements)
    {
        var today = market.Cost(subject, copies, Band).TotalUsd;
        return Best(
            copies.Replicas.Where(region => requirements.Missing(copies.Without(region)) is null),
            region => today - market.Cost(subject, copies.Without(region), Band).TotalUsd,
            options.MinGain * today);
    }

    private static (int? Region, double ValueUsd) Best(IEnumerable<int> regions, Func<int, double> value, double least)
    {
        (int? Region, double ValueUsd) best = (null, 0);
        foreach (var region in regions)
        {
            var worth = value(region);
            best = worth > 0 && worth >= least && worth > best.ValueUsd ? (region, worth) : best;
        }

        return best;
    }

    private IEnumerable<int> Candidates(CopySet copies, Requirements requirements) =>
        Enumerable.Range(0, market.Count).Where(region => !copies.Contains(region) && requirements.ExcludedBecause(region) is null);

    private ReplicationMemory Remember(ReplicationMemory memory, int? added, int? removed)
    {
        RegionId? wanted = added is { } a ? market[a] : null;
        RegionId? unwanted = removed is { } r ? market[r] : null;
        return memory with
        {
            Wanted = wanted,
            HeldLoops = wanted is null ? 0 : wanted != memory.Wanted ? 1 : memory.CountedAt == snapshot.AsOf ? memory.HeldLoops : memory.HeldLoops + 1,
            CountedAt = wanted is null ? null : snapshot.AsOf,
            Unwanted = unwanted,
            UnwantedSince = unwanted is null ? null : unwanted == memory.Unwanted ? memory.UnwantedSince : snapshot.AsOf,
        };
    }

    private string? WhyNotAdd(ReplicationSubject subject, ReplicationMemory memory, int region, double value)
    {
        if (memory.HeldLoops < options.HoldLoops)
        {
            return $"a copy in {market[region]} has won {memory.HeldLoops} runs in a row, limit {options.HoldLoops}";
        }

        var earned = value * options.PaybackHorizon.TotalDays;
        var copy = market.CopyUsd(subject);
        return earned < options.MinPayback * copy
            ? $"a copy in {market[region]} would earn {Wording.Usd(earned)} in {options.PaybackHorizon.TotalDays:0.#} days, limit {options.MinPayback:0.#} × its {Wording.Usd(copy)}"
            : null;
    }
}
