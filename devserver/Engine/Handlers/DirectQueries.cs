using System.Collections.Concurrent;
using Idp.DevServer.Engine.Matching;
using Temporalio.Api.Query.V1;

namespace Idp.DevServer.Engine.Handlers;

/// <summary>Queries that travel as tasks of their own, until they are answered or given up.</summary>
internal sealed class DirectQueries
{
    private readonly ConcurrentDictionary<string, DirectQuery> _open = new();

    public DirectQuery Add(WorkflowQuery query)
    {
        var direct = new DirectQuery(Guid.NewGuid().ToString(), query);
        _open[direct.Id] = direct;
        return direct;
    }

    /// <returns>False when nobody waits for it any more.</returns>
    public bool TryTake(DirectQuery query)
    {
        query.IsTaken = true;
        return _open.ContainsKey(query.Id);
    }

    public DirectQuery? Find(string id) => _open.GetValueOrDefault(id);

    public void Remove(DirectQuery query) => _open.TryRemove(query.Id, out _);
}
