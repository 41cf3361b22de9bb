using Idp.Core.Migrations;
using Idp.Workflows.Contracts;
using Idp.Workflows.Migrations;
using Temporalio.Exceptions;
using Temporalio.Workflows;

namespace Idp.Workflows.Batches;

/// <summary>Starts what outlives its starter. The id is the mutual exclusion: what runs already is not started again.</summary>
internal static class GroupStarts
{
    private static readonly TimeSpan TaskTimeout = TimeSpan.FromSeconds(5);

    public static Task<bool> TryStartAsync(BatchRequest batch) => TryAsync(() => Workflow.StartChildWorkflowAsync(
        (BatchWorkflow workflow) => workflow.RunAsync(batch),
        new()
        {
            Id = BatchRequest.WorkflowIdOf(batch.Id),
            TaskQueue = TaskQueues.Control,
            TaskTimeout = TaskTimeout,
            ParentClosePolicy = ParentClosePolicy.Abandon,
            TypedSearchAttributes = IdpSearchAttributes.ForBatch(batch),
            StaticSummary = $"objects of {batch.Dataset} to {batch.Target}",
            StaticDetails = batch.Reason,
        }));

    public static Task<bool> TryStartAsync(EvacuationRequest evacuation) => TryAsync(() => Workflow.StartChildWorkflowAsync(
        (EvacuationWorkflow workflow) => workflow.RunAsync(new EvacuationStart(evacuation, false)),
        new()
        {
            Id = EvacuationRequest.WorkflowIdOf(evacuation.Region),
            TaskQueue = TaskQueues.Control,
            TaskTimeout = TaskTimeout,
            ParentClosePolicy = ParentClosePolicy.Abandon,
            TypedSearchAttributes = IdpSearchAttributes.ForEvacuation(evacuation),
            StaticSummary = $"evacuate {evacuation.Region}",
            StaticDetails = evacuation.Reason,
        }));

    public static Task<bool> TryStartAsync(MigrationRequest request) => TryAsync(() => Workflow.StartChildWorkflowAsync(
        (MigrationWorkflow workflow) => workflow.RunAsync(request),
        new()
        {
            Id = MigrationRequest.WorkflowIdOf(request.Object),
            TaskQueue = TaskQueues.Control,
            TaskTimeout = TaskTimeout,
            ParentClosePolicy = ParentClosePolicy.Abandon,
            TypedSearchAttributes = IdpSearchAttributes.ForMigration(request.Object, request.Target),
            StaticSummary = $"{request.Object} to {request.Target}",
            StaticDetails = request.Reason,
        }));

    private static async Task<bool> TryAsync(Func<Task> start)
    {
        try
        {
            await start();
            return true;
        }
        catch (WorkflowAlreadyStartedException)
        {
            return false;
        }
    }
}
