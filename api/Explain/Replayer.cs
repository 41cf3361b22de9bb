using System.Collections.Immutable;
using System.Text.Json;
using Idp.Activities.Controllers;
using Idp.Activities.Sensors;
using Idp.Core.Arbitration;
using Idp.Core.Controllers.Placement;
using Idp.Core.Decisions;
using Idp.Storage;

namespace Idp.Api;

/// <summary>Decides again from the readings, options and context that were recorded.</summary>
public sealed class Replayer(DecisionLog decisions, SnapshotStore snapshots)
{
    /// <returns>Refused when the decision is unknown, or what it was made from is past its retention.</returns>
    public async Task<Answer<ReplayView>> ReplayAsync(long id, CancellationToken cancellationToken)
    {
        if (await decisions.FindAsync(id, cancellationToken) is not { } stored)
        {
            return new Refusal(RefusalKind.NotFound, $"There is no decision {id}; 'idp why OBJECT' names an object's last one.");
        }

        var detail = JsonSerializer.Deserialize<DecisionDetail>(stored.Detail)!;
        if (await ReadAsync<CollectedSnapshot>(detail.SnapshotId, cancellationToken) is not { Options: { } options } collected
            || await ReadAsync<ImmutableArray<Proposal>?>(detail.ProposalsId, cancellationToken) is not { } proposed
            || await ReadAsync<StoredArbitration>(detail.ArbitrationId, cancellationToken) is not { } arbitration)
        {
            return new Refusal(RefusalKind.NotFound, $"What decision {id} was made from is no longer kept, so it cannot be replayed.");
        }

        ImmutableArray<Proposal> proposals =
        [
            .. new PlacementController(options).Decide(collected.Placement).Proposals,
            .. detail.ComplianceId == 0 ? [] : ComplianceFindings.Of(collected)?.Proposals ?? [],
        ];
        ImmutableArray<Proposal> before =
        [
            .. proposed,
            .. detail.ComplianceId == 0 ? [] : (await ReadAsync<ComplianceFindings>(detail.ComplianceId, cancellationToken))?.Proposals ?? [],
        ];
        var again = new Arbiter(arbitration.Options).Decide(proposals, arbitration.Context).Decisions
            .FirstOrDefault(decision => decision.Proposal.Object == stored.Object && decision.Proposal.Controller == stored.Controller);
        return Answer.Of(new ReplayView(
            id,
            stored.Object,
            IsSame(before.FirstOrDefault(proposal => proposal.Object == stored.Object && proposal.Controller == stored.Controller), again?.Proposal),
            IsSame(detail.Decision, again),
            detail.Decision,
            again));
    }

    private static bool IsSame<T>(T one, T other) => JsonSerializer.Serialize(one) == JsonSerializer.Serialize(other);

    private async Task<T?> ReadAsync<T>(long id, CancellationToken cancellationToken)
    {
        try
        {
            return JsonSerializer.Deserialize<T>((await snapshots.ReadAsync(id, cancellationToken)).Json);
        }
        catch (KeyNotFoundException)
        {
            return default;
        }
    }
}
