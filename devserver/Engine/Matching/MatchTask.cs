using Idp.DevServer.Engine.State;
using Temporalio.Api.Common.V1;
using Temporalio.Api.WorkflowService.V1;

namespace Idp.DevServer.Engine.Matching;

/// <summary>One thing that a worker can take from a queue; the run decides whether it is still wanted.</summary>
/// <param name="Stamp">Tells the current dispatch from earlier ones; later ones void it.</param>
/// <param name="Fallback">The ordinary queue, when <paramref name="Queue"/> belongs to one worker that may be gone.</param>
internal sealed record MatchTask(MatchTaskKind Kind, RunKey Key, string Queue, string Fallback, long EventId, long Stamp, int Priority)
{
    /// <summary>Of what says nothing of its priority: the middle of five.</summary>
    public const int DefaultPriority = 3;

    /// <summary>The direct query that this task carries, with the token by which its answer comes back.</summary>
    public DirectQuery? Query { get; init; }

    public long AddedAt { get; set; }

    public static MatchTask ForWorkflow(RunKey key, string queue, string normalQueue, long stamp, Priority? priority) =>
        new(MatchTaskKind.Workflow, key, queue, normalQueue, 0, stamp, Rank(priority));

    public static MatchTask ForActivity(RunKey key, string queue, long scheduledEventId, long stamp, Priority? priority) =>
        new(MatchTaskKind.Activity, key, queue, queue, scheduledEventId, stamp, Rank(priority));

    public static MatchTask ForQuery(RunKey key, string queue, string normalQueue, DirectQuery query) =>
        new(MatchTaskKind.Query, key, queue, normalQueue, 0, 0, DefaultPriority) { Query = query };

    private static int Rank(Priority? priority) => priority is { PriorityKey: > 0 } ? priority.PriorityKey : DefaultPriority;
}
