using Grpc.Core;
using Idp.DevServer.Engine;
using Idp.DevServer.Grpc;
using Idp.DevServer.Schedules.State;
using Idp.DevServer.Visibility;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.WorkflowService.V1;

namespace Idp.DevServer.Schedules.Runtime;

/// <summary>Makes a schedule's calls to the engine and follows the runs that it started.</summary>
internal sealed partial class ScheduleCalls(IWorkflowStarter engine, VisibilityStore visibility, TimeProvider clock, ILogger<ScheduleCalls> log)
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestManualStart = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestStart = TimeSpan.FromHours(1);
    private static readonly TimeSpan ShortestStart = TimeSpan.FromSeconds(5);

    private static readonly StatusCode[] Passing =
        [StatusCode.Unavailable, StatusCode.ResourceExhausted, StatusCode.DeadlineExceeded, StatusCode.Aborted];

    /// <summary>Makes a call, again and again while it may still succeed.</summary>
    /// <returns>What the schedule is to know of it.</returns>
    public async Task<ScheduleInput> MakeAsync(SchedulerState state, PendingCall call, CancellationToken cancellationToken)
    {
        var deadline = clock.GetUtcNow() + PatienceFor(state, call);
        for (var wait = FirstRetry; ; wait = wait * 2 < LongestRetry ? wait * 2 : LongestRetry)
        {
            try
            {
                return await TryAsync(state, call, cancellationToken);
            }
            catch (RpcFailure failure)
            {
                var isOver = !Passing.Contains(failure.Code) || clock.GetUtcNow() + wait > deadline;
                LogFailed(state.Namespace, state.ScheduleId, call.Kind, failure.Message, isOver);
                if (isOver)
                {
                    return new ScheduleInput.CallEnded(call.RequestId);
                }
            }

            await Task.Delay(wait, clock, cancellationToken);
        }
    }

    /// <summary>Waits until a run has ended, and with it all that continued it.</summary>
    public async Task<ScheduleInput> FollowAsync(string ns, WorkflowExecution first, CancellationToken cancellationToken)
    {
        var runId = first.RunId;
        while (true)
        {
            var closed = await WaitAsync(ns, first.WorkflowId, runId, cancellationToken);
            if (closed.NextRunId.Length == 0)
            {
                return new ScheduleInput.Closed(first.WorkflowId, first.RunId, closed.Status, closed.Result, closed.Failure);
            }

            runId = closed.NextRunId;
        }
    }

    /// <summary>The same for a run that is known to have ended; null when it, or one that continued it, is running.</summary>
    public async Task<ScheduleInput?> FindCloseAsync(string ns, WorkflowExecution first, CancellationToken cancellationToken)
    {
        var runId = first.RunId;
        while (IsClosed(ns, runId))
        {
            var closed = await WaitAsync(ns, first.WorkflowId, runId, cancellationToken);
            if (closed.NextRunId.Length == 0)
            {
                return new ScheduleInput.Closed(first.WorkflowId, first.RunId, closed.Status, closed.Result, closed.Failure);
            }

            runId = closed.NextRunId;
        }

        return null;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Schedule {Namespace}/{ScheduleId} failed.")]
    public partial void LogBroken(string @namespace, string scheduleId, Exception failure);

    private bool IsClosed(string ns, string runId) =>
        visibility.List(ns, string.Empty, $"RunId = '{runId}' AND ExecutionStatus != 'Running'", 1, Google.Protobuf.ByteString.Empty).Runs.Count > 0;

    private async Task<ClosedRun> WaitAsync(string ns, string workflowId, string runId, CancellationToken cancellationToken)
    {
        try
        {
            return await engine.WaitForCloseAsync(ns, workflowId, runId, cancellationToken);
        }
        catch (RpcFailure failure) when (failure.Code == StatusCode.NotFound)
        {
            // Deleted meanwhile: it does not run any more, and nobody knows how it ended.
            return new ClosedRun(WorkflowExecutionStatus.Unspecified, null, null, string.Empty);
        }
    }

    private async Task<ScheduleInput> TryAsync(SchedulerState state, PendingCall call, CancellationToken cancellationToken)
    {
        switch (call.Kind)
        {
            case PendingCallKind.Start:
                var response = await engine.StartAsync(StartRequest.Build(state, call), cancellationToken);
                return new ScheduleInput.Started(call.RequestId, response.RunId);
            case PendingCallKind.Cancel:
                await engine.RequestCancelAsync(CancelRequest(state, call), cancellationToken);
                break;
            case PendingCallKind.Terminate:
                await engine.TerminateAsync(TerminateRequest(state, call), cancellationToken);
                break;
        }

        return new ScheduleInput.CallEnded(call.RequestId);
    }

    // By the workflow's id and the first run, so that whatever continued that run is hit.
    private static RequestCancelWorkflowExecutionRequest CancelRequest(SchedulerState state, PendingCall call) => new()
    {
        Namespace = state.Namespace,
        WorkflowExecution = new WorkflowExecution { WorkflowId = call.Target!.WorkflowId },
        FirstExecutionRunId = call.Target.RunId,
        Identity = state.Identity,
        RequestId = call.RequestId,
        Reason = "cancelled by schedule overlap policy",
    };

    private static TerminateWorkflowExecutionRequest TerminateRequest(SchedulerState state, PendingCall call) => new()
    {
        Namespace = state.Namespace,
        WorkflowExecution = new WorkflowExecution { WorkflowId = call.Target!.WorkflowId },
        FirstExecutionRunId = call.Target.RunId,
        Identity = state.Identity,
        Reason = "terminated by schedule overlap policy",
    };

    // A scheduled start is of use until the catch-up window ends; what a user asked for, for a minute.
    private TimeSpan PatienceFor(SchedulerState state, PendingCall call)
    {
        if (call.Start is not { IsManual: false } start)
        {
            return call.Start is null ? LongestStart : LongestManualStart;
        }

        var left = start.Actual + state.Schedule.Policies.CatchupWindow.ToTimeSpan() - clock.GetUtcNow();
        return left < ShortestStart ? ShortestStart : left > LongestStart ? LongestStart : left;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Schedule {Namespace}/{ScheduleId}: {Call} failed: {Reason}. Given up: {IsOver}.")]
    private partial void LogFailed(string @namespace, string scheduleId, PendingCallKind call, string reason, bool isOver);
}
