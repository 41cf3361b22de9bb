using System.Collections.Immutable;
using Idp.Core.Migrations;
using Idp.Storage;
using Idp.Workflows.Contracts;
using Microsoft.Extensions.Options;
using Temporalio.Client;

namespace Idp.Activities.Sensors;

/// <summary>The reconciler's eye for groups: open batches and evacuations whose workflow no longer runs.</summary>
internal sealed class GroupSensor(BatchLog batches, EvacuationLog evacuations, IOptions<PlaneOptions> options)
{
    /// <returns>Each under its old id: the workflow that takes it up reads the outcomes first.</returns>
    public async Task<OrphanedGroups> FindAsync(ITemporalClient temporal, CancellationToken cancellationToken)
    {
        var silence = options.Value.OrphanAfter;
        var silent = await batches.ListSilentAsync(silence, cancellationToken);
        var lost = await RunningWorkflows.WithoutAsync(temporal, silent, batch => BatchRequest.WorkflowIdOf(batch.Id), cancellationToken);
        var silentSince = TimeProvider.System.GetUtcNow() - silence;
        ImmutableArray<EvacuationRequest> open =
        [
            .. (await evacuations.ListOpenAsync(cancellationToken)).Where(evacuation => evacuation.UpdatedAt < silentSince).Select(evacuation => evacuation.Request),
        ];
        return new OrphanedGroups(
            lost, await RunningWorkflows.WithoutAsync(temporal, open, evacuation => EvacuationRequest.WorkflowIdOf(evacuation.Region), cancellationToken));
    }
}
