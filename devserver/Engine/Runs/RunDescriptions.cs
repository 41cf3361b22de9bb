using Google.Protobuf.WellKnownTypes;
using Idp.DevServer.Engine.State;
using Temporalio.Api.Activity.V1;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;
using Temporalio.Api.TaskQueue.V1;
using Temporalio.Api.Workflow.V1;
using Temporalio.Api.WorkflowService.V1;

namespace Idp.DevServer.Engine.Runs;

/// <summary>A run as descriptions and listings show it.</summary>
internal static class RunDescriptions
{
    public static WorkflowExecutionInfo Info(RunState state)
    {
        var info = new WorkflowExecutionInfo
        {
            Execution = new WorkflowExecution { WorkflowId = state.WorkflowId, RunId = state.RunId },
            Type = new WorkflowType { Name = state.WorkflowType },
            StartTime = Timestamp.FromDateTimeOffset(state.StartTime),
            ExecutionTime = Timestamp.FromDateTimeOffset(state.ExecutionTime),
            Status = state.Status,
            HistoryLength = state.NextEventId - 1,
            HistorySizeBytes = state.HistoryBytes,
            Memo = state.Memo ?? new Memo(),
            SearchAttributes = state.SearchAttributes ?? new SearchAttributes(),
            AutoResetPoints = state.ResetPoints ?? new ResetPoints(),
            TaskQueue = state.TaskQueue,
            StateTransitionCount = state.Transitions,
            FirstRunId = state.FirstRunId,
            RootExecution = new WorkflowExecution { WorkflowId = state.RootWorkflowId, RunId = state.RootRunId },
            Priority = state.Priority,
            MostRecentWorkerVersionStamp = state.LastWorkerVersion,
        };
        if (state.IsVersioned)
        {
            info.VersioningInfo = new WorkflowExecutionVersioningInfo { VersioningOverride = state.VersioningOverride?.Clone() };
            info.VersioningInfo.VersioningOverride?.Behavior = VersioningBehavior.AutoUpgrade;
        }

        if (state.CloseTime is { } closed)
        {
            info.CloseTime = Timestamp.FromDateTimeOffset(closed);
            var duration = closed - state.ExecutionTime;
            info.ExecutionDuration = Duration.FromTimeSpan(duration > TimeSpan.Zero ? duration : TimeSpan.Zero);
        }

        if (state.Parent is { } parent)
        {
            info.ParentNamespaceId = parent.NamespaceId;
            info.ParentExecution = new WorkflowExecution { WorkflowId = parent.WorkflowId, RunId = parent.RunId };
        }

        return info;
    }

    public static DescribeWorkflowExecutionResponse Describe(RunState state, WorkflowExecutionStartedEventAttributes started, DateTimeOffset now)
    {
        var response = new DescribeWorkflowExecutionResponse
        {
            ExecutionConfig = new WorkflowExecutionConfig
            {
                TaskQueue = new TaskQueue { Name = state.TaskQueue, Kind = TaskQueueKind.Normal },
                WorkflowExecutionTimeout = started.WorkflowExecutionTimeout,
                WorkflowRunTimeout = started.WorkflowRunTimeout,
                DefaultWorkflowTaskTimeout = Duration.FromTimeSpan(state.TaskTimeout),
                UserMetadata = state.UserMetadata,
            },
            WorkflowExecutionInfo = Info(state),
            WorkflowExtendedInfo = Extended(state),
        };
        response.PendingActivities.AddRange(state.Activities.Values.Select(a => Pending(a, now)));
        response.PendingChildren.AddRange(state.Children.Values.Select(child => new PendingChildExecutionInfo
        {
            WorkflowId = child.WorkflowId,
            RunId = child.RunId,
            WorkflowTypeName = child.WorkflowType,
            InitiatedId = child.InitiatedEventId,
            ParentClosePolicy = child.ParentClosePolicy,
        }));
        response.Callbacks.AddRange(state.Callbacks.Select(registered => new Temporalio.Api.Workflow.V1.CallbackInfo
        {
            Callback = Described(registered.Callback),
            Trigger = new() { WorkflowClosed = new() },
            RegistrationTime = Timestamp.FromDateTimeOffset(registered.RegistrationTime),
            State = registered.State,
            Attempt = registered.Attempt,
            LastAttemptCompleteTime = registered.LastAttemptCompleteTime is { } last ? Timestamp.FromDateTimeOffset(last) : null,
            LastAttemptFailure = registered.LastFailure,
            NextAttemptScheduleTime = registered.NextAttemptTime is { } next ? Timestamp.FromDateTimeOffset(next) : null,
        }));
        if (state.Task.IsPending)
        {
            response.PendingWorkflowTask = Pending(state.Task);
        }

        return response;
    }

    // Names of headers in lower case, as those of HTTP/2.
    private static Callback Described(Callback callback) => new()
    {
        Nexus = new() { Url = callback.Nexus.Url, Header = { callback.Nexus.Header.ToDictionary(header => header.Key.ToLowerInvariant(), header => header.Value) } },
    };

