using Idp.DevServer.Grpc;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Update.V1;

namespace Idp.DevServer.Engine.Runs;

/// <summary>One update on its way: admitted, sent to the worker, accepted, and completed or rejected.</summary>
/// <remarks>Lives in memory; what is accepted and completed stands in history. Whoever waits is told after the commit.</remarks>
internal sealed class Update(string id, Request? request)
{
    private readonly TaskCompletionSource<Outcome?> _accepted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<Outcome> _completed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Id { get; } = id;

    /// <summary>Null when the server has restarted since it was accepted.</summary>
    public Request? Request { get; } = request;

    public UpdateStage Stage { get; set; } = UpdateStage.Admitted;

    public long AcceptedEventId { get; set; }

    public string MessageId => Id + "/request";

    public void TellAccepted() => _accepted.TrySetResult(null);

    /// <summary>Its outcome; a rejection is one too.</summary>
    public void TellCompleted(Outcome outcome)
    {
        _accepted.TrySetResult(outcome);
        _completed.TrySetResult(outcome);
    }

    public void TellAborted(RpcFailure failure)
    {
        _accepted.TrySetException(failure);
        _completed.TrySetException(failure);
        _ = _accepted.Task.Exception;
        _ = _completed.Task.Exception;
    }

    /// <summary>Waits until it has come to a stage, or for as long as the server lets a call wait.</summary>
    public async Task<(UpdateWorkflowExecutionLifecycleStage Stage, Outcome? Outcome)> WaitAsync(
        UpdateWorkflowExecutionLifecycleStage stage, TimeSpan timeout, CancellationToken cancellationToken)
    {
        Task? wait = stage switch
        {
            UpdateWorkflowExecutionLifecycleStage.Accepted => (Task)_accepted.Task,
            UpdateWorkflowExecutionLifecycleStage.Completed => _completed.Task,
            _ => null,
        };
        if (wait is not null)
        {
            try
            {
                await wait.WaitAsync(timeout, cancellationToken);
            }
            catch (TimeoutException)
            {
                // The caller asks again; it learns how far the update has come.
            }
        }

        if (_completed.Task.IsCompleted)
        {
            Outcome? outcome = await _completed.Task;
            return (UpdateWorkflowExecutionLifecycleStage.Completed, outcome);
        }

        return _accepted.Task.IsCompletedSuccessfully
            ? (UpdateWorkflowExecutionLifecycleStage.Accepted, null)
            : (UpdateWorkflowExecutionLifecycleStage.Admitted, null);
    }
}
