using Google.Protobuf.WellKnownTypes;
using Idp.DevServer.Engine.Matching;
using Idp.DevServer.Engine.State;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Failure.V1;
using Temporalio.Api.History.V1;
using Temporalio.Api.TaskQueue.V1;
using Temporalio.Api.WorkflowService.V1;

namespace Idp.DevServer.Engine.Machines;

/// <summary>The workflow task's state machine: scheduled, started, and completed, failed or timed out.</summary>
/// <remarks>
/// A task after a failed one is transient, one for updates alone is speculative: both leave no events until they complete,
/// or until something else happens to the run.
/// </remarks>
internal static class WorkflowTasks
{
    private const int RetriesWithoutBackoff = 3;
    private static readonly TimeSpan RetryBackoff = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan MaxRetryBackoff = TimeSpan.FromMinutes(10);

    /// <summary>Schedules a task unless one is pending, or the first one is still held back.</summary>
    public static void Ensure(Transition t)
    {
        if (!t.State.Task.IsPending && t.State.FirstTaskAt is null && t.State.Pause is null && t.State.IsRunning)
        {
            Schedule(t);
        }
    }

    /// <param name="dispatch">False when the caller answers with the task itself.</param>
    /// <param name="originalScheduledTime">Start of the chain of heartbeats that this task goes on with.</param>
    public static void Schedule(Transition t, bool speculative = false, bool dispatch = true, DateTimeOffset? originalScheduledTime = null)
    {
        var state = t.State;
        var writes = !state.IsTaskTransient && !speculative;
        if (state.Buffered.Count > 0)
        {
            // New events make it an ordinary task: the worker sees something that it has not failed on yet.
            state.Task.Attempt = 1;
            speculative = false;
            writes = true;
            t.FlushBuffered();
        }

        var task = state.Task;
        task.Timeout = TimeoutOf(state.TaskTimeout, task.Attempt);
        task.ScheduledTime = t.Now;
        task.OriginalScheduledTime = originalScheduledTime ?? t.Now;
        task.StartedEventId = 0;
        task.RequestId = string.Empty;
        task.IsSpeculative = speculative;
        task.Stamp++;
        task.ScheduledEventId = writes ? AddScheduled(t, task, t.Now).EventId : state.NextEventId;
        state.FirstTaskAt = null;
        Keep(t, speculative);
        if (dispatch)
        {
            Dispatch(t);
        }
    }

    public static void Dispatch(Transition t) =>
        t.Dispatches.Add(MatchTask.ForWorkflow(t.State.Key, t.State.CurrentQueue, t.State.TaskQueue, t.State.Task.Stamp, t.State.Priority));

    /// <param name="queue">The queue that the worker polled, for the event of a task that becomes an ordinary one.</param>
    public static void Start(Transition t, string requestId, string identity, TaskQueue queue, WorkerVersionStamp? version = null)
    {
        var state = t.State;
        var task = state.Task;
        (task.SuggestContinueAsNew, task.SuggestReasons) = ContinueAsNewAdvice.Of(t);
        task.HistoryBytes = t.HistoryBytes;
        var written = !state.IsTaskTransient && !task.IsSpeculative;
        if (!written && task.ScheduledEventId != state.NextEventId)
        {
            // Events came after it was scheduled, so it can no longer go unrecorded.
            task.Attempt = 1;
            task.IsSpeculative = false;
            written = true;
            task.ScheduledEventId = AddScheduled(t, task, t.Now, queue).EventId;
        }

        task.RequestId = requestId;
        task.Identity = identity;
        task.WorkerVersion = version;
        task.StartedTime = t.Now;
        task.StartedEventId = written ? AddStarted(t, task, identity).EventId : task.ScheduledEventId + 1;
        Keep(t, task.IsSpeculative);
    }

    /// <summary>Ends the running task well.</summary>
    /// <returns>The completed event; null when a speculative task is dropped without a trace.</returns>
    public static HistoryEvent? Complete(Transition t, RespondWorkflowTaskCompletedRequest request)
    {
        var state = t.State;
        var task = state.Task;
        var written = !state.IsTaskTransient && !task.IsSpeculative;
        var ended = Clear(state);
        if (ended.IsSpeculative && MayDrop(state, request))
        {
            t.Touch();
            return null;
        }

        if (!written)
        {
            ended.ScheduledEventId = AddScheduled(t, ended, ended.ScheduledTime).EventId;
            ended.StartedEventId = AddStarted(t, ended, request.Identity).EventId;
        }

        var completed = t.Add(EventType.WorkflowTaskCompleted);
        completed.WorkflowTaskCompletedEventAttributes = new WorkflowTaskCompletedEventAttributes
        {
            ScheduledEventId = ended.ScheduledEventId,
            StartedEventId = ended.StartedEventId,
            Identity = request.Identity,
            BinaryChecksum = request.BinaryChecksum,
            WorkerVersion = request.WorkerVersionStamp,
            SdkMetadata = request.SdkMetadata,
            MeteringMetadata = request.MeteringMetadata,
        };
        state.LastCompletedTaskStartedEventId = ended.StartedEventId;
        state.LastWorkerVersion = request.WorkerVersionStamp;
        TaskProblems.Clear(t);
        ResetPointList.Add(t, request, completed.EventId);
        return completed;
    }