    private static WorkflowExecutionExtendedInfo Extended(RunState state)
    {
        var extended = new WorkflowExecutionExtendedInfo
        {
            ExecutionExpirationTime = state.ExecutionDeadline is { } end ? Timestamp.FromDateTimeOffset(end) : null,
            RunExpirationTime = state.RunDeadline is { } runEnd ? Timestamp.FromDateTimeOffset(runEnd) : new Timestamp(),
            CancelRequested = state.CancelRequested,
            OriginalStartTime = Timestamp.FromDateTimeOffset(state.OriginalStartTime ?? state.StartTime),
            LastResetTime = state.LastResetTime is { } reset ? Timestamp.FromDateTimeOffset(reset) : null,
            ResetRunId = state.ResetRunId,
        };
        foreach (var (id, attached) in state.Requests)
        {
            extended.RequestIdInfos[id] = new RequestIdInfo { EventType = attached.EventType, EventId = attached.EventId, Buffered = attached.EventId == 0 };
        }

        if (state.Pause is { } pause)
        {
            extended.PauseInfo = new WorkflowExecutionPauseInfo
            {
                Identity = pause.Identity,
                PausedTime = Timestamp.FromDateTimeOffset(pause.Time),
                Reason = pause.Reason,
            };
        }

        return extended;
    }

    private static PendingWorkflowTaskInfo Pending(WorkflowTaskState task) => new()
    {
        State = task.IsStarted ? PendingWorkflowTaskState.Started : PendingWorkflowTaskState.Scheduled,
        ScheduledTime = Timestamp.FromDateTimeOffset(task.ScheduledTime),
        OriginalScheduledTime = Timestamp.FromDateTimeOffset(task.OriginalScheduledTime),
        StartedTime = task.IsStarted ? Timestamp.FromDateTimeOffset(task.StartedTime) : null,
        Attempt = task.Attempt,
    };

    private static PendingActivityInfo Pending(ActivityState activity, DateTimeOffset now)
    {
        var isWaiting = !activity.IsStarted;
        var info = new PendingActivityInfo
        {
            ActivityId = activity.ActivityId,
            ActivityType = new ActivityType { Name = activity.ActivityType },
            State = StateOf(activity),
            HeartbeatDetails = activity.HeartbeatDetails,
            LastHeartbeatTime = activity.HeartbeatTime is { } beat ? Timestamp.FromDateTimeOffset(beat) : null,
            LastStartedTime = activity.LastStartedTime is { } started ? Timestamp.FromDateTimeOffset(started) : null,
            ScheduledTime = Timestamp.FromDateTimeOffset(activity.ScheduledTime),
            Attempt = activity.Attempt,
            MaximumAttempts = activity.RetryPolicy?.MaximumAttempts ?? 0,
            ExpirationTime = activity.ScheduleToClose > TimeSpan.Zero ? Timestamp.FromDateTimeOffset(activity.FirstScheduledTime + activity.ScheduleToClose) : null,
            LastFailure = activity.LastFailure,
            LastWorkerIdentity = activity.LastWorkerIdentity,
            LastAttemptCompleteTime = activity.LastAttemptCompleteTime is { } complete ? Timestamp.FromDateTimeOffset(complete) : null,
            Paused = activity.Pause is not null,
            Priority = activity.Priority,
            ActivityOptions = Options(activity),
        };
        if (isWaiting)
        {
            info.LastStartedTime = null;
            if (activity.ScheduledTime > now && activity.Attempt > 1)
            {
                info.NextAttemptScheduleTime = Timestamp.FromDateTimeOffset(activity.ScheduledTime);
                info.CurrentRetryInterval = activity.RetryInterval is { } interval ? Duration.FromTimeSpan(interval) : null;
            }
        }

        if (activity.Pause is { } pause)
        {
            info.PauseInfo = new PendingActivityInfo.Types.PauseInfo
            {
                PauseTime = Timestamp.FromDateTimeOffset(pause.Time),
                Manual = new() { Identity = pause.Identity, Reason = pause.Reason },
            };
        }

        return info;
    }

    public static ActivityOptions Options(ActivityState activity) => new()
    {
        TaskQueue = new TaskQueue { Name = activity.TaskQueue, NormalName = activity.TaskQueue },
        ScheduleToCloseTimeout = Duration.FromTimeSpan(activity.ScheduleToClose),
        ScheduleToStartTimeout = Duration.FromTimeSpan(activity.ScheduleToStart),
        StartToCloseTimeout = Duration.FromTimeSpan(activity.StartToClose),
        HeartbeatTimeout = Duration.FromTimeSpan(activity.Heartbeat),
        RetryPolicy = activity.RetryPolicy,
        Priority = activity.Priority,
    };

    private static PendingActivityState StateOf(ActivityState activity) => activity switch
    {
        { CancelRequested: true } => PendingActivityState.CancelRequested,
        { Pause: not null, IsStarted: true } => PendingActivityState.PauseRequested,
        { Pause: not null } => PendingActivityState.Paused,
        { IsStarted: true } => PendingActivityState.Started,
        _ => PendingActivityState.Scheduled,
    };
}
