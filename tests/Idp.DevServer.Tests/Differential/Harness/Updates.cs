using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Temporalio.Api.Command.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Protocol.V1;
using Temporalio.Api.Update.V1;
using Temporalio.Api.WorkflowService.V1;

namespace Idp.DevServer.Tests.Differential;

/// <summary>Sends updates and answers them by hand.</summary>
internal static class Updates
{
    /// <summary>Sends an update with the given id and waits for the stage.</summary>
    public static Task<UpdateWorkflowExecutionResponse> UpdateAsync(
        this Session session, string id, UpdateWorkflowExecutionLifecycleStage stage = UpdateWorkflowExecutionLifecycleStage.Completed) =>
        session.Service.UpdateWorkflowExecutionAsync(session.UpdateRequest(id, stage), session.Rpc);

    public static UpdateWorkflowExecutionRequest UpdateRequest(this Session session, string id, UpdateWorkflowExecutionLifecycleStage stage) => new()
    {
        Namespace = session.Namespace,
        WorkflowExecution = new() { WorkflowId = session.Name },
        WaitPolicy = new() { LifecycleStage = stage },
        Request = new()
        {
            Meta = new() { UpdateId = id, Identity = Session.Identity },
            Input = new() { Name = "change", Args = Hands.Value(id), Header = new() { Fields = { ["header"] = Hands.Text("value") } } },
        },
    };

    /// <summary>Completes a task, accepting all its updates, and completing those that <paramref name="isComplete"/> likes.</summary>
    public static Task<RespondWorkflowTaskCompletedResponse> AcceptAsync(
        this Hands hands, PollWorkflowTaskQueueResponse task, Func<string, bool> isComplete, params Command[] commands)
    {
        var messages = task.Messages.SelectMany(message => (Message[])
        [
            Accepted(message),
            .. isComplete(message.ProtocolInstanceId) ? [Completed(message.ProtocolInstanceId)] : (Message[])[],
        ]).ToList();
        return hands.CompleteAsync(task, request => request.Messages.Add(messages), [.. messages.Select(Command), .. commands]);
    }

    /// <summary>Completes a task, rejecting all its updates.</summary>
    public static Task<RespondWorkflowTaskCompletedResponse> RejectAsync(this Hands hands, PollWorkflowTaskQueueResponse task, params Command[] commands) =>
        hands.CompleteAsync(task, request => request.Messages.Add(task.Messages.Select(Rejected)), commands);

    /// <summary>Completes a task with the outcome of an update that was accepted before.</summary>
    public static Task<RespondWorkflowTaskCompletedResponse> FinishAsync(
        this Hands hands, PollWorkflowTaskQueueResponse task, string updateId, params Command[] commands)
    {
        var message = Completed(updateId);
        return hands.CompleteAsync(task, request => request.Messages.Add(message), [Command(message), .. commands]);
    }

    private static Command Command(Message message) => new()
    {
        CommandType = CommandType.ProtocolMessage,
        ProtocolMessageCommandAttributes = new() { MessageId = message.Id },
    };

    private static Message Accepted(Message request) => Message(request.ProtocolInstanceId, "accept", new Acceptance
    {
        AcceptedRequestMessageId = request.Id,
        AcceptedRequestSequencingEventId = request.EventId,
        AcceptedRequest = request.Body.Unpack<Request>(),
    });

    private static Message Rejected(Message request) => Message(request.ProtocolInstanceId, "reject", new Rejection
    {
        RejectedRequestMessageId = request.Id,
        RejectedRequestSequencingEventId = request.EventId,
        RejectedRequest = request.Body.Unpack<Request>(),
        Failure = Hands.Failure("not now"),
    });

    private static Message Completed(string updateId) => Message(updateId, "complete", new Response
    {
        Meta = new() { UpdateId = updateId, Identity = Session.Identity },
        Outcome = new() { Success = Hands.Value($"{updateId} is done") },
    });

    private static Message Message(string updateId, string kind, IMessage body) =>
        new() { Id = $"{updateId}/{kind}", ProtocolInstanceId = updateId, Body = Any.Pack(body) };
}