    /// <summary>Ends the running task with a failure; of repeated failures only the first leaves events.</summary>
    public static void Fail(Transition t, WorkflowTaskFailedCause cause, Failure? failure, string identity, string binaryChecksum = "", Action<WorkflowTaskFailedEventAttributes>? more = null)
    {
        var state = t.State;
        var task = state.Task;
        WriteIfSpeculative(t, identity);
        if (!state.IsTaskTransient)
        {
            var failed = t.Add(EventType.WorkflowTaskFailed);
            failed.WorkflowTaskFailedEventAttributes = new WorkflowTaskFailedEventAttributes
            {
                ScheduledEventId = task.ScheduledEventId,
                StartedEventId = task.StartedEventId,
                Cause = cause,
                Failure = failure,
                Identity = identity,
                BinaryChecksum = binaryChecksum,
            };
            more?.Invoke(failed.WorkflowTaskFailedEventAttributes);
        }

        FailAttempt(t, countsAsAttempt: true, "Failed", cause.ToString());
        if (cause is WorkflowTaskFailedCause.ResetWorkflow or WorkflowTaskFailedCause.FailoverCloseCommand)
        {
            state.Task.Attempt = 1;
        }
        else if (cause is WorkflowTaskFailedCause.UnhandledCommand)
        {
            state.CloseAttempted = true;
        }
    }

    /// <summary>Takes back a task that no worker has taken.</summary>
    public static void Withdraw(Transition t, WorkflowTaskFailedCause cause)
    {
        var state = t.State;
        if (!state.Task.IsPending || state.Task.IsStarted)
        {
            return;
        }

        MakeOrdinary(t);
        var attempt = state.Task.Attempt;
        if (!state.IsTaskTransient)
        {
            t.Add(EventType.WorkflowTaskFailed).WorkflowTaskFailedEventAttributes = new WorkflowTaskFailedEventAttributes
            {
                ScheduledEventId = state.Task.ScheduledEventId,
                Cause = cause,
                Identity = EngineLimits.HistoryService,
            };
        }

        // Its stamp with it, so that what has been dispatched is void.
        Clear(state);
        state.Task.Attempt = attempt;
        state.Task.Stamp++;
        t.Persist();
    }

    public static void TimeOut(Transition t)
    {
        WriteIfSpeculative(t, string.Empty);
        if (!t.State.IsTaskTransient)
        {
            AddTimedOut(t, TimeoutType.StartToClose, t.State.Task.StartedEventId);
        }

        FailAttempt(t, countsAsAttempt: true, "TimedOut", nameof(TimeoutType.StartToClose));
    }

    /// <summary>No worker took the task from the sticky queue in time, or none took a speculative one.</summary>
    public static void TimeOutScheduleToStart(Transition t)
    {
        var task = t.State.Task;
        if (task.IsSpeculative)
        {
            task.IsSpeculative = false;
            task.ScheduledEventId = AddScheduled(t, task, task.ScheduledTime).EventId;
        }

        AddTimedOut(t, TimeoutType.ScheduleToStart, 0);
        FailAttempt(t, countsAsAttempt: false, "TimedOut", nameof(TimeoutType.ScheduleToStart));
    }

    /// <summary>Records a speculative task, because the run is about to be written for another reason.</summary>
    public static void MakeOrdinary(Transition t)
    {
        var task = t.State.Task;
        if (!task.IsPending || !task.IsSpeculative)
        {
            return;
        }

        task.IsSpeculative = false;
        task.ScheduledEventId = AddScheduled(t, task, task.ScheduledTime).EventId;
        if (task.IsStarted)
        {
            task.StartedEventId = AddStarted(t, task, string.Empty).EventId;
        }
    }

    /// <summary>The events of a running task that history does not have (yet), for its worker alone.</summary>
    public static IEnumerable<HistoryEvent> UnwrittenEvents(RunState state) =>
        state.Task.IsStarted && (state.IsTaskTransient || state.Task.IsSpeculative) ? TransientEvents(state) : [];

    /// <summary>The pending task's events as they will be written if it succeeds.</summary>
    public static IEnumerable<HistoryEvent> TransientEvents(RunState state)
    {
        var task = state.Task;
        if (!task.IsPending)
        {
            yield break;
        }

        yield return new HistoryEvent
        {
            EventId = task.ScheduledEventId,
            EventTime = Timestamp.FromDateTimeOffset(task.ScheduledTime),
            EventType = EventType.WorkflowTaskScheduled,
            WorkflowTaskScheduledEventAttributes = ScheduledAttributes(state, task, CurrentQueue(state)),
        };
        if (!task.IsStarted)
        {
            yield break;
        }

        yield return new HistoryEvent
        {
            EventId = task.StartedEventId,
            EventTime = Timestamp.FromDateTimeOffset(task.StartedTime),
            EventType = EventType.WorkflowTaskStarted,
            WorkflowTaskStartedEventAttributes = StartedAttributes(task, task.Identity),
        };
    }

