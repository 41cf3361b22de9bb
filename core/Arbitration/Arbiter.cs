using System.Collections.Immutable;
using Idp.Core.Decisions;

namespace Idp.Core.Arbitration;

/// <summary>The one place where proposals become decisions: hard filters, then one objective, then the guards of the fleet.</summary>
/// <remarks>
/// Controllers that want different things of one object compete by value, and only the best that can be paid for goes on. Guards of a single
/// object's plan (bands, payback, hysteresis) are its controller's; here are those that no controller can see.
/// Pure: the same proposals and context always give the same decisions, in the same order.
/// </remarks>
public sealed class Arbiter(ArbiterOptions options)
{
    /// <returns>One decision a proposal: in the order they were heard, most urgent first; holds last.</returns>
    public ArbitrationResult Decide(IReadOnlyList<Proposal> proposals, ArbiterContext context)
    {
        var history = new History(context.Recent);
        var memory = new Breaker(options.Breaker, context, history).Advance();
        var hearing = new Hearing(options, context, memory.Breaker, history);
        var decisions = ImmutableArray.CreateBuilder<Decision>(proposals.Count);
        foreach (var proposal in proposals
            .Where(proposal => proposal.Kind is not ProposalKind.Hold)
            .GroupBy(proposal => proposal.Object)
            .Select(rivals => rivals
                .OrderByDescending(proposal => proposal.IsForced)
                .ThenByDescending(proposal => proposal.ValueUsdPerDay)
                .ThenBy(proposal => proposal.Controller, StringComparer.Ordinal)
                .ToArray())
            .OrderBy(rivals => ClassOf(rivals[0]))
            .ThenByDescending(rivals => rivals[0].ValueUsdPerDay)
            .ThenBy(rivals => rivals[0].Object.ToString(), StringComparer.Ordinal)
            .SelectMany(rivals => rivals))
        {
            decisions.Add(hearing.Judge(proposal) with { Priority = decisions.Count + 1, Class = ClassOf(proposal) });
        }

        decisions.AddRange(proposals
            .Where(proposal => proposal.Kind is ProposalKind.Hold)
            .Select(proposal => Hearing.As(DecisionOutcome.Hold, proposal, proposal.Reason)));
        return new ArbitrationResult(decisions.MoveToImmutable(), memory);
    }

    private PriorityClass ClassOf(Proposal proposal) => (proposal.IsForced, proposal.ValueUsdPerDay >= options.HighValueUsdPerDay, proposal.OneOffUsd >= options.HighCostUsd) switch
    {
        (true, _, _) => PriorityClass.Forced,
        (_, true, false) => PriorityClass.HighValueLowCost,
        (_, true, true) => PriorityClass.HighValueHighCost,
        (_, false, false) => PriorityClass.LowValueLowCost,
        (_, false, true) => PriorityClass.LowValueHighCost,
    };
}
