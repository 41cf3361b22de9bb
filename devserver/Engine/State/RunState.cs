using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Failure.V1;
using Temporalio.Api.History.V1;
using Temporalio.Api.Sdk.V1;
using Temporalio.Api.Workflow.V1;

namespace Idp.DevServer.Engine.State;

/// <summary>All that the engine must remember of one run beside its history; grows with what is pending, not with what has happened.</summary>
/// <remarks>Stored as JSON after every transition. Members are added as optional ones, never renamed or reused.</remarks>
internal sealed class RunState
{
    public required string Namespace { get; init; }

    public required string NamespaceId { get; init; }

    public required string WorkflowId { get; init; }

    public required string RunId { get; init; }

    public string FirstRunId { get; set; } = string.Empty;

    public string OriginalRunId { get; set; } = string.Empty;

    public required string WorkflowType { get; init; }

    public required string TaskQueue { get; set; }

    public TimeSpan ExecutionTimeout { get; set; }

    public TimeSpan RunTimeout { get; set; }

    public TimeSpan TaskTimeout { get; set; }

    public DateTimeOffset StartTime { get; set; }

    /// <summary>When the first workflow task is due: the start and its back-off.</summary>
    public DateTimeOffset ExecutionTime { get; set; }

    /// <summary>When the whole chain of runs times out; null when never.</summary>
    public DateTimeOffset? ExecutionDeadline { get; set; }

    /// <summary>When this run times out; null when never.</summary>
    public DateTimeOffset? RunDeadline { get; set; }

    /// <summary>Until when the first workflow task is held back; null once it was scheduled.</summary>
    public DateTimeOffset? FirstTaskAt { get; set; }

    public WorkflowExecutionStatus Status { get; set; } = WorkflowExecutionStatus.Running;

    public DateTimeOffset? CloseTime { get; set; }

    public string NewRunId { get; set; } = string.Empty;

    public long NextEventId { get; set; } = 1;

    public long HistoryBytes { get; set; }

    public long Transitions { get; set; }

    public RetryPolicy? RetryPolicy { get; set; }

    public int Attempt { get; set; } = 1;

    public string CronSchedule { get; set; } = string.Empty;

    public Memo? Memo { get; set; }

    public SearchAttributes? SearchAttributes { get; set; }

    public ResetPoints? ResetPoints { get; set; }

    public UserMetadata? UserMetadata { get; set; }

    public Priority? Priority { get; set; }

    /// <summary>What a caller has said about the version of the workers; recorded, since workers here are in no deployments.</summary>
    public VersioningOverride? VersioningOverride { get; set; }

    /// <summary>There is, or was, such an override: descriptions show that.</summary>
    public bool IsVersioned { get; set; }

    public string StartRequestId { get; set; } = string.Empty;

    /// <summary>Start requests that were answered with this run, and the event that tells of them.</summary>
    public Dictionary<string, AttachedRequest> Requests { get; set; } = [];

    public ParentLink? Parent { get; set; }

    public string RootWorkflowId { get; set; } = string.Empty;

    public string RootRunId { get; set; } = string.Empty;

    public bool CancelRequested { get; set; }

    public string CancelRequestId { get; set; } = string.Empty;

    public PauseState? Pause { get; set; }

    public WorkflowTaskState Task { get; set; } = new();

    public string StickyQueue { get; set; } = string.Empty;

    public TimeSpan StickyTimeout { get; set; }

    /// <summary>The started event of the last completed workflow task; 0 before the first.</summary>
    public long LastCompletedTaskStartedEventId { get; set; }

    public bool CloseAttempted { get; set; }

    public WorkerVersionStamp? LastWorkerVersion { get; set; }

    public Dictionary<long, ActivityState> Activities { get; set; } = [];

    public Dictionary<string, TimerState> Timers { get; set; } = [];

    public Dictionary<long, ChildState> Children { get; set; } = [];

    public Dictionary<long, ExternalState> Signals { get; set; } = [];

    public Dictionary<long, ExternalState> Cancels { get; set; } = [];

    /// <summary>Events that arrived while a workflow task ran; numbered once it ends.</summary>
    public List<HistoryEvent> Buffered { get; set; } = [];

    /// <summary>Deliveries to other runs that are not confirmed; redelivered after a restart.</summary>
    public List<OutboxItem> Outbox { get; set; } = [];

    public long NextOutboxId { get; set; } = 1;

    public List<RegisteredCallback> Callbacks { get; set; } = [];

    public string ResetRunId { get; set; } = string.Empty;

    public DateTimeOffset? LastResetTime { get; set; }

    public DateTimeOffset? OriginalStartTime { get; set; }

    public int AcceptedUpdates { get; set; }

    public int SignalCount { get; set; }

    public Failure? LastFailure { get; set; }

    public Payloads? LastCompletionResult { get; set; }

    public bool IsRunning => Status is WorkflowExecutionStatus.Running or WorkflowExecutionStatus.Paused;

    public RunKey Key => new(Namespace, WorkflowId, RunId);

    public string CurrentQueue => StickyQueue.Length > 0 ? StickyQueue : TaskQueue;

    /// <summary>The next workflow task follows a failed one and leaves no trace in history until it completes.</summary>
    public bool IsTaskTransient => Task.Attempt > 1;
}
