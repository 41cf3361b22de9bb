using System.Collections.Concurrent;
using Temporalio.Api.Enums.V1;

namespace Idp.DevServer.Engine.Matching;

/// <summary>Every task queue; a queue exists as soon as it is named.</summary>
internal sealed class TaskQueues(TimeProvider clock, MatchingOptions options)
{
    private readonly ConcurrentDictionary<TaskQueueKey, MatchQueue> _queues = new();

    public MatchQueue this[string ns, string name, TaskQueueType type] =>
        _queues.GetOrAdd(new TaskQueueKey(ns, name, type), _ => new MatchQueue(clock, options));

    public MatchQueue? Find(string ns, string name, TaskQueueType type) =>
        _queues.GetValueOrDefault(new TaskQueueKey(ns, name, type));

    /// <summary>Puts a task where a worker will look for it: a queue of one worker that is gone is passed over.</summary>
    public void Add(MatchTask task)
    {
        var type = task.Kind is MatchTaskKind.Activity ? TaskQueueType.Activity : TaskQueueType.Workflow;
        var queue = task.Queue != task.Fallback && !this[task.Key.Namespace, task.Queue, type].HasWorker ? task.Fallback : task.Queue;
        this[task.Key.Namespace, queue, type].Add(task);
    }

    /// <summary>A worker goes away: what waits in its own queue moves to the ordinary one.</summary>
    public void CloseSticky(string ns, string name)
    {
        foreach (var task in this[ns, name, TaskQueueType.Workflow].Close())
        {
            this[ns, task.Fallback, TaskQueueType.Workflow].Add(task);
        }
    }
}
