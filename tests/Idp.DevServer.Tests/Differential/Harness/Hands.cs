using Google.Protobuf;
using Temporalio.Api.Command.V1;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Failure.V1;
using Temporalio.Api.WorkflowService.V1;

namespace Idp.DevServer.Tests.Differential;

/// <summary>A worker played by hand, one task at a time, through the raw service.</summary>
internal sealed class Hands(Session session, string taskQueue)
{
    private const string WorkflowTypeName = "ByHand";

    public string TaskQueue => taskQueue;

    public static Payloads Value(string text) => new() { Payloads_ = { Text(text) } };

    public static Payload Text(string text) => new()
    {
        Metadata = { ["encoding"] = ByteString.CopyFromUtf8("json/plain") },
        Data = ByteString.CopyFromUtf8($"\"{text}\""),
    };

    public static Failure Failure(string message, string type = "Test", bool nonRetryable = false) => new()
    {
        Message = message,
        Source = "test",
        ApplicationFailureInfo = new() { Type = type, NonRetryable = nonRetryable },
    };

    /// <summary>Starts a run of the scenario's workflow.</summary>
    /// <returns>Its run id.</returns>
    public async Task<string> StartAsync(Action<StartWorkflowExecutionRequest>? change = null) =>
        (await session.Service.StartWorkflowExecutionAsync(StartRequest(change), session.Rpc)).RunId;

    public StartWorkflowExecutionRequest StartRequest(Action<StartWorkflowExecutionRequest>? change = null)
    {
        var request = new StartWorkflowExecutionRequest
        {
            Namespace = session.Namespace,
            WorkflowId = session.Name,
            WorkflowType = new() { Name = WorkflowTypeName },
            TaskQueue = new() { Name = taskQueue },
            Identity = Session.Identity,
            RequestId = Guid.NewGuid().ToString(),
        };
        change?.Invoke(request);
        return request;
    }

    /// <summary>Polls until there is a workflow task.</summary>
    /// <param name="queue">The scenario's own queue if null; give <see cref="StickyQueue"/> for the sticky one.</param>
    public async Task<PollWorkflowTaskQueueResponse> PollAsync(Temporalio.Api.TaskQueue.V1.TaskQueue? queue = null)
    {
        while (true)
        {
            var task = await session.Service.PollWorkflowTaskQueueAsync(
                new()
                {
                    Namespace = session.Namespace,
                    TaskQueue = queue ?? new() { Name = taskQueue },
                    Identity = Session.Identity,
                },
                session.Rpc);
            if (!task.TaskToken.IsEmpty)
            {
                return task;
            }
        }
    }

    public Temporalio.Api.TaskQueue.V1.TaskQueue StickyQueue =>
        new() { Name = $"{taskQueue}:sticky", Kind = TaskQueueKind.Sticky, NormalName = taskQueue };

    public Task<RespondWorkflowTaskCompletedResponse> CompleteAsync(PollWorkflowTaskQueueResponse task, params Command[] commands) =>
        CompleteAsync(task, null, commands);

    public Task<RespondWorkflowTaskCompletedResponse> CompleteAsync(
        PollWorkflowTaskQueueResponse task, Action<RespondWorkflowTaskCompletedRequest>? change, params Command[] commands)
    {
        var request = new RespondWorkflowTaskCompletedRequest
        {
            Namespace = session.Namespace,
            TaskToken = task.TaskToken,
            Identity = Session.Identity,
            Commands = { commands },
        };
        change?.Invoke(request);
        return session.Service.RespondWorkflowTaskCompletedAsync(request, session.Rpc);
    }

    /// <summary>Polls one workflow task and completes it.</summary>
    public async Task<RespondWorkflowTaskCompletedResponse> AnswerAsync(params Command[] commands) => await CompleteAsync(await PollAsync(), commands);

    public Task<RespondWorkflowTaskFailedResponse> FailAsync(PollWorkflowTaskQueueResponse task, string message) =>
        session.Service.RespondWorkflowTaskFailedAsync(
            new()
            {
                Namespace = session.Namespace,
                TaskToken = task.TaskToken,
                Identity = Session.Identity,
                Cause = WorkflowTaskFailedCause.WorkflowWorkerUnhandledFailure,
                Failure = Failure(message),
            },
            session.Rpc);

    public async Task<PollActivityTaskQueueResponse> PollActivityAsync()
    {
        while (true)
        {
            var task = await session.Service.PollActivityTaskQueueAsync(
                new() { Namespace = session.Namespace, TaskQueue = new() { Name = taskQueue }, Identity = Session.Identity }, session.Rpc);
            if (!task.TaskToken.IsEmpty)
            {
                return task;
            }
        }
    }

    public Task<RespondActivityTaskCompletedResponse> CompleteActivityAsync(PollActivityTaskQueueResponse task, string result = "done") =>
        session.Service.RespondActivityTaskCompletedAsync(
            new() { Namespace = session.Namespace, TaskToken = task.TaskToken, Identity = Session.Identity, Result = Value(result) }, session.Rpc);

    public Task<RespondActivityTaskFailedResponse> FailActivityAsync(PollActivityTaskQueueResponse task, Failure failure) =>
        session.Service.RespondActivityTaskFailedAsync(
            new() { Namespace = session.Namespace, TaskToken = task.TaskToken, Identity = Session.Identity, Failure = failure }, session.Rpc);

    public Task<RecordActivityTaskHeartbeatResponse> HeartbeatAsync(PollActivityTaskQueueResponse task, string details) =>
        session.Service.RecordActivityTaskHeartbeatAsync(
            new() { Namespace = session.Namespace, TaskToken = task.TaskToken, Identity = Session.Identity, Details = Value(details) }, session.Rpc);

    public Task<SignalWorkflowExecutionResponse> SignalAsync(string signal, string? workflowId = null) =>
        session.Service.SignalWorkflowExecutionAsync(
            new()
            {
                Namespace = session.Namespace,
                WorkflowExecution = new() { WorkflowId = workflowId ?? session.Name },
                SignalName = signal,
                Input = Value(signal),
                Identity = Session.Identity,
                RequestId = Guid.NewGuid().ToString(),
            },
            session.Rpc);

    public Task<RequestCancelWorkflowExecutionResponse> CancelAsync(string? workflowId = null) =>
        session.Service.RequestCancelWorkflowExecutionAsync(
            new()
            {
                Namespace = session.Namespace,
                WorkflowExecution = new() { WorkflowId = workflowId ?? session.Name },
                Identity = Session.Identity,
                RequestId = Guid.NewGuid().ToString(),
                Reason = "test",
            },
            session.Rpc);

    public Task<TerminateWorkflowExecutionResponse> TerminateAsync(string? workflowId = null) =>
        session.Service.TerminateWorkflowExecutionAsync(
            new()
            {
                Namespace = session.Namespace,
                WorkflowExecution = new() { WorkflowId = workflowId ?? session.Name },
                Identity = Session.Identity,
                Reason = "test",
                Details = Value("details"),
            },
            session.Rpc);
}
