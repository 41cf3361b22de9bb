using Google.Protobuf.WellKnownTypes;
using Idp.DevServer.Engine.State;
using Idp.DevServer.Namespaces;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;
using Temporalio.Api.Sdk.V1;

namespace Idp.DevServer.Engine.Machines;

/// <summary>Begins a run: its state follows from the attributes of its started event.</summary>
internal sealed record WorkflowStart(WorkflowExecutionStartedEventAttributes Attributes, string RequestId)
{
    public UserMetadata? UserMetadata { get; init; }

    public IReadOnlyList<Link> Links { get; init; } = [];

    /// <summary>Ends the whole chain of runs; carried over from run to run.</summary>
    public DateTimeOffset? ExecutionDeadline { get; init; }

    public ParentLink? Parent { get; init; }

    /// <summary>False when the first task is answered to the starter itself.</summary>
    public bool Dispatch { get; init; } = true;

    public Priority? Priority { get; init; }

    /// <summary>True when a signal follows, and its workflow task with it.</summary>
    public bool WithoutTask { get; init; }

    public DateTimeOffset? OriginalStartTime { get; init; }

    /// <summary>Begins the run and, unless it is held back, schedules its first workflow task.</summary>
    public Transition Begin(WorkflowStep step)
    {
        var t = step.Begin(CreateState(step.Namespace, step.Now));
        var started = t.Add(EventType.WorkflowExecutionStarted);
        started.WorkflowExecutionStartedEventAttributes = Attributes;
        started.UserMetadata = UserMetadata;
        started.Links.AddRange(Links);
        t.State.Requests[RequestId] = new AttachedRequest(EventType.WorkflowExecutionStarted, started.EventId);
        t.IsVisibilityChanged = true;
        if (t.State.VersioningOverride is not null)
        {
            WorkflowOptions.Index(t);
        }

        if (t.State.FirstTaskAt is null && !WithoutTask)
        {
            WorkflowTasks.Schedule(t, dispatch: Dispatch);
        }

        return t;
    }

    /// <summary>The state of a run that begins with these attributes.</summary>
    public RunState CreateState(NamespaceEntry ns, DateTimeOffset now, string? resetRunId = null)
    {
        var a = Attributes;
        var runId = resetRunId ?? a.OriginalExecutionRunId;
        var backoff = a.FirstWorkflowTaskBackoff?.ToTimeSpan() ?? TimeSpan.Zero;
        var runTimeout = a.WorkflowRunTimeout?.ToTimeSpan() ?? TimeSpan.Zero;
        var executionTimeout = a.WorkflowExecutionTimeout?.ToTimeSpan() ?? TimeSpan.Zero;
        var executionDeadline = ExecutionDeadline ?? (executionTimeout > TimeSpan.Zero ? now + backoff + executionTimeout : null);
        DateTimeOffset? runDeadline = runTimeout > TimeSpan.Zero ? now + backoff + runTimeout : null;
        if (executionDeadline is { } end)
        {
            a.WorkflowExecutionExpirationTime = Timestamp.FromDateTimeOffset(end);
            runDeadline = runDeadline < end ? runDeadline : end;
        }

        var state = new RunState
        {
            Namespace = ns.Name,
            NamespaceId = ns.Id,
            WorkflowId = a.WorkflowId,
            RunId = runId,
            FirstRunId = a.FirstExecutionRunId,
            OriginalRunId = a.OriginalExecutionRunId,
            WorkflowType = a.WorkflowType.Name,
            TaskQueue = a.TaskQueue.Name,
            ExecutionTimeout = executionTimeout,
            RunTimeout = runTimeout,
            TaskTimeout = a.WorkflowTaskTimeout.ToTimeSpan(),
            StartTime = now,
            ExecutionTime = now + backoff,
            ExecutionDeadline = executionDeadline,
            RunDeadline = runDeadline,
            FirstTaskAt = backoff > TimeSpan.Zero ? now + backoff : null,
            RetryPolicy = a.RetryPolicy,
            Attempt = Math.Max(1, a.Attempt),
            CronSchedule = a.CronSchedule,
            Memo = a.Memo,
            SearchAttributes = a.SearchAttributes,
            ResetPoints = a.PrevAutoResetPoints?.Clone(),
            UserMetadata = UserMetadata,
            Priority = a.Priority,
            StartRequestId = RequestId,
            Parent = Parent,
            RootWorkflowId = a.RootWorkflowExecution?.WorkflowId ?? a.WorkflowId,
            RootRunId = a.RootWorkflowExecution?.RunId ?? runId,
            OriginalStartTime = OriginalStartTime ?? now,
            LastCompletionResult = a.LastCompletionResult,
            Callbacks = [.. a.CompletionCallbacks.Select(callback => new RegisteredCallback { Callback = callback, RegistrationTime = now })],
            VersioningOverride = a.VersioningOverride,
            IsVersioned = a.VersioningOverride is not null,
        };
        return state;
    }
}
