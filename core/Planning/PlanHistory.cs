using System.Collections.Immutable;

namespace Idp.Core.Planning;

/// <summary>Brings an object's memory up to date with where it is seen now.</summary>
internal sealed class PlanHistory(PlannerOptions options, DateTimeOffset asOf)
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <returns>The memory without what no longer counts, and with the change that has happened since, if one has.</returns>
    public PlanMemory Settle(PlanMemory memory, Layout current)
    {
        memory = memory with
        {
            Changes = memory.Changes.RemoveAll(change => asOf - change.At >= Day),
            Reversals = memory.Reversals.RemoveAll(at => asOf - at >= Day),
        };
        return current == memory.Layout ? memory : Changed(memory, current);
    }

    private PlanMemory Changed(PlanMemory memory, Layout current)
    {
        // Somebody else's change was not planned, so no return of it was either; yet going back on it is theirs or the plan's to answer for.
        var change = memory.Proposed is { } proposed && proposed.To == current && proposed.From == memory.Layout
            ? proposed with { At = asOf }
            : new PlannedChange(asOf, memory.Layout, current, null, null);
        return memory with
        {
            Layout = current,
            Changes = memory.Changes.Add(change),
            Reversals = IsUnforeseenReversal(memory.Changes, change) ? memory.Reversals.Add(asOf) : memory.Reversals,
        };
    }

    // Back to the former primary, or to the former sites, otherwise than the plan that left them had in mind.
    private bool IsUnforeseenReversal(ImmutableArray<PlannedChange> changes, PlannedChange change)
    {
        var handOver = changes.LastOrDefault(earlier => earlier.IsHandOver);
        if (change.IsHandOver && handOver?.From.Primary == change.To.Primary && !IsForeseen(handOver.PrimaryBack))
        {
            return true;
        }

        var resite = changes.LastOrDefault(earlier => earlier.From.Sites != earlier.To.Sites);
        return change.From.Sites != change.To.Sites && resite?.From.Sites == change.To.Sites && !IsForeseen(resite.SitesBack);
    }

    private bool IsForeseen(DateTimeOffset? planned) => planned is { } at && (asOf - at).Duration() <= options.ReturnTolerance;
}
