using Idp.DevServer.Engine.State;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;

namespace Idp.DevServer.Engine.Handlers;

/// <summary>Where a caller finds what its request has done.</summary>
internal static class Links
{
    public static Link Started(RunKey key)
    {
        var link = Event(key);
        link.WorkflowEvent.EventRef = new() { EventId = 1, EventType = EventType.WorkflowExecutionStarted };
        return link;
    }

    /// <summary>The event that a request has left, or will once it is no longer buffered.</summary>
    public static Link Request(RunKey key, string requestId, EventType type)
    {
        var link = Event(key);
        link.WorkflowEvent.RequestIdRef = new() { RequestId = requestId, EventType = type };
        return link;
    }

    public static Link Workflow(RunKey key, string reason) => new()
    {
        Workflow = new Link.Types.Workflow { Namespace = key.Namespace, WorkflowId = key.WorkflowId, RunId = key.RunId, Reason = reason },
    };

    private static Link Event(RunKey key) => new()
    {
        WorkflowEvent = new Link.Types.WorkflowEvent { Namespace = key.Namespace, WorkflowId = key.WorkflowId, RunId = key.RunId },
    };
}
