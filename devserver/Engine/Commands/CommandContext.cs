using Idp.DevServer.Engine.Machines;
using Idp.DevServer.Engine.State;
using Idp.DevServer.Namespaces;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Protocol.V1;
using Temporalio.Api.WorkflowService.V1;

namespace Idp.DevServer.Engine.Commands;

/// <summary>What the handlers of one completed workflow task share.</summary>
internal sealed class CommandContext(
    Transition transition, WorkflowStep step, RespondWorkflowTaskCompletedRequest request, long completedEventId, INamespaces namespaces, ISearchAttributes searchAttributes)
{
    public Transition T { get; } = transition;

    public WorkflowStep Step { get; } = step;

    public RunState State => T.State;

    public RespondWorkflowTaskCompletedRequest Request { get; } = request;

    /// <summary>The event that every event of a command refers to.</summary>
    public long CompletedEventId { get; } = completedEventId;

    public INamespaces Namespaces { get; } = namespaces;

    public ISearchAttributes SearchAttributes { get; } = searchAttributes;

    /// <summary>Messages that no command has called for yet, by id and in order.</summary>
    public OrderedDictionary<string, Message> Messages { get; } = new(request.Messages.Select(m => KeyValuePair.Create(m.Id, m)));

    /// <summary>Events wait that the worker has not seen: the run must not close over them.</summary>
    public bool HasUnseenEvents { get; set; }

    /// <summary>An activity ended before it began, and the workflow must hear of it in a task of its own.</summary>
    public bool NeedsNewTask { get; set; }

    /// <summary>Children that this task asked for; it must not cancel them as well.</summary>
    public HashSet<string> InitiatedChildren { get; } = [];

    /// <summary>Activities may go out in the answer to the task that scheduled them.</summary>
    public bool MayStartEagerly { get; init; }

    /// <summary>Activities that the worker wants to have at once, by their scheduled events.</summary>
    public List<long> EagerActivities { get; } = [];

    /// <summary>Updates as this task leaves them; told once the task has succeeded as a whole.</summary>
    public UpdateChanges Updates { get; } = new(transition);

    public bool IsClosed => !State.IsRunning;

    public void RefuseToCloseOverUnseenEvents()
    {
        if (HasUnseenEvents)
        {
            throw new CommandFailure(WorkflowTaskFailedCause.UnhandledCommand, null);
        }
    }
}
