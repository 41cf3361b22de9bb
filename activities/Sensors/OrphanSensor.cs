using System.Collections.Immutable;
using Idp.Core.Migrations;
using Idp.Storage;
using Microsoft.Extensions.Options;
using Temporalio.Client;

namespace Idp.Activities.Sensors;

/// <summary>The level-triggered reconciler's eye: open migrations in the catalog whose saga no longer runs.</summary>
internal sealed class OrphanSensor(MigrationLog migrations, IOptions<PlaneOptions> options)
{
    /// <returns>A request for each, under its old id: the saga that takes it up reads the outcome first.</returns>
    public async Task<ImmutableArray<MigrationRequest>> FindAsync(ITemporalClient temporal, CancellationToken cancellationToken)
    {
        var silent = await migrations.ListSilentAsync(options.Value.OrphanAfter, cancellationToken);
        var lost = await RunningWorkflows.WithoutAsync(temporal, silent, open => MigrationRequest.WorkflowIdOf(open.Object), cancellationToken);
        return [.. lost.Select(open => new MigrationRequest(open.Id, open.Object, open.Target, open.RequestedBy, open.Reason, open.DecisionId, Priority: open.Priority))];
    }
}
