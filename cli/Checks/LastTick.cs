using Idp.Workflows.Contracts;
using Temporalio.Client;
using Temporalio.Client.Schedules;

namespace Idp.Cli.Checks;

/// <summary>The last turn of the urgent loop, as Temporal knows it.</summary>
/// <param name="Outcomes">How many proposals ended how; null while it runs, and when it failed.</param>
internal sealed record LastTick(string WorkflowId, DateTimeOffset StartedAt, bool IsRunning, string? Outcomes, int Started)
{
    /// <returns>Null when the loop never ran.</returns>
    public static async Task<LastTick?> ReadAsync(ITemporalClient temporal, CancellationToken cancellationToken)
    {
        var rpc = new RpcOptions { CancellationToken = cancellationToken };
        var schedule = await temporal.GetScheduleHandle("idp-urgent").DescribeAsync(rpc);
        if (schedule.Info.RecentActions.LastOrDefault() is not { Action: ScheduleActionExecutionStartWorkflow last } action)
        {
            return null;
        }

        var handle = temporal.GetWorkflowHandle(last.WorkflowId, last.FirstExecutionRunId);
        var described = await handle.DescribeAsync(new() { Rpc = rpc });
        var report = described.Status is Temporalio.Api.Enums.V1.WorkflowExecutionStatus.Completed
            ? await handle.GetResultAsync<LoopReport>(rpcOptions: rpc)
            : null;
        return new LastTick(
            last.WorkflowId,
            new DateTimeOffset(action.StartedAt, TimeSpan.Zero),
            described.Status is Temporalio.Api.Enums.V1.WorkflowExecutionStatus.Running,
            report?.Outcomes,
            report?.Started.Length ?? 0);
    }
}
