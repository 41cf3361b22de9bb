namespace Idp.Core.Controllers.Placement;

/// <summary>Brings an object's memory up to date with what has happened since the last run.</summary>
internal sealed class Bookkeeping(PlacementOptions options, Markets markets, DateTimeOffset asOf)
{
    public PlacementMemory Settle(PlacementSubject subject)
    {
        if (subject.Memory is not { } memory)
        {
            return PlacementMemory.StartAt(subject.Object, subject.Primary);
        }

        memory = Forgive(memory) with { Ledger = Settled(subject, memory) };
        if (subject.Primary == memory.Primary)
        {
            return memory;
        }

        var moved = Moved(subject, memory);
        return subject.Primary == memory.Plan || subject.Primary == memory.Home
            ? moved
            : moved with
            {
                // Somebody else moved it: their choice is the new home, and the plan starts over from there.
                Home = subject.Primary,
                Plan = subject.Primary,
                Challenger = null,
                HeldLoops = 0,
                Ledger = default,
            };
    }

    private RealizedGain Settled(PlacementSubject subject, PlacementMemory memory)
    {
        if (memory.Plan == memory.Home)
        {
            return memory.Ledger;
        }

        var market = markets.Of(subject.Object.Dataset);
        var (home, plan) = (market.IndexOf(memory.Home), market.IndexOf(memory.Plan));
        var (usd, operations) = (0.0, 0L);
        foreach (var demand in subject.Demand)
        {
            var from = market.IndexOf(demand.Region);
            usd += demand.RecentOperations * (market.OperationUsd(from, home) - market.OperationUsd(from, plan));
            operations += demand.RecentOperations;
        }

        return memory.Ledger.Earn(usd, operations, asOf, options.Burst);
    }

    private PlacementMemory Moved(PlacementSubject subject, PlacementMemory memory)
    {
        var reversed = subject.Primary == memory.Previous && !(subject.IsLed && subject.Primary == subject.Lead!.To);
        return memory with
        {
            Primary = subject.Primary,
            Previous = memory.Primary,
            Copies = [.. memory.Copies.Where(at => asOf - at < TimeSpan.FromDays(1)), asOf],
            Reversals = memory.Reversals + (reversed ? 1 : 0),
            LastReversal = reversed ? asOf : memory.LastReversal,
        };
    }

    private PlacementMemory Forgive(PlacementMemory memory)
    {
        var (count, last) = Reversals.Forgive(memory.Reversals, memory.LastReversal, options.ReversalDecay, asOf);
        return count == memory.Reversals ? memory : memory with { Reversals = count, LastReversal = last };
    }
}
