using System.Collections.Immutable;
using Idp.Core.Controllers.Placement;
using Idp.Core.Decisions;

namespace Idp.Core.Controllers.Consistency;

/// <summary>Chooses for each operation how fresh its reads must be: strong where the accesses show that it matters, near where they do not.</summary>
/// <remarks>
/// An operation of which nothing is known is served strongly. The first hazard upgrades it at once; it is downgraded only after
/// a whole stretch of time and reads without one, and never below what its intent or an invariant demands. Pure: the same
/// snapshot and options always give the same plan, in the same order.
/// </remarks>
/// <param name="latencyValue">What waiting costs; values the reads that need not go to the owner.</param>
public sealed class ConsistencyController(ConsistencyOptions options, ILatencyValue latencyValue) : IController<ConsistencySnapshot, ConsistencyPlan>
{
    public string Name => "consistency";

    /// <returns>A decision for every operation, unchanged ones included.</returns>
    public ConsistencyPlan Decide(ConsistencySnapshot snapshot)
    {
        var trust = TelemetryTrust.Of(snapshot.TelemetryAge, snapshot.TelemetryPeriod);
        var decided = snapshot.Operations.Select(facts => Decide(facts, snapshot, trust)).ToImmutableArray();
        return new ConsistencyPlan([.. decided.Select(entry => entry.Decision)], [.. decided.Select(entry => entry.Memory)]);
    }

    private (ConsistencyDecision Decision, ConsistencyMemory Memory) Decide(OperationFacts facts, ConsistencySnapshot snapshot, TelemetryTrust trust)
    {
        var hazards = Hazards.Of(facts);
        var before = Forgive(facts.Memory ?? StartStrong(facts, snapshot.AsOf), snapshot.AsOf);
        var memory = Count(before, facts, hazards, snapshot.AsOf);

        // What the current level gives stays needed until a clean stretch shows that it is not.
        var (foreignKept, foreignWhy) = Kept(memory.Foreign, memory.Reversals, snapshot.AsOf, trust);
        var (ownKept, ownWhy) = Kept(memory.Own, memory.Reversals, snapshot.AsOf, trust);
        var seen = hazards.ForeignCount >= options.MinHazards ? ReadLevel.Strong : ReadLevel.Eventual;
        var seenOwn = hazards.OwnCount >= options.MinHazards;
        var needed = hazards.Declared(seenOwn).Join(seen);
        var to = hazards.Declared(seenOwn || (ownKept && before.Level.Covers(ReadLevel.Session)))
            .Join(seen)
            .Join(foreignKept && before.Level == ReadLevel.Strong ? ReadLevel.Strong : ReadLevel.Eventual);
        memory = Move(memory, before.Level, to, snapshot.AsOf);

        var gain = to == ReadLevel.Strong ? 0 : Math.Max(0, facts.OwnerMs - facts.NearestMs);
        var readsPerDay = (facts.Evidence?.Reads ?? 0) / snapshot.Period.TotalDays / snapshot.Share;
        var value = gain > 0 ? readsPerDay * (latencyValue.LostUsd(facts.OwnerMs) - latencyValue.LostUsd(facts.NearestMs)) : 0;
        var writer = new ConsistencyWriter(options, facts, hazards, memory, snapshot.AsOf);
        return (
            new ConsistencyDecision(
                facts.Dataset, facts.Operation, before.Level, to, needed, gain, Wording.Money(value),
                writer.Flip(to, needed), writer.Reason(before.Level, to, needed, foreignKept ? foreignWhy : ownKept ? ownWhy : null)),
            memory);
    }

    private static ConsistencyMemory StartStrong(OperationFacts facts, DateTimeOffset asOf) =>
        new(facts.Dataset, facts.Operation, ReadLevel.Strong, new CleanRun(asOf, 0), new CleanRun(asOf, 0));

    private ConsistencyMemory Forgive(ConsistencyMemory memory, DateTimeOffset asOf)
    {
        var (count, last) = Reversals.Forgive(memory.Reversals, memory.LastReversal, options.ReversalDecay, asOf);
        return count == memory.Reversals ? memory : memory with { Reversals = count, LastReversal = last };
    }

    private ConsistencyMemory Count(ConsistencyMemory memory, OperationFacts facts, Hazards hazards, DateTimeOffset asOf)
    {
        var reads = facts.Evidence?.Reads ?? 0;
        return memory with
        {
            Foreign = Counted(memory.Foreign, hazards.ForeignCount),
            Own = Counted(memory.Own, hazards.OwnCount),
        };

        CleanRun Counted(CleanRun run, long count) => count >= options.MinHazards ? new CleanRun(asOf, 0) : run with { Reads = run.Reads + reads };
    }

    private (bool IsKept, string Because) Kept(CleanRun run, int reversals, DateTimeOffset asOf, TelemetryTrust trust)
    {
        var needed = options.DowngradeAfter * Math.Pow(2, reversals);
        var clean = asOf - run.Since;
        return trust.HeldBecause is { } old ? (true, old)
            : clean < needed ? (true, $"no hazard for {clean.TotalDays:0.#} days, limit {needed.TotalDays:0.#} days after {reversals} reversals")
            : run.Reads < options.MinCleanReads ? (true, $"no hazard in {run.Reads} reads, limit {options.MinCleanReads}")
            : (false, string.Empty);
    }

    private static ConsistencyMemory Move(ConsistencyMemory memory, ReadLevel from, ReadLevel to, DateTimeOffset asOf)
    {
        var isUpgrade = to != from && to.Covers(from);
        var isReversal = isUpgrade && memory.WasDowngraded;
        return memory with
        {
            Level = to,
            Reversals = memory.Reversals + (isReversal ? 1 : 0),
            LastReversal = isReversal ? asOf : memory.LastReversal,
            WasDowngraded = to == from ? memory.WasDowngraded : !isUpgrade,
        };
    }
}
