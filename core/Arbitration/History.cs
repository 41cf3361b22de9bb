using System.Collections.Immutable;
using Idp.Core.Decisions;

namespace Idp.Core.Arbitration;

/// <summary>What has been done to each object in the last day.</summary>
internal sealed class History(ImmutableArray<RecentChange> recent)
{
    private static readonly TimeSpan ReturnTolerance = TimeSpan.FromHours(3); // As PlannerOptions.ReturnTolerance: plans are made anew each hour.

    private readonly ILookup<ObjectId, RecentChange> _byObject = recent.Where(change => change.Result is not ChangeResult.Undone).ToLookup(change => change.Object);

    /// <returns>The object's last change; null when there is none.</returns>
    public RecentChange? Last(ObjectId id) => _byObject[id].LastOrDefault();

    /// <returns>When the object was last changed back to what it was; null when that has happened less than <paramref name="times"/> times.</returns>
    public DateTimeOffset? LastReversal(ObjectId id, int times)
    {
        var reversals = _byObject[id].Where(IsReversal).ToArray();
        return reversals.Length >= times ? reversals[^1].DecidedAt : null;
    }

    public bool IsReversal(RecentChange change) => Reversed(change) is not null;

    /// <returns>The change that this one undoes: the object's one before it, if it restores what that has changed.</returns>
    public RecentChange? Reversed(RecentChange change) =>
        _byObject[change.Object].LastOrDefault(earlier => earlier.DecidedAt < change.DecidedAt) is { } before && Undoes(change, before) ? before : null;

    // What goes back as it was planned has not failed.
    private static bool Undoes(RecentChange change, RecentChange before) =>
        !(before.ReturnsAt is { } planned && (change.DecidedAt - planned).Duration() <= ReturnTolerance) && Restores(change, before);

    private static bool Restores(RecentChange change, RecentChange before) => (change.Kind, before.Kind) switch
    {
        (ProposalKind.Migrate, ProposalKind.Migrate) => change.To == before.From,
        (ProposalKind.RemoveReplica, ProposalKind.AddReplica) => change.From == before.To,
        (ProposalKind.AddReplica, ProposalKind.RemoveReplica) => change.To == before.From,
        _ => false,
    };
}
