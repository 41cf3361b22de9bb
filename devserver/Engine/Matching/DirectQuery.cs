using Temporalio.Api.Query.V1;
using Temporalio.Api.WorkflowService.V1;

namespace Idp.DevServer.Engine.Matching;

/// <summary>A query that travels as a task of its own.</summary>
internal sealed class DirectQuery(string id, WorkflowQuery query)
{
    private readonly TaskCompletionSource<RespondQueryTaskCompletedRequest> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Id { get; } = id;

    public WorkflowQuery Query { get; } = query;

    public Task<RespondQueryTaskCompletedRequest> Answer => _answer.Task;

    /// <summary>True once a worker has taken it.</summary>
    public bool IsTaken { get; set; }

    public void SetAnswer(RespondQueryTaskCompletedRequest answer) => _answer.TrySetResult(answer);
}
