using System.Collections.Immutable;
using Temporalio.Api.Enums.V1;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace Idp.Activities.Sensors;

/// <summary>Asks the engine which workflows run.</summary>
internal static class RunningWorkflows
{
    // Some thousands are silent while an evacuation's batches are in grace; one by one they would take longer than the activity may.
    private const int Concurrency = 16;

    /// <returns>Those of <paramref name="known"/> whose workflow does not run, in their order.</returns>
    public static async Task<ImmutableArray<T>> WithoutAsync<T>(
        ITemporalClient temporal, ImmutableArray<T> known, Func<T, string> workflowId, CancellationToken cancellationToken)
    {
        var isLost = new bool[known.Length];
        await Parallel.ForEachAsync(
            Enumerable.Range(0, known.Length),
            new ParallelOptions { MaxDegreeOfParallelism = Concurrency, CancellationToken = cancellationToken },
            async (index, token) => isLost[index] = !await IsRunningAsync(temporal, workflowId(known[index]), token));
        return [.. known.Where((_, index) => isLost[index])];
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
