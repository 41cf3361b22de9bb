using System.Collections.Immutable;

namespace Idp.Core.Decisions;

/// <summary>What one controller wants for one object, with everything needed to explain and replay it.</summary>
/// <param name="Controller">Name of the controller, for example <c>placement</c>.</param>
/// <param name="From">Where the primary is; for <see cref="ProposalKind.RemoveReplica"/> where the copy is that goes.</param>
/// <param name="To">
/// Where the primary should be; the same as <paramref name="From"/> for a hold and a change of tier. For
/// <see cref="ProposalKind.AddReplica"/> where the new copy goes, for <see cref="ProposalKind.RemoveReplica"/> where the primary is.
/// </param>
/// <param name="ValueUsdPerDay">What taking the proposal is worth, in US dollars per day; 0 for a hold.</param>
/// <param name="OneOffUsd">Cost of the change itself, in US dollars.</param>
/// <param name="Payback">How long the gain takes to repay that; null when nothing is gained.</param>
/// <param name="Confidence">From 0 (no evidence) to 1.</param>
/// <param name="IsForced">True when the object may not stay where it is: taken first, whatever its value.</param>
/// <param name="Candidates">Every region, cheapest first, excluded ones last.</param>
/// <param name="RunnerUp">The best region that <paramref name="To"/> was preferred to; null when there is none.</param>
/// <param name="MarginUsdPerDay">How much cheaper <paramref name="To"/> is than <paramref name="RunnerUp"/>, in US dollars per day; negative when a guard or the ledger holds the object at a dearer region.</param>
/// <param name="Flip">The smallest change that would turn the decision, in one sentence.</param>
/// <param name="Reason">Why, in one sentence, with the numbers compared.</param>
/// <param name="Tier">What the tiering controller compared; null for proposals of others.</param>
public sealed record Proposal(
    string Controller,
    ObjectId Object,
    ProposalKind Kind,
    RegionId From,
    RegionId To,
    PredictedEffect Effect,
    decimal ValueUsdPerDay,
    decimal OneOffUsd,
    TimeSpan? Payback,
    double Confidence,
    bool IsForced,
    ImmutableArray<CandidateScore> Candidates,
    RegionId? RunnerUp,
    decimal MarginUsdPerDay,
    string Flip,
    string Reason,
    TierChange? Tier = null)
{
    /// <summary>When the plan behind it means to take it back; going back then is no reversal. Null when it is meant to last.</summary>
    public DateTimeOffset? ReturnsAt { get; init; }
}
