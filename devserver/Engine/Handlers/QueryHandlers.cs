using Grpc.Core;
using Idp.DevServer.Engine.Matching;
using Idp.DevServer.Engine.Runs;
using Idp.DevServer.Engine.State;
using Idp.DevServer.Grpc;
using Idp.DevServer.Hosting;
using Idp.DevServer.Namespaces;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.ErrorDetails.V1;
using Temporalio.Api.Failure.V1;
using Temporalio.Api.Query.V1;
using Temporalio.Api.WorkflowService.V1;

namespace Idp.DevServer.Engine.Handlers;

/// <summary>Queries workflows: on the next workflow task where one is due, otherwise in a task of their own.</summary>
[RpcHandlers(RpcHandlersAttribute.WorkflowService)]
internal sealed class QueryHandlers(WorkflowEngine engine, INamespaces namespaces, DirectQueries queries, ServerFeatures features)
{
    private const int FailingAttempts = 3;
    private static readonly TimeSpan StickyWait = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan MostWait = TimeSpan.FromSeconds(60);

    public async Task<QueryWorkflowResponse> QueryWorkflow(QueryWorkflowRequest request, RpcContext context)
    {
        namespaces.Require(request.Namespace);
        RequestRules.Require(features.Queries, "Namespace is not allowed to query, please contact temporal team to re-enable queries.");
        var execution = RequestRules.Execution(request.Execution);
        RequestRules.Require(request.Query is not null, "WorkflowQuery is not set on request.");
        RequestRules.Require(request.Query!.QueryType.Length > 0, "QueryType is not set on request.");
        var until = TimeProvider.System.GetUtcNow() + RequestRules.Wait(context, MostWait);
        while (true)
        {
            var plan = await engine.DoAsync(request.Namespace, execution.WorkflowId, step => Plan(step.Require(execution.RunId), request));
            if (plan.Rejected is { } rejected)
            {
                return rejected;
            }

            if (plan.NotReady is { } ready)
            {
                await WaitAsync(ready, until, context.CancellationToken);
                continue;
            }

            if (plan.Waiting is { } waiting && await WaitAsync(waiting.Answer, until, context.CancellationToken) is { } result)
            {
                return result.ResultType is QueryResultType.Answered
                    ? new QueryWorkflowResponse { QueryResult = result.Answer }
                    : throw Failed(result.ErrorMessage, result.Failure);
            }

            return await AskDirectlyAsync(plan, request.Query, until, context.CancellationToken);
        }
    }

    public Task<RespondQueryTaskCompletedResponse> RespondQueryTaskCompleted(RespondQueryTaskCompletedRequest request, RpcContext context)
    {
        var token = TaskToken.Read(request.TaskToken);
        RequestRules.Require(token.QueryId.Length > 0, "Invalid TaskToken.");
        var query = queries.Find(token.QueryId) ?? throw WorkflowStep.NotFound("query task not found, or already expired");
        query.SetAnswer(request);
        return Task.FromResult(new RespondQueryTaskCompletedResponse());
    }

    private static QueryPlan Plan(Run run, QueryWorkflowRequest request)
    {
        var state = run.State;
        if (state.Status is WorkflowExecutionStatus.Paused || IsRejected(state.Status, request.QueryRejectCondition))
        {
            return new QueryPlan(state.Key, state.StickyQueue, state.TaskQueue)
            {
                Rejected = new QueryWorkflowResponse { QueryRejected = new QueryRejected { Status = state.Status } },
            };
        }

        var plan = new QueryPlan(state.Key, state.StickyQueue, state.TaskQueue);
        if (!state.IsRunning)
        {
            return state.LastCompletedTaskStartedEventId == 0 && state.NextEventId <= 3
                ? throw NotReady("Workflow execution closed before WorkflowTaskStarted event")
                : plan;
        }

        if (state.Task.Attempt >= FailingAttempts)
        {
            throw NotReady("Unable to query workflow due to Workflow Task in failed state.");
        }

        if (state.LastCompletedTaskStartedEventId == 0)
        {
            return state.FirstTaskAt is not null && !state.Task.IsPending
                ? throw NotReady("Workflow task is not scheduled yet.")
                : plan with { NotReady = run.Changes.Next };
        }

        return state.Task.IsPending && !state.Task.IsSpeculative ? plan with { Waiting = run.Queries.Add(request.Query) } : plan;
    }

