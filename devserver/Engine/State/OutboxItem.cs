using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;

namespace Idp.DevServer.Engine.State;

/// <summary>One delivery to another run.</summary>
/// <param name="EventId">The initiated event in this run's history that holds the details; 0 for a parent's close; of a callback, which one it is.</param>
/// <param name="Event">The child's closing event, or the child's start as told to the parent; null otherwise.</param>
internal sealed record OutboxItem(
    long Id,
    OutboxKind Kind,
    string Namespace,
    string WorkflowId,
    string RunId,
    long EventId = 0,
    string RequestId = "",
    ParentClosePolicy ClosePolicy = ParentClosePolicy.Unspecified,
    HistoryEvent? Event = null);
