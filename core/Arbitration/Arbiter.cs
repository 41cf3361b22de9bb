using System.Collections.Immutable;
using Idp.Core.Decisions;

namespace Idp.Core.Arbitration;

/// <summary>The one place where proposals become decisions: hard filters first, then the most valuable until the slots are full.</summary>
/// <remarks>Pure: the same proposals and context always give the same decisions, in the same order.</remarks>
public sealed class Arbiter(ArbiterOptions options)
{
    /// <returns>One decision a proposal: forced moves first, then by value, then by object name; holds last.</returns>
    public ImmutableArray<Decision> Decide(IReadOnlyList<Proposal> proposals, ArbiterContext context)
    {
        var slots = new Slots(options, context.OpenChanges);
        var changing = context.OpenChanges.Select(change => change.Object).ToHashSet();
        var decisions = ImmutableArray.CreateBuilder<Decision>(proposals.Count);

        foreach (var proposal in proposals
            .Where(proposal => proposal.Kind is ProposalKind.Migrate)
            .OrderByDescending(proposal => proposal.IsForced)
            .ThenByDescending(proposal => proposal.ValueUsdPerDay)
            .ThenBy(proposal => proposal.Object.ToString(), StringComparer.Ordinal))
        {
            decisions.Add(Judge(proposal, context, changing, slots) with { Priority = decisions.Count + 1 });
        }

        decisions.AddRange(proposals
            .Where(proposal => proposal.Kind is ProposalKind.Hold)
            .Select(proposal => As(DecisionOutcome.Hold, proposal, proposal.Reason)));
        return decisions.ToImmutable();
    }

    private static Decision Judge(Proposal proposal, ArbiterContext context, HashSet<ObjectId> changing, Slots slots)
    {
        var mode = context.Modes.GetValueOrDefault(proposal.Object.Dataset, OperatingMode.Observe);
        if (context.Denials.TryGetValue(proposal.Object, out var rule))
        {
            return As(DecisionOutcome.Denied, proposal, $"{rule}; the move from {proposal.From} to {proposal.To} may not happen");
        }

        if (context.PausedBecause is { } note)
        {
            return As(DecisionOutcome.Deferred, proposal, $"automation is paused: {note}");
        }

        if (mode is OperatingMode.Observe or OperatingMode.Advise)
        {
            return As(DecisionOutcome.Deferred, proposal, $"dataset {proposal.Object.Dataset} is in mode {mode}, which starts nothing");
        }

        // Claimed at once, so that two controllers cannot both change an object in one run.
        if (!changing.Add(proposal.Object))
        {
            return As(DecisionOutcome.Deferred, proposal, "another change of the object is open");
        }

        return slots.TryTake(proposal.From, proposal.To) is { } full
            ? As(DecisionOutcome.Deferred, proposal, full)
            : As(DecisionOutcome.Migrate, proposal, proposal.Reason) with { NeedsApproval = mode is OperatingMode.Approve };
    }

    private static Decision As(DecisionOutcome outcome, Proposal proposal, string reason) =>
        new(proposal, outcome, reason, Priority: 0, proposal.ValueUsdPerDay, NeedsApproval: false);

    private sealed class Slots
    {
        private readonly ArbiterOptions _options;
        private readonly Dictionary<(RegionId From, RegionId To), int> _perRoute = [];
        private int _total;

        public Slots(ArbiterOptions options, ImmutableArray<OpenChange> open)
        {
            _options = options;
            foreach (var change in open.Where(change => change.Batch is null).Concat(open.Where(change => change.Batch is not null).DistinctBy(change => change.Batch)))
            {
                Count((change.From, change.To));
            }
        }

        /// <returns>Null when a slot was taken, else which limit is reached.</returns>
        public string? TryTake(RegionId from, RegionId to)
        {
            if (_total >= _options.MaxOpenMigrations)
            {
                return $"{_total} migrations are open, limit {_options.MaxOpenMigrations}";
            }

            var onRoute = _perRoute.GetValueOrDefault((from, to));
            if (onRoute >= _options.MaxOpenMigrationsPerRoute)
            {
                return $"{onRoute} migrations from {from} to {to} are open, limit {_options.MaxOpenMigrationsPerRoute}";
            }

            Count((from, to));
            return null;
        }

        private void Count((RegionId From, RegionId To) route)
        {
            _total++;
            _perRoute[route] = _perRoute.GetValueOrDefault(route) + 1;
        }
    }
}