    public static TaskQueue CurrentQueue(RunState state) => state.StickyQueue.Length > 0
        ? new TaskQueue { Name = state.StickyQueue, Kind = TaskQueueKind.Sticky, NormalName = state.TaskQueue }
        : new TaskQueue { Name = state.TaskQueue, Kind = TaskQueueKind.Normal };

    public static void ClearSticky(RunState state)
    {
        state.StickyQueue = string.Empty;
        state.StickyTimeout = default;
    }

    private static bool MayDrop(RunState state, RespondWorkflowTaskCompletedRequest request) =>
        request.Commands.Count == 0
        && !request.ForceCreateNewWorkflowTask
        && (request.Capabilities?.DiscardSpeculativeWorkflowTaskWithEvents == true || state.NextEventId == state.LastCompletedTaskStartedEventId + 2)
        && request.Messages.All(m => m.Body.Is(Temporalio.Api.Update.V1.Rejection.Descriptor));

    private static void WriteIfSpeculative(Transition t, string identity)
    {
        var task = t.State.Task;
        if (task.IsSpeculative)
        {
            task.IsSpeculative = false;
            task.ScheduledEventId = AddScheduled(t, task, task.ScheduledTime).EventId;
            task.StartedEventId = AddStarted(t, task, identity).EventId;
        }
    }

    private static void FailAttempt(Transition t, bool countsAsAttempt, string how, string cause)
    {
        var state = t.State;
        if (state.StickyQueue.Length > 0)
        {
            // The worker's cache may be at fault: one more ordinary try from the beginning of history.
            countsAsAttempt = false;
            ClearSticky(state);
        }

        var attempt = countsAsAttempt ? state.Task.Attempt + 1 : 1;
        Clear(state);
        state.Task.Attempt = attempt;
        TaskProblems.Note(t, how, cause);
        t.Persist();
        t.Run.Updates.ResendAll();
    }

    private static WorkflowTaskState Clear(RunState state)
    {
        var ended = state.Task;
        state.Task = new WorkflowTaskState { Stamp = ended.Stamp, OriginalScheduledTime = ended.OriginalScheduledTime };
        state.CloseAttempted = false;
        return ended;
    }

    private static void Keep(Transition t, bool speculative)
    {
        if (speculative)
        {
            t.Touch();
        }
        else
        {
            t.Persist();
        }
    }

    private static HistoryEvent AddScheduled(Transition t, WorkflowTaskState task, DateTimeOffset time, TaskQueue? queue = null)
    {
        var scheduled = t.Add(EventType.WorkflowTaskScheduled, time);
        scheduled.WorkflowTaskScheduledEventAttributes = ScheduledAttributes(t.State, task, queue ?? CurrentQueue(t.State));
        return scheduled;
    }

    private static HistoryEvent AddStarted(Transition t, WorkflowTaskState task, string identity)
    {
        var started = t.Add(EventType.WorkflowTaskStarted, task.StartedTime);
        started.WorkflowTaskStartedEventAttributes = StartedAttributes(task, identity);
        started.WorkflowTaskStartedEventAttributes.ScheduledEventId = task.ScheduledEventId;
        return started;
    }

    private static void AddTimedOut(Transition t, TimeoutType type, long startedEventId) =>
        t.Add(EventType.WorkflowTaskTimedOut).WorkflowTaskTimedOutEventAttributes = new WorkflowTaskTimedOutEventAttributes
        {
            ScheduledEventId = t.State.Task.ScheduledEventId,
            StartedEventId = startedEventId,
            TimeoutType = type,
        };

    private static WorkflowTaskScheduledEventAttributes ScheduledAttributes(RunState state, WorkflowTaskState task, TaskQueue queue) => new()
    {
        TaskQueue = queue,
        StartToCloseTimeout = Duration.FromTimeSpan(task.Timeout > TimeSpan.Zero ? task.Timeout : state.TaskTimeout),
        Attempt = task.Attempt,
    };

    private static WorkflowTaskStartedEventAttributes StartedAttributes(WorkflowTaskState task, string identity) => new()
    {
        ScheduledEventId = task.ScheduledEventId,
        Identity = identity,
        RequestId = task.RequestId,
        SuggestContinueAsNew = task.SuggestContinueAsNew,
        SuggestContinueAsNewReasons = { task.SuggestReasons.Select(r => (SuggestContinueAsNewReason)r) },
        HistorySizeBytes = task.HistoryBytes,
        WorkerVersion = task.WorkerVersion,
    };

    private static TimeSpan TimeoutOf(TimeSpan normal, int attempt)
    {
        if (attempt <= RetriesWithoutBackoff)
        {
            return normal;
        }

        var doublings = Math.Min(attempt - RetriesWithoutBackoff - 1, 10);
        var backoff = RetryBackoff * Math.Pow(2, doublings);
        return normal + (backoff < MaxRetryBackoff ? backoff : MaxRetryBackoff);
    }
}
