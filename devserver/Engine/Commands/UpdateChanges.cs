using Idp.DevServer.Engine.Machines;
using Idp.DevServer.Engine.Runs;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Failure.V1;
using Temporalio.Api.History.V1;
using Temporalio.Api.Protocol.V1;
using Temporalio.Api.Update.V1;

namespace Idp.DevServer.Engine.Commands;

/// <summary>An update's state machine as the worker's messages drive it: sent, accepted or rejected, completed.</summary>
/// <remarks>The registry changes only once the whole task has succeeded; who waits is told after the commit.</remarks>
internal sealed class UpdateChanges(Transition t)
{
    private const WorkflowTaskFailedCause Bad = WorkflowTaskFailedCause.BadUpdateWorkflowExecutionMessage;

    private readonly List<Action> _apply = [];
    private readonly Dictionary<string, (Update Update, UpdateStage Stage, long AcceptedEventId)> _changed = [];

    /// <summary>Updates wait that the worker has not been sent.</summary>
    public bool LeaveOutgoing => t.Run.Updates.All.Any(u => u.Stage is UpdateStage.Admitted && !_changed.ContainsKey(u.Id));

    /// <summary>Makes the registry as this task leaves it, because a next task is about to be sent within the same step.</summary>
    public void ApplyNow()
    {
        _apply.ForEach(a => a());
        _apply.Clear();
    }

    /// <exception cref="CommandFailure">The message does not fit the update.</exception>
    public void Handle(Message message)
    {
        if (message.Body.TryUnpack<Acceptance>(out var acceptance))
        {
            Accept(message, acceptance);
        }
        else if (message.Body.TryUnpack<Rejection>(out var rejection))
        {
            Reject(Find(message), rejection.Failure);
        }
        else if (message.Body.TryUnpack<Response>(out var response))
        {
            Complete(message, response);
        }
        else
        {
            throw new CommandFailure(Bad, $"unsupported message type {message.Body.TypeUrl}");
        }
    }

    /// <summary>The worker has said nothing of them, and would not the next time: old ones do not know updates.</summary>
    public void RejectUnanswered()
    {
        foreach (var update in t.Run.Updates.All.Where(u => u.Stage is UpdateStage.Sent && !_changed.ContainsKey(u.Id)).ToList())
        {
            Reject(update, new Failure
            {
                Message = "Workflow Update is rejected because it wasn't processed by worker. Probably, Workflow Update is not supported by the worker.",
                Source = "Server",
                ApplicationFailureInfo = new ApplicationFailureInfo { Type = "UnprocessedUpdate", NonRetryable = true },
            });
        }
    }

    private Update Find(Message message)
    {
        var id = message.ProtocolInstanceId;
        var update = t.Run.Updates.Find(id);
        if (update is null && t.Run.Facts.Find(FactKind.UpdateAccepted, id) is { } accepted && t.Run.Facts.Find(FactKind.UpdateCompleted, id) is null)
        {
            // Accepted before the server restarted.
            update = new Update(id, null) { Stage = UpdateStage.Accepted, AcceptedEventId = accepted };
            update.TellAccepted();
            t.Run.Updates.Add(update);
        }

        return update ?? throw new CommandFailure(
            Bad, $"update {id} wasn't found on the server. This is most likely a transient error which will be resolved automatically by retries");
    }

    private UpdateStage StageOf(Update update) => _changed.TryGetValue(update.Id, out var changed) ? changed.Stage : update.Stage;

    private void Accept(Message message, Acceptance acceptance)
    {
        var update = t.Run.Updates.Find(message.ProtocolInstanceId) ?? Resurrect(message, acceptance);
        CommandRules.Require(
            StageOf(update) is UpdateStage.Sent or UpdateStage.Admitted, Bad, $"invalid state transition attempted for Update {update.Id}: received Acceptance message while in state {StageOf(update)}");
        var accepted = t.Add(EventType.WorkflowExecutionUpdateAccepted);
        accepted.WorkflowExecutionUpdateAcceptedEventAttributes = new WorkflowExecutionUpdateAcceptedEventAttributes
        {
            ProtocolInstanceId = update.Id,
            AcceptedRequestMessageId = acceptance.AcceptedRequestMessageId,
            AcceptedRequestSequencingEventId = acceptance.AcceptedRequestSequencingEventId,
            AcceptedRequest = update.Request ?? acceptance.AcceptedRequest,
        };
        t.Facts.Add(new Fact(FactKind.UpdateAccepted, update.Id, accepted.EventId));
        Change(update, UpdateStage.Accepted, accepted.EventId);
        Apply(() =>
        {
            update.Stage = UpdateStage.Accepted;
            update.AcceptedEventId = accepted.EventId;
        });
        t.Committed.Add(update.TellAccepted);
    }

    /// <summary>An update that died with the last process, but not in the worker.</summary>
    private Update Resurrect(Message message, Acceptance acceptance)
    {
        if (acceptance.AcceptedRequest is null)
        {
            return Find(message);
        }

        var update = new Update(message.ProtocolInstanceId, acceptance.AcceptedRequest) { Stage = UpdateStage.Sent };
        t.Run.Updates.Add(update);
        return update;
    }

    private void Reject(Update update, Failure? failure)
    {
        Change(update, UpdateStage.Completed, 0);
        Apply(() => t.Run.Updates.Remove(update));
        t.Committed.Add(() => update.TellCompleted(new Outcome { Failure = failure }));
    }

    private void Complete(Message message, Response response)
    {
        var update = Find(message);
        CommandRules.Require(
            StageOf(update) is UpdateStage.Accepted, Bad, $"invalid state transition attempted for Update {update.Id}: received Response message while in state {StageOf(update)}");
        var acceptedEventId = _changed.TryGetValue(update.Id, out var changed) ? changed.AcceptedEventId : update.AcceptedEventId;
        var completed = t.Add(EventType.WorkflowExecutionUpdateCompleted);
        completed.WorkflowExecutionUpdateCompletedEventAttributes = new WorkflowExecutionUpdateCompletedEventAttributes
        {
            Meta = response.Meta,
            AcceptedEventId = acceptedEventId,
            Outcome = response.Outcome,
        };
        t.Facts.Add(new Fact(FactKind.UpdateCompleted, update.Id, completed.EventId));
        Change(update, UpdateStage.Completed, acceptedEventId);
        Apply(() => t.Run.Updates.Remove(update));
        t.Committed.Add(() => update.TellCompleted(response.Outcome));
    }

    private void Change(Update update, UpdateStage stage, long acceptedEventId) => _changed[update.Id] = (update, stage, acceptedEventId);

    private void Apply(Action change)
    {
        if (_apply.Count == 0)
        {
            t.Applied.Add(ApplyNow);
        }

        _apply.Add(change);
    }
}
