using Idp.Core.Migrations;
using Idp.Workflows.Contracts;
using Idp.Workflows.Migrations;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace Idp.Api;

/// <summary>What operators see of a running migration, and do to it.</summary>
public sealed class MigrationOperator(ITemporalClient temporal, BatchOperator batches)
{
    /// <summary>Acts on a migration; the workflow's validator decides whether it may.</summary>
    public async Task<Answer<MigrationStatus>> ActAsync(
        MigrationRecord migration, MigrationAction action, OperatorNote note, CancellationToken cancellationToken)
    {
        if (OneLine.CheckNote(note) is { } unreadable)
        {
            return unreadable;
        }

        if (migration.FinishedAt is not null)
        {
            var way = migration.Phase is MigrationPhase.Done
                ? $"to move the object back, ask for it: idp migrate {migration.Object} --to {migration.Source}"
                : $"to try again, ask anew: idp migrate {migration.Object} --to {migration.Target}";
            return new Refusal(RefusalKind.Conflict, $"{migration.Id} has ended ({migration.Phase}); nothing can be done to it any more; {way}.");
        }

        if (migration.Batch is { } batch)
        {
            return await batches.ActAsync(migration, batch, action, note, cancellationToken);
        }

        try
        {
            return Answer.Of(await Saga(migration).ExecuteUpdateAsync<MigrationStatus>(
                action.ToString(), [note], new() { Rpc = MigrationStarter.Rpc(cancellationToken) }));
        }
        catch (WorkflowUpdateFailedException refused)
        {
            return new Refusal(RefusalKind.Conflict, (refused.InnerException ?? refused).Message);
        }
        catch (RpcException missing) when (missing.Code is RpcException.StatusCode.NotFound)
        {
            return new Refusal(
                RefusalKind.Conflict, $"The saga of {migration.Id} does not run; the strategic loop takes it up again (idp status shows whether loops run).");
        }
        catch (Exception late) when (!cancellationToken.IsCancellationRequested
            && late is WorkflowUpdateRpcTimeoutOrCanceledException or OperationCanceledException or RpcException { Code: RpcException.StatusCode.DeadlineExceeded })
        {
            return new Refusal(RefusalKind.Unavailable, $"No worker answered for {migration.Id} within 10 s; start one (idp worker), the saga will go on.");
        }
    }

    /// <returns>The running saga's own view; null when it has ended, or when no worker answers.</returns>
    public async Task<MigrationStatus?> StatusAsync(MigrationRecord migration, CancellationToken cancellationToken)
    {
        if (migration.FinishedAt is not null || migration.Batch is not null)
        {
            return null;
        }

        try
        {
            var rpc = new RpcOptions { CancellationToken = cancellationToken, Timeout = TimeSpan.FromSeconds(3) };
            var status = await Saga(migration).QueryAsync(workflow => workflow.Status, new() { Rpc = rpc });
            return status.Id == migration.Id ? status : null;
        }
        catch (Exception silent) when (!cancellationToken.IsCancellationRequested
            && (silent is RpcException { Code: RpcException.StatusCode.NotFound } or WorkflowQueryFailedException or OperationCanceledException
                || TemporalFailures.IsUnreachable(silent)))
        {
            return null; // What the catalog knows is shown all the same.
        }
    }

    private WorkflowHandle<MigrationWorkflow> Saga(MigrationRecord migration) =>
        temporal.GetWorkflowHandle<MigrationWorkflow>(MigrationRequest.WorkflowIdOf(migration.Object));
}
