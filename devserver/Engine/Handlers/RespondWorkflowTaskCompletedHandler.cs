using Idp.DevServer.Engine.Commands;
using Idp.DevServer.Engine.Machines;
using Idp.DevServer.Engine.State;
using Idp.DevServer.Grpc;
using Idp.DevServer.Hosting;
using Idp.DevServer.Namespaces;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Failure.V1;
using Temporalio.Api.WorkflowService.V1;

namespace Idp.DevServer.Engine.Handlers;

/// <summary>Takes a worker's answer to a workflow task: its commands, messages and query results, and what follows from them.</summary>
[RpcHandlers(RpcHandlersAttribute.WorkflowService)]
internal sealed class RespondWorkflowTaskCompletedHandler(WorkflowEngine engine, INamespaces namespaces, ISearchAttributes searchAttributes, ServerFeatures features)
{
    // The genuine server's own; it is in histories.
    private const string ReturnedTaskRequestId = "request-from-RespondWorkflowTaskCompleted";

    public async Task<RespondWorkflowTaskCompletedResponse> RespondWorkflowTaskCompleted(RespondWorkflowTaskCompletedRequest request, RpcContext context)
    {
        var token = TaskToken.Read(request.TaskToken);
        try
        {
            var (response, refused) = await engine.DoAsync(token.Key.Namespace, token.Key.WorkflowId, step => Complete(step, token, request));
            return refused is null ? response : throw refused;
        }
        catch (CommandFailure wrong)
        {
            // Everything that the commands had done is undone; the task fails in a step of its own.
            await FailAsync(token, request, wrong);
            throw RpcFailure.InvalidArgument(wrong.Message);
        }
    }

    private (RespondWorkflowTaskCompletedResponse Response, RpcFailure? Refused) Complete(
        WorkflowStep step, TaskToken token, RespondWorkflowTaskCompletedRequest request)
    {
        var t = WorkflowTaskHandlers.RequireStarted(step, token);
        var task = t.State.Task.Clone();
        var isHeartbeat = request is { ForceCreateNewWorkflowTask: true, Commands.Count: 0, Messages.Count: 0 };
        if (isHeartbeat && t.Now > task.OriginalScheduledTime + t.Limits.TaskHeartbeatTimeout)
        {
            WorkflowTasks.TimeOut(t);
            WorkflowTasks.ClearSticky(t.State);
            WorkflowTasks.Ensure(t);
            return (new RespondWorkflowTaskCompletedResponse(), WorkflowStep.NotFound("workflow task heartbeat timeout"));
        }

        var completed = WorkflowTasks.Complete(t, request);
        SetSticky(t.State, request);
        var commands = new CommandContext(t, step, request, completed?.EventId ?? 0, namespaces, searchAttributes)
        {
            HasUnseenEvents = t.State.Buffered.Count > 0,
            MayStartEagerly = features.EagerActivities && t.State.Pause is null,
        };
        AnswerQueries(t, request);
        CommandHandlers.Handle(commands);
        if (!request.ForceCreateNewWorkflowTask && t.State.IsRunning)
        {
            commands.Updates.RejectUnanswered();
        }

        var response = new RespondWorkflowTaskCompletedResponse { ResetHistoryEventId = completed is null ? t.State.LastCompletedTaskStartedEventId : 0 };
        if (t.State.IsRunning)
        {
            EagerActivities.Start(commands, response);
            ScheduleNext(commands, response, isHeartbeat ? task.OriginalScheduledTime : null);
        }

        return (response, null);
    }

    /// <summary>Schedules the next task when there is something to tell the workflow, and starts it when the worker asks for that.</summary>
    private static void ScheduleNext(CommandContext commands, RespondWorkflowTaskCompletedResponse response, DateTimeOffset? heartbeatSince)
    {
        var (t, request) = (commands.T, commands.Request);
        if (t.State.Pause is not null)
        {
            // Whatever there is to tell waits until it is let go.
            return;
        }

        var isOrdinary = request.ForceCreateNewWorkflowTask || commands.HasUnseenEvents || commands.NeedsNewTask || t.State.Buffered.Count > 0;
        if (!isOrdinary && !commands.Updates.LeaveOutgoing)
        {
            // Queries that came while the task ran, and that it did not carry, need no task of the workflow.
            t.Closing.Add(() => t.Run.Queries.Release(q => t.Committed.Add(q.SetUnblocked)));
            return;
        }

        var returns = request.ReturnNewWorkflowTask;
        WorkflowTasks.Schedule(t, speculative: !isOrdinary && returns, dispatch: !returns, heartbeatSince);
        if (returns)
        {
            WorkflowTasks.Start(t, ReturnedTaskRequestId, request.Identity, WorkflowTasks.CurrentQueue(t.State), request.WorkerVersionStamp);
            commands.Updates.ApplyNow();
            response.WorkflowTask = WorkflowTaskReplies.Started(t, isSticky: t.State.StickyQueue.Length > 0);
        }
    }

    private static void SetSticky(RunState state, RespondWorkflowTaskCompletedRequest request)
    {
        if (request.StickyAttributes?.WorkerTaskQueue is { } sticky)
        {
            state.StickyQueue = sticky.Name;
            state.StickyTimeout = request.StickyAttributes.ScheduleToStartTimeout?.ToTimeSpan() ?? TimeSpan.Zero;
        }
        else
        {
            WorkflowTasks.ClearSticky(state);
        }
    }

    private static void AnswerQueries(Transition t, RespondWorkflowTaskCompletedRequest request)
    {
        foreach (var (id, result) in request.QueryResults)
        {
            t.Applied.Add(() =>
            {
                if (t.Run.Queries.Take(id) is { } query)
                {
                    t.Committed.Add(() => query.SetAnswer(result));
                }
            });
        }
    }

    private async Task FailAsync(TaskToken token, RespondWorkflowTaskCompletedRequest request, CommandFailure wrong) =>
        await engine.DoAsync(token.Key.Namespace, token.Key.WorkflowId, step =>
        {
            var t = WorkflowTaskHandlers.RequireStarted(step, token);
            if (t.State.IsTaskTransient && wrong.Cause is not WorkflowTaskFailedCause.UnhandledCommand)
            {
                // It keeps failing: left to time out, so that it is not tried again at once.
                return;
            }

            WorkflowTasks.Fail(
                t,
                wrong.Cause,
                new Failure { Message = wrong.Message, ServerFailureInfo = new ServerFailureInfo() },
                request.Identity,
                request.BinaryChecksum);
            if (wrong.Terminates)
            {
                t.FlushBuffered();
                WorkflowClose.Terminate(t, wrong.Message, null, EngineLimits.HistoryService);
            }
            else
            {
                WorkflowTasks.Ensure(t);
            }
        });
}
