using System.Collections.Immutable;
using System.Text.Json;
using Idp.Activities;
using Idp.Activities.Controllers;
using Idp.Activities.Sensors;
using Idp.Core;
using Idp.Core.Controllers.Placement;
using Idp.Core.Decisions;
using Idp.Storage;

namespace Idp.Api;

/// <summary>Answers why an object is where it is, from what was recorded.</summary>
public sealed class Explainer(Catalog catalog, DecisionLog decisions, MigrationLog migrations, SnapshotStore snapshots, PolicyGate gate)
{
    public async Task<Answer<Explanation>> ExplainAsync(ObjectId id, CancellationToken cancellationToken)
    {
        if (await catalog.FindObjectAsync(id, cancellationToken) is not { } known)
        {
            return new Refusal(RefusalKind.NotFound, $"There is no object {id}; 'idp get objects --dataset {id.Dataset}' lists them.");
        }

        var region = known.Placement.Primary;
        var open = await migrations.FindOpenAsync(id, cancellationToken);
        if (open is { DecisionId: { } asked } && await decisions.FindAsync(asked, cancellationToken) is { } cause)
        {
            return Answer.Of(Logged(region, cause) with { OpenMigration = open.Id }); // Later ticks only say that it moves.
        }

        var logged = await decisions.LatestForAsync(id, cancellationToken);

        // Holds are logged once an hour only; the proposals of the last tick are kept whole.
        var proposed = await snapshots.ReadLatestAsync(SnapshotKinds.Proposals, cancellationToken);
        if (proposed is { } last
            && (logged is null || last.AsOf > logged.DecidedAt)
            && JsonSerializer.Deserialize<ImmutableArray<Proposal>>(last.Json).FirstOrDefault(proposal => proposal.Object == id)
                is { Kind: ProposalKind.Hold } hold)
        {
            return Answer.Of(new Explanation(id, region, DecisionOutcome.Hold, hold.Reason, DecisionId: null, last.AsOf, gate.Revision, hold, open?.Id));
        }

        if (logged is null)
        {
            return new Refusal(RefusalKind.NotFound, $"Nothing was decided about {id} yet; it is in {region}. A loop decides within its period while a worker runs (idp status).");
        }

        return Answer.Of(Logged(region, logged) with { OpenMigration = open?.Id });
    }

    /// <summary>Why an object is not in a region that somebody expects it in.</summary>
    public async Task<Answer<WhyNotView>> ExplainWhyNotAsync(ObjectId id, RegionId region, CancellationToken cancellationToken)
    {
        var answer = await ExplainAsync(id, cancellationToken);
        if (!answer.IsGiven)
        {
            return answer.Refusal;
        }

        var explanation = answer.Value;
        var proposal = explanation.Proposal;
        if (proposal.Candidates.FirstOrDefault(candidate => candidate.Region == region) is not { } candidate)
        {
            return new Refusal(RefusalKind.NotFound, $"There is no region {region}; known: {string.Join(", ", proposal.Candidates.Select(known => known.Region.Value).Order(StringComparer.Ordinal))}.");
        }

        var chosen = proposal.Candidates.First(known => known.Region == proposal.To);
        var dearer = candidate.Cost.RunningTotalUsdPerDay - chosen.Cost.RunningTotalUsdPerDay;
        var because = region == explanation.Region ? $"It is in {region}."
            : region == proposal.To ? $"It should be: {explanation.Outcome}, {explanation.Reason}."
            : candidate.ExcludedBecause is { } rule ? $"{region} is excluded: {rule}."
            : dearer > 0 ? $"{region} would cost {dearer:0.######} USD/day more than {proposal.To}: mean {candidate.MeanMs:0} instead of {chosen.MeanMs:0} ms."
            : $"{region} would be cheaper by {-dearer:0.######} USD/day than {proposal.To}, but a guard holds it: {explanation.Reason}.";
        return Answer.Of(new WhyNotView(id, region, explanation.Region, because, await FlipAsync(proposal, region, cancellationToken), candidate, chosen, explanation.DecidedAt));
    }

    // What is excluded no demand brings in; for the rest the last snapshot tells how much would.
    private async Task<string?> FlipAsync(Proposal proposal, RegionId region, CancellationToken cancellationToken)
    {
        var collected = await snapshots.ReadLatestAsync(SnapshotKinds.Collected, cancellationToken);
        return region != proposal.To && collected is { } last && JsonSerializer.Deserialize<CollectedSnapshot>(last.Json) is { Options: { } options } snapshot
            ? new PlacementController(options).WhatWouldFavour(snapshot.Placement, proposal, region)
            : null;
    }

    private static Explanation Logged(RegionId region, StoredDecision logged)
    {
        var detail = JsonSerializer.Deserialize<DecisionDetail>(logged.Detail)!;
        var decision = detail.Decision;
        return new Explanation(
            logged.Object, region, decision.Outcome, decision.Reason, logged.Id, logged.DecidedAt, detail.PolicyRevision, decision.Proposal);
    }
}
