using System.Collections.Immutable;
using System.Text.Json;
using Idp.Activities;
using Idp.Activities.Controllers;
using Idp.Activities.Sensors;
using Idp.Core;
using Idp.Core.Decisions;
using Idp.Storage;

namespace Idp.Api;

/// <summary>Answers why an object is where it is, from what was recorded.</summary>
public sealed class Explainer(Catalog catalog, DecisionLog decisions, SnapshotStore snapshots, PolicyGate gate)
{
    public async Task<Answer<Explanation>> ExplainAsync(ObjectId id, CancellationToken cancellationToken)
    {
        if (await catalog.FindObjectAsync(id, cancellationToken) is not { } known)
        {
            return new Refusal(RefusalKind.NotFound, $"There is no object {id}; 'idp get objects --dataset {id.Dataset}' lists them.");
        }

        var region = known.Placement.Primary;
        var logged = await decisions.LatestForAsync(id, cancellationToken);

        // Holds are logged once an hour only; the proposals of the last tick are kept whole.
        var proposed = await snapshots.ReadLatestAsync(SnapshotKinds.Proposals, cancellationToken);
        if (proposed is { } last
            && (logged is null || last.AsOf > logged.DecidedAt)
            && JsonSerializer.Deserialize<ImmutableArray<Proposal>>(last.Json).FirstOrDefault(proposal => proposal.Object == id)
                is { Kind: ProposalKind.Hold } hold)
        {
            return Answer.Of(new Explanation(id, region, DecisionOutcome.Hold, hold.Reason, DecisionId: null, last.AsOf, gate.Revision, hold));
        }

        if (logged is null)
        {
            return new Refusal(RefusalKind.NotFound, $"Nothing was decided about {id} yet; it is in {region}. A loop decides within its period while a worker runs (idp status).");
        }

        var detail = JsonSerializer.Deserialize<DecisionDetail>(logged.Detail)!;
        return Answer.Of(new Explanation(
            id, region, detail.Decision.Outcome, detail.Decision.Reason, logged.Id, logged.DecidedAt, detail.PolicyRevision, detail.Decision.Proposal));
    }
}
