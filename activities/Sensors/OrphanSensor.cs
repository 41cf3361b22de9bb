using System.Collections.Immutable;
using Idp.Core.Migrations;
using Idp.Storage;
using Microsoft.Extensions.Options;
using Temporalio.Api.Enums.V1;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace Idp.Activities.Sensors;

/// <summary>The level-triggered reconciler's eye: open migrations in the catalog whose saga no longer runs.</summary>
internal sealed class OrphanSensor(MigrationLog migrations, IOptions<PlaneOptions> options)
{
    /// <returns>A request for each, under its old id: the saga that takes it up reads the outcome first.</returns>
    public async Task<ImmutableArray<MigrationRequest>> FindAsync(ITemporalClient temporal, CancellationToken cancellationToken)
    {
        var found = ImmutableArray.CreateBuilder<MigrationRequest>();
        var silentSince = TimeProvider.System.GetUtcNow() - options.Value.OrphanAfter;
        foreach (var open in await migrations.ListOpenAsync(cancellationToken))
        {
            // One that travels in a batch has no saga of its own.
            if (open.Batch is null && open.UpdatedAt < silentSince && !await IsRunningAsync(temporal, open, cancellationToken))
            {
                found.Add(new MigrationRequest(open.Id, open.Object, open.Target, open.RequestedBy, open.Reason, open.DecisionId, Priority: open.Priority));
            }
        }

        return found.ToImmutable();
    }

    private static async Task<bool> IsRunningAsync(ITemporalClient temporal, MigrationRecord open, CancellationToken cancellationToken)
    {
        try
        {
            var saga = await temporal.GetWorkflowHandle(MigrationRequest.WorkflowIdOf(open.Object))
                .DescribeAsync(new() { Rpc = new() { CancellationToken = cancellationToken } });
            return saga.Status is WorkflowExecutionStatus.Running;
        }
        catch (RpcException missing) when (missing.Code is RpcException.StatusCode.NotFound)
        {
            return false;
        }
    }
}
