using Temporalio.Api.Query.V1;

namespace Idp.DevServer.Engine.Runs;

/// <summary>Queries that ride on the next workflow task, so that their answers include everything acknowledged before.</summary>
internal sealed class QueryRegistry
{
    private readonly Dictionary<string, WaitingQuery> _queries = [];

    public bool HasAny => _queries.Count > 0;

    public int Count => _queries.Count;

    public WaitingQuery Add(WorkflowQuery query)
    {
        var waiting = new WaitingQuery(Guid.NewGuid().ToString(), query);
        _queries.Add(waiting.Id, waiting);
        return waiting;
    }

    public void Remove(WaitingQuery query) => _queries.Remove(query.Id);

    /// <summary>What the task that starts now carries.</summary>
    public IReadOnlyCollection<WaitingQuery> Pending => _queries.Values;

    /// <summary>Takes out a query that has its answer; null when nobody waits for it.</summary>
    public WaitingQuery? Take(string id) => _queries.Remove(id, out var query) ? query : null;

    /// <summary>No workflow task will come that could carry them: each goes alone.</summary>
    public void Release(Action<WaitingQuery> release)
    {
        foreach (var query in _queries.Values.ToList())
        {
            _queries.Remove(query.Id);
            release(query);
        }
    }
}
