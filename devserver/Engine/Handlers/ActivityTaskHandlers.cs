using System.Diagnostics;
using Grpc.Core;
using Idp.DevServer.Engine.Machines;
using Idp.DevServer.Engine.Matching;
using Idp.DevServer.Engine.State;
using Idp.DevServer.Grpc;
using Idp.DevServer.Namespaces;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Failure.V1;
using Temporalio.Api.WorkflowService.V1;

namespace Idp.DevServer.Engine.Handlers;

/// <summary>Gives out activities, and takes their heartbeats and results by token.</summary>
[RpcHandlers(RpcHandlersAttribute.WorkflowService)]
internal sealed class ActivityTaskHandlers(WorkflowEngine engine, INamespaces namespaces)
{
    public async Task<PollActivityTaskQueueResponse> PollActivityTaskQueue(PollActivityTaskQueueRequest request, RpcContext context)
    {
        var ns = namespaces.Require(request.Namespace).Name;
        RequestRules.Queue(request.TaskQueue, engine.Limits);
        RequestRules.Length(request.Identity, engine.Limits, "Identity");
        var since = Stopwatch.GetTimestamp();
        var until = TimeProvider.System.GetUtcNow() + RequestRules.Wait(context, engine.Limits.TaskPoll);
        var queue = engine.Queues[ns, request.TaskQueue.Name, TaskQueueType.Activity];
        while (true)
        {
            var left = until - TimeProvider.System.GetUtcNow();
            var task = await queue.PollAsync(
                request.Identity,
                request.WorkerVersionCapabilities,
                request.TaskQueueMetadata?.MaxTasksPerSecond,
                left > TimeSpan.Zero ? left : TimeSpan.Zero,
                context.CancellationToken);
            if (task is null)
            {
                return new PollActivityTaskQueueResponse();
            }

            if (await StartAsync(task, request.Identity, WorkerVersions.Of(request.WorkerVersionCapabilities)) is { } response)
            {
                response.PollerScalingDecision = queue.Advise(since);
                return response;
            }
        }
    }

    public async Task<RespondActivityTaskCompletedResponse> RespondActivityTaskCompleted(RespondActivityTaskCompletedRequest request, RpcContext context)
    {
        await DoAsync(TaskToken.Read(request.TaskToken), (t, activity) => ActivityAnswers.Complete(t, activity, request.Result, request.Identity));
        return new RespondActivityTaskCompletedResponse();
    }

    public async Task<RespondActivityTaskFailedResponse> RespondActivityTaskFailed(RespondActivityTaskFailedRequest request, RpcContext context)
    {
        await DoAsync(
            TaskToken.Read(request.TaskToken),
            (t, activity) => ActivityAnswers.Fail(t, activity, request.Failure, request.LastHeartbeatDetails, request.Identity));
        return new RespondActivityTaskFailedResponse();
    }

    public async Task<RespondActivityTaskCanceledResponse> RespondActivityTaskCanceled(RespondActivityTaskCanceledRequest request, RpcContext context)
    {
        await DoAsync(TaskToken.Read(request.TaskToken), (t, activity) => ActivityAnswers.Cancel(t, activity, request.Details, request.Identity));
        return new RespondActivityTaskCanceledResponse();
    }

    public Task<RecordActivityTaskHeartbeatResponse> RecordActivityTaskHeartbeat(RecordActivityTaskHeartbeatRequest request, RpcContext context) =>
        DoAsync(TaskToken.Read(request.TaskToken), (t, activity) =>
        {
            Activities.Heartbeat(t, activity, request.Details, request.Identity);
            return new RecordActivityTaskHeartbeatResponse
            {
                CancelRequested = activity.CancelRequested,
                ActivityPaused = activity.Pause is not null,
                ActivityReset = activity.ResetRequested,
            };
        });

    private Task DoAsync(TaskToken token, Action<Transition, ActivityState> act) => DoAsync(token, (t, activity) =>
    {
        act(t, activity);
        return true;
    });

    private Task<T> DoAsync<T>(TaskToken token, Func<Transition, ActivityState, T> act) =>
        engine.DoAsync(token.Key.Namespace, token.Key.WorkflowId, step =>
        {
            var t = step.OnOpen(token.Key.RunId);
            return t.State.Activities.TryGetValue(token.ScheduledEventId, out var activity)
                && activity.StartedTime is not null
                && activity.Attempt == token.Attempt
                    ? act(t, activity)
                    : throw ActivityAnswers.NotFound();
        });

    /// <returns>Null when the activity is no longer wanted.</returns>
    private async Task<PollActivityTaskQueueResponse?> StartAsync(MatchTask task, string identity, WorkerVersionStamp? version)
    {
        try
        {
            return await engine.DoAsync(task.Key.Namespace, task.Key.WorkflowId, step =>
            {
                if (step.Require(task.Key.RunId) is not { State.IsRunning: true } run
                    || !run.State.Activities.TryGetValue(task.EventId, out var activity)
                    || activity.IsStarted
                    || activity.Stamp != task.Stamp
                    || activity.Pause is not null)
                {
                    return null;
                }

                var t = step.On(run);
                Activities.Start(t, activity, Guid.NewGuid().ToString(), identity, version);
                return ActivityReplies.Started(t, activity);
            });
        }
        catch (RpcFailure gone) when (gone.Code is StatusCode.NotFound)
        {
            return null;
        }
    }
}
