using Temporalio.Api.Query.V1;

namespace Idp.DevServer.Engine.Runs;

/// <summary>A query that waits for a workflow task.</summary>
internal sealed class WaitingQuery(string id, WorkflowQuery query)
{
    private readonly TaskCompletionSource<WorkflowQueryResult?> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Id { get; } = id;

    public WorkflowQuery Query { get; } = query;

    /// <summary>The worker's answer; null when the query must go as a task of its own.</summary>
    public Task<WorkflowQueryResult?> Answer => _answer.Task;

    public void SetAnswer(WorkflowQueryResult answer) => _answer.TrySetResult(answer);

    public void SetUnblocked() => _answer.TrySetResult(null);

    public void SetFailed(Exception failure) => _answer.TrySetException(failure);
}
