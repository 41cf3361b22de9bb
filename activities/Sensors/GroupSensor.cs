using System.Collections.Immutable;
using Idp.Core.Migrations;
using Idp.Storage;
using Idp.Workflows.Contracts;
using Microsoft.Extensions.Options;
using Temporalio.Api.Enums.V1;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace Idp.Activities.Sensors;

/// <summary>The reconciler's eye for groups: open batches and evacuations whose workflow no longer runs.</summary>
internal sealed class GroupSensor(BatchLog batches, EvacuationLog evacuations, IOptions<PlaneOptions> options)
{
    /// <returns>Each under its old id: the workflow that takes it up reads the outcomes first.</returns>
    public async Task<OrphanedGroups> FindAsync(ITemporalClient temporal, CancellationToken cancellationToken)
    {
        var silentSince = TimeProvider.System.GetUtcNow() - options.Value.OrphanAfter;
        var lost = ImmutableArray.CreateBuilder<BatchRequest>();
        foreach (var open in await batches.ListOpenAsync(cancellationToken))
        {
            if (open.UpdatedAt < silentSince && !await IsRunningAsync(temporal, BatchRequest.WorkflowIdOf(open.Id), cancellationToken))
            {
                lost.Add(open.Request);
            }
        }

        var stopped = ImmutableArray.CreateBuilder<EvacuationRequest>();
        foreach (var open in await evacuations.ListOpenAsync(cancellationToken))
        {
            if (open.UpdatedAt < silentSince && !await IsRunningAsync(temporal, EvacuationRequest.WorkflowIdOf(open.Request.Region), cancellationToken))
            {
                stopped.Add(open.Request);
            }
        }

        return new OrphanedGroups(lost.ToImmutable(), stopped.ToImmutable());
    }

    private static async Task<bool> IsRunningAsync(ITemporalClient temporal, string workflowId, CancellationToken cancellationToken)
    {
        try
        {
            var found = await temporal.GetWorkflowHandle(workflowId).DescribeAsync(new() { Rpc = new() { CancellationToken = cancellationToken } });
            return found.Status is WorkflowExecutionStatus.Running;
        }
        catch (RpcException missing) when (missing.Code is RpcException.StatusCode.NotFound)
        {
            return false;
        }
    }
}
