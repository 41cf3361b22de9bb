using Google.Protobuf.WellKnownTypes;
using Idp.DevServer.Engine.Machines;
using Idp.DevServer.Engine.Runs;
using Idp.DevServer.Engine.State;
using Idp.DevServer.Grpc;
using Idp.DevServer.Namespaces;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.WorkflowService.V1;

namespace Idp.DevServer.Engine.Handlers;

/// <summary>Pauses, unpauses and resets pending activities, and changes their options.</summary>
[RpcHandlers(RpcHandlersAttribute.WorkflowService)]
internal sealed class ActivityOperationHandlers(WorkflowEngine engine, INamespaces namespaces)
{
    public async Task<PauseActivityResponse> PauseActivity(PauseActivityRequest request, RpcContext context)
    {
        await DoAsync(request.Namespace, request.Execution, request.Id, request.Type, all: false, (t, activity) =>
        {
            if (activity.Pause is not null)
            {
                return;
            }

            activity.Pause = new PauseState(request.Identity, request.Reason, t.Now);
            if (!activity.IsStarted)
            {
                activity.Dispatched = false;
                activity.Stamp++;
            }
        });
        return new PauseActivityResponse();
    }

    public async Task<UnpauseActivityResponse> UnpauseActivity(UnpauseActivityRequest request, RpcContext context)
    {
        await DoAsync(request.Namespace, request.Execution, request.Id, request.Type, request.UnpauseAll, (t, activity) =>
        {
            if (activity.Pause is null)
            {
                return;
            }

            activity.Pause = null;
            activity.Attempt = request.ResetAttempts ? 1 : activity.Attempt;
            activity.HeartbeatDetails = request.ResetHeartbeat ? null : activity.HeartbeatDetails;
            if (!activity.IsStarted)
            {
                activity.LastFailure = null;
                Activities.Restart(t, activity, Later(activity.ScheduledTime, t.Now));
            }
        });
        return new UnpauseActivityResponse();
    }

    public async Task<ResetActivityResponse> ResetActivity(ResetActivityRequest request, RpcContext context)
    {
        await DoAsync(request.Namespace, request.Execution, request.Id, request.Type, request.MatchAll, (t, activity) =>
        {
            if (!request.KeepPaused)
            {
                activity.Pause = null;
            }

            if (request.RestoreOriginalOptions)
            {
                Restore(t.Run, activity);
            }

            if (activity.IsStarted)
            {
                // The running attempt goes on; what it leaves decides nothing but the next first one.
                activity.ResetRequested = true;
                activity.ResetHeartbeat = request.ResetHeartbeat;
                return;
            }

            activity.Attempt = 1;
            activity.LastFailure = null;
            activity.HeartbeatDetails = request.ResetHeartbeat ? null : activity.HeartbeatDetails;
            Activities.Restart(t, activity, t.Now);
        });
        return new ResetActivityResponse();
    }

    public async Task<UpdateActivityOptionsResponse> UpdateActivityOptions(UpdateActivityOptionsRequest request, RpcContext context)
    {
        ActivityState? changed = null;
        await DoAsync(request.Namespace, request.Execution, request.Id, request.Type, request.MatchAll, (t, activity) =>
        {
            if (request.RestoreOriginal)
            {
                Restore(t.Run, activity);
            }
            else
            {
                ActivityOptionChanges.Apply(activity, request.ActivityOptions, request.UpdateMask ?? new FieldMask());
            }

            changed = activity;
            if (!activity.IsStarted && activity.Pause is null)
            {
                var at = activity.Attempt > 1 && activity.LastAttemptCompleteTime is { } ended && activity.RetryPolicy is { } policy
                    ? ended + Retries.Interval(policy, activity.Attempt - 1)
                    : activity.ScheduledTime;
                activity.LastFailure = null;
                Activities.Restart(t, activity, at);
            }
        });
        var options = RunDescriptions.Options(changed!);
        options.TaskQueue = new() { Name = changed!.TaskQueue, Kind = TaskQueueKind.Normal };
        return new UpdateActivityOptionsResponse { ActivityOptions = options };
    }

    private static void Restore(Run run, ActivityState activity)
    {
        var original = Activities.FromEvent(run.History[activity.ScheduledEventId]);
        activity.TaskQueue = original.TaskQueue;
        activity.ScheduleToClose = original.ScheduleToClose;
        activity.ScheduleToStart = original.ScheduleToStart;
        activity.StartToClose = original.StartToClose;
        activity.Heartbeat = original.Heartbeat;
        activity.RetryPolicy = original.RetryPolicy;
    }

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    private Task DoAsync(string ns, WorkflowExecution? execution, string id, string type, bool all, Action<Transition, ActivityState> act)
    {
        namespaces.Require(ns);
        var named = RequestRules.Execution(execution);
        RequestRules.Require(all || id.Length > 0 || type.Length > 0, "either activity id or activity type must be provided");
        return engine.DoAsync(ns, named.WorkflowId, step =>
        {
            var t = step.OnOpen(named.RunId);
            var chosen = t.State.Activities.Values
                .Where(a => all || (id.Length > 0 ? a.ActivityId == id : a.ActivityType == type)).ToList();
            if (chosen.Count == 0 && !all)
            {
                throw ActivityAnswers.NotFound();
            }

            t.Persist();
            chosen.ForEach(a => act(t, a));
            PauseInfo.Update(t);
        });
    }
}