    private static bool IsRejected(WorkflowExecutionStatus status, QueryRejectCondition condition) => condition switch
    {
        QueryRejectCondition.NotOpen => status is not (WorkflowExecutionStatus.Running),
        QueryRejectCondition.NotCompletedCleanly => status is WorkflowExecutionStatus.Failed or WorkflowExecutionStatus.TimedOut or WorkflowExecutionStatus.Terminated,
        _ => false,
    };

    private async Task<QueryWorkflowResponse> AskDirectlyAsync(QueryPlan plan, WorkflowQuery query, DateTimeOffset until, CancellationToken cancellationToken)
    {
        if (plan.StickyQueue.Length > 0 && engine.Queues.Find(plan.Key.Namespace, plan.StickyQueue, TaskQueueType.Workflow) is { HasWorker: true })
        {
            var sticky = queries.Add(query);
            engine.Queues.Add(MatchTask.ForQuery(plan.Key, plan.StickyQueue, plan.NormalQueue, sticky));
            var wait = TimeProvider.System.GetUtcNow() + StickyWait;
            try
            {
                return Answer(await WaitAsync(sticky.Answer, wait < until ? wait : until, cancellationToken));
            }
            catch (RpcFailure late) when (late.Code is StatusCode.DeadlineExceeded && wait < until)
            {
                // The worker that remembers the run is gone or busy: any worker can replay it.
            }
            finally
            {
                queries.Remove(sticky);
            }
        }

        var direct = queries.Add(query);
        try
        {
            engine.Queues.Add(MatchTask.ForQuery(plan.Key, plan.NormalQueue, plan.NormalQueue, direct));
            return Answer(await WaitAsync(direct.Answer, until, cancellationToken));
        }
        catch (RpcFailure late) when (late.Code is StatusCode.DeadlineExceeded && engine.Queues[plan.Key.Namespace, plan.NormalQueue, TaskQueueType.Workflow].Pollers.Count == 0)
        {
            throw new RpcFailure(
                StatusCode.FailedPrecondition,
                $"no poller seen for task queue recently, worker may be down; task queue: {plan.NormalQueue}");
        }
        finally
        {
            queries.Remove(direct);
        }
    }

    private static QueryWorkflowResponse Answer(RespondQueryTaskCompletedRequest answer) => answer.CompletedType is QueryResultType.Answered
        ? new QueryWorkflowResponse { QueryResult = answer.QueryResult }
        : throw Failed(answer.ErrorMessage, answer.Failure);

    private static RpcFailure Failed(string message, Failure? failure) =>
        new(StatusCode.InvalidArgument, message, new QueryFailedFailure { Failure = failure });

    private static RpcFailure NotReady(string message) => new(StatusCode.FailedPrecondition, message, new WorkflowNotReadyFailure());

    private static async Task<T> WaitAsync<T>(Task<T> task, DateTimeOffset until, CancellationToken cancellationToken)
    {
        await WaitAsync((Task)task, until, cancellationToken);
        return await task;
    }

    private static async Task WaitAsync(Task task, DateTimeOffset until, CancellationToken cancellationToken)
    {
        var left = until - TimeProvider.System.GetUtcNow();
        try
        {
            await task.WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, cancellationToken);
        }
        catch (TimeoutException)
        {
            throw new RpcFailure(StatusCode.DeadlineExceeded, "context deadline exceeded");
        }
    }
}
