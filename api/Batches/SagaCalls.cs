using Temporalio.Client;
using Temporalio.Exceptions;

namespace Idp.Api;

/// <summary>Updates and queries of running workflows, with their failures in an operator's words.</summary>
internal static class SagaCalls
{
    private static readonly TimeSpan QueryLimit = TimeSpan.FromSeconds(3);

    /// <param name="subject">Who is spoken of, for example <c>b-3f9a1c0b7e2d</c>.</param>
    public static async Task<Answer<T>> UpdateAsync<T>(WorkflowHandle saga, string update, object note, string subject, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            return Answer.Of(await saga.ExecuteUpdateAsync<T>(update, [note], new() { Rpc = MigrationStarter.Rpc(cancellationToken) }));
        }
        catch (WorkflowUpdateFailedException refused)
        {
            return new Refusal(RefusalKind.Conflict, (refused.InnerException ?? refused).Message);
        }
        catch (RpcException missing) when (missing.Code is RpcException.StatusCode.NotFound)
        {
            return new Refusal(
                RefusalKind.Conflict, $"The saga of {subject} does not run; the strategic loop takes it up again (idp status shows whether loops run).");
        }
        catch (Exception late) when (!cancellationToken.IsCancellationRequested
            && late is WorkflowUpdateRpcTimeoutOrCanceledException or OperationCanceledException or RpcException { Code: RpcException.StatusCode.DeadlineExceeded })
        {
            return new Refusal(RefusalKind.Unavailable, $"No worker answered for {subject} within 10 s; start one (idp worker), the saga will go on.");
        }
    }

    /// <returns>Null when it does not run, or no worker answers: what the catalog knows is shown all the same.</returns>
    public static async Task<T?> StatusAsync<T>(WorkflowHandle saga, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            return await saga.QueryAsync<T>("Status", [], new() { Rpc = new() { CancellationToken = cancellationToken, Timeout = QueryLimit } });
        }
        catch (Exception silent) when (!cancellationToken.IsCancellationRequested
            && (silent is RpcException { Code: RpcException.StatusCode.NotFound } or WorkflowQueryFailedException or OperationCanceledException
                || TemporalFailures.IsUnreachable(silent)))
        {
            return null;
        }
    }
}
