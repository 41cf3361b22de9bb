using Idp.DevServer.Engine.Machines;
using Idp.DevServer.Engine.State;
using Idp.DevServer.Grpc;
using Idp.DevServer.Namespaces;
using Temporalio.Api.WorkflowService.V1;

namespace Idp.DevServer.Engine.Handlers;

/// <summary>Takes heartbeats and results of activities that are named by their ids instead of by a token.</summary>
[RpcHandlers(RpcHandlersAttribute.WorkflowService)]
internal sealed class ActivityByIdHandlers(WorkflowEngine engine, INamespaces namespaces)
{
    public async Task<RespondActivityTaskCompletedByIdResponse> RespondActivityTaskCompletedById(RespondActivityTaskCompletedByIdRequest request, RpcContext context)
    {
        await DoAsync(request.Namespace, request.WorkflowId, request.RunId, request.ActivityId, (t, activity) =>
        {
            StartIfWaiting(t, activity, request.Identity);
            ActivityAnswers.Complete(t, activity, request.Result, request.Identity);
            return true;
        });
        return new RespondActivityTaskCompletedByIdResponse();
    }

    public async Task<RespondActivityTaskFailedByIdResponse> RespondActivityTaskFailedById(RespondActivityTaskFailedByIdRequest request, RpcContext context)
    {
        await DoAsync(request.Namespace, request.WorkflowId, request.RunId, request.ActivityId, (t, activity) =>
        {
            RequireStarted(activity);
            ActivityAnswers.Fail(t, activity, request.Failure, request.LastHeartbeatDetails, request.Identity);
            return true;
        });
        return new RespondActivityTaskFailedByIdResponse();
    }

    public async Task<RespondActivityTaskCanceledByIdResponse> RespondActivityTaskCanceledById(RespondActivityTaskCanceledByIdRequest request, RpcContext context)
    {
        await DoAsync(request.Namespace, request.WorkflowId, request.RunId, request.ActivityId, (t, activity) =>
        {
            RequireStarted(activity);
            ActivityAnswers.Cancel(t, activity, request.Details, request.Identity);
            return true;
        });
        return new RespondActivityTaskCanceledByIdResponse();
    }

    public Task<RecordActivityTaskHeartbeatByIdResponse> RecordActivityTaskHeartbeatById(RecordActivityTaskHeartbeatByIdRequest request, RpcContext context) =>
        DoAsync(request.Namespace, request.WorkflowId, request.RunId, request.ActivityId, (t, activity) =>
        {
            RequireStarted(activity);
            Activities.Heartbeat(t, activity, request.Details, request.Identity);
            return new RecordActivityTaskHeartbeatByIdResponse
            {
                CancelRequested = activity.CancelRequested,
                ActivityPaused = activity.Pause is not null,
                ActivityReset = activity.ResetRequested,
            };
        });

    private static void RequireStarted(ActivityState activity)
    {
        if (!activity.IsStarted)
        {
            throw ActivityAnswers.NotFound();
        }
    }

    /// <summary>A result given by id ends an activity that no worker has taken, too.</summary>
    private static void StartIfWaiting(Transition t, ActivityState activity, string identity)
    {
        if (!activity.IsStarted)
        {
            Activities.Start(t, activity, string.Empty, identity);
        }
    }

    private Task<T> DoAsync<T>(string ns, string workflowId, string runId, string activityId, Func<Transition, ActivityState, T> act)
    {
        namespaces.Require(ns);
        RequestRules.Require(workflowId.Length > 0, "WorkflowId is not set on request.");
        RequestRules.Require(activityId.Length > 0, "ActivityId is not set on request.");
        return engine.DoAsync(ns, workflowId, step =>
        {
            var t = step.OnOpen(runId);
            return t.State.Activities.Values.FirstOrDefault(a => a.ActivityId == activityId) is { } activity
                ? act(t, activity)
                : throw WorkflowStep.NotFound($"cannot find pending activity with ActivityID {activityId}, check workflow execution history for more details");
        });
    }
}
