using System.Diagnostics;
using Grpc.Core;
using Idp.DevServer.Engine.Machines;
using Idp.DevServer.Engine.Matching;
using Idp.DevServer.Engine.State;
using Idp.DevServer.Grpc;
using Idp.DevServer.Namespaces;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.TaskQueue.V1;
using Temporalio.Api.WorkflowService.V1;

namespace Idp.DevServer.Engine.Handlers;

/// <summary>Gives out workflow tasks, and takes their failures; completions have a handler of their own.</summary>
[RpcHandlers(RpcHandlersAttribute.WorkflowService)]
internal sealed class WorkflowTaskHandlers(WorkflowEngine engine, INamespaces namespaces, DirectQueries queries)
{
    public async Task<PollWorkflowTaskQueueResponse> PollWorkflowTaskQueue(PollWorkflowTaskQueueRequest request, RpcContext context)
    {
        var ns = namespaces.Require(request.Namespace).Name;
        RequestRules.Queue(request.TaskQueue, engine.Limits);
        RequestRules.Length(request.Identity, engine.Limits, "Identity");
        var since = Stopwatch.GetTimestamp();
        var until = TimeProvider.System.GetUtcNow() + RequestRules.Wait(context, engine.Limits.TaskPoll);
        var queue = engine.Queues[ns, request.TaskQueue.Name, TaskQueueType.Workflow];
        while (true)
        {
            var left = until - TimeProvider.System.GetUtcNow();
            var task = await queue.PollAsync(
                request.Identity, request.WorkerVersionCapabilities, null, left > TimeSpan.Zero ? left : TimeSpan.Zero, context.CancellationToken);
            if (task is null)
            {
                return new PollWorkflowTaskQueueResponse();
            }

            var response = task.Query is { } query ? await StartQueryAsync(task, query, request) : await StartAsync(task, request);
            if (response is not null)
            {
                response.PollerScalingDecision = queue.Advise(since);
                response.BacklogCountHint = queue.Backlog;
                return response;
            }
        }
    }

    public async Task<RespondWorkflowTaskFailedResponse> RespondWorkflowTaskFailed(RespondWorkflowTaskFailedRequest request, RpcContext context)
    {
        var token = TaskToken.Read(request.TaskToken);
        await engine.DoAsync(token.Key.Namespace, token.Key.WorkflowId, step =>
        {
            var t = RequireStarted(step, token);
            WorkflowTasks.Fail(t, request.Cause, request.Failure, request.Identity, request.BinaryChecksum);
            WorkflowTasks.Ensure(t);
        });
        return new RespondWorkflowTaskFailedResponse();
    }

    /// <summary>The step of the run whose running workflow task the token names.</summary>
    /// <exception cref="RpcFailure">That task does not run (any more).</exception>
    public static Transition RequireStarted(WorkflowStep step, TaskToken token)
    {
        var t = step.On(step.Require(token.Key.RunId));
        var task = t.State.Task;
        return t.State.IsRunning
            && task.IsStarted
            && task.ScheduledEventId == token.ScheduledEventId
            && task.StartedEventId == token.StartedEventId
            && task.Attempt == token.Attempt
            && task.StartedTime == token.StartedTime
                ? t
                : throw WorkflowStep.NotFound("Workflow task not found.");
    }

    /// <returns>Null when the task is no longer wanted.</returns>
    private async Task<PollWorkflowTaskQueueResponse?> StartAsync(MatchTask task, PollWorkflowTaskQueueRequest request)
    {
        try
        {
            return await engine.DoAsync(task.Key.Namespace, task.Key.WorkflowId, step =>
            {
                if (step.Require(task.Key.RunId) is not { State.IsRunning: true } run
                    || run.State.Task is not { IsPending: true, IsStarted: false } pending
                    || pending.Stamp != task.Stamp)
                {
                    return null;
                }

                var t = step.On(run);
                WorkflowTasks.Start(t, Guid.NewGuid().ToString(), request.Identity, QueueOf(request.TaskQueue), WorkerVersions.Of(request.WorkerVersionCapabilities));
                return WorkflowTaskReplies.Started(t, isSticky: IsSticky(run.State, request.TaskQueue.Name));
            });
        }
        catch (RpcFailure gone) when (gone.Code is StatusCode.NotFound)
        {
            return null;
        }
    }

    private async Task<PollWorkflowTaskQueueResponse?> StartQueryAsync(MatchTask task, DirectQuery query, PollWorkflowTaskQueueRequest request)
    {
        if (!queries.TryTake(query))
        {
            return null;
        }

        try
        {
            return await engine.DoAsync(task.Key.Namespace, task.Key.WorkflowId, step =>
            {
                var run = step.Require(task.Key.RunId);
                return WorkflowTaskReplies.Query(run, IsSticky(run.State, request.TaskQueue.Name), query, request.TaskQueue.Name);
            });
        }
        catch (RpcFailure gone) when (gone.Code is StatusCode.NotFound)
        {
            return null;
        }
    }

    private static bool IsSticky(RunState state, string queue) => state.StickyQueue.Length > 0 && state.StickyQueue == queue;

    private static TaskQueue QueueOf(TaskQueue polled) => new()
    {
        Name = polled.Name,
        Kind = polled.Kind is TaskQueueKind.Unspecified ? TaskQueueKind.Normal : polled.Kind,
        NormalName = polled.NormalName,
    };
}
