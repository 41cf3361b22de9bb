using Idp.Core.Migrations;
using Idp.Workflows.Contracts;
using Temporalio.Workflows;

namespace Idp.Workflows.Tests.Replay;

/// <summary>Begins as the saga does, then starts before it has prepared: shows that replay notices.</summary>
[Workflow("MigrationWorkflow")]
public sealed class SwappedMigrationWorkflow
{
    private static ActivityOptions Options => new() { StartToCloseTimeout = TimeSpan.FromMinutes(1) };

    [WorkflowRun]
    public async Task<MigrationStatus> RunAsync(MigrationRequest request)
    {
        var begun = await Workflow.ExecuteActivityAsync((IMigrationActivities a) => a.BeginAsync(request), Options);
        await Workflow.ExecuteActivityAsync((IMigrationActivities a) => a.ClaimSlotAsync(new MoveStep(request.Id, false)), Options);
        await Workflow.ExecuteActivityAsync((IMigrationActivities a) => a.StartAsync(new MoveStep(request.Id, false)), Options);
        await Workflow.ExecuteActivityAsync((IMigrationActivities a) => a.PrepareAsync(new MoveStep(request.Id, false)), Options);
        return new MigrationStatus(request.Id, request.Object, begun.Source, request.Target, MigrationPhase.Done);
    }
}
