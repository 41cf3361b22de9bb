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

    private static Explanation Logged(RegionId region, StoredDecision logged)
    {
        var (decision, revision, _, _) = JsonSerializer.Deserialize<DecisionDetail>(logged.Detail)!;
        return new Explanation(
            logged.Object, region, decision.Outcome, decision.Reason, logged.Id, logged.DecidedAt, revision, decision.Proposal);
    }
}
