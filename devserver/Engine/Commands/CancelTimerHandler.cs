using Idp.DevServer.Engine.Machines;
using Temporalio.Api.Command.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;

namespace Idp.DevServer.Engine.Commands;

internal sealed class CancelTimerHandler : ICommandHandler
{
    private const WorkflowTaskFailedCause Bad = WorkflowTaskFailedCause.BadCancelTimerAttributes;

    public CommandType Type => CommandType.CancelTimer;

    public HistoryEvent? Handle(CommandContext context, Command command)
    {
        var attributes = command.CancelTimerCommandAttributes;
        CommandRules.Require(attributes is not null, Bad, "CancelTimerCommandAttributes is not set on CancelTimerCommand.");
        var id = attributes!.TimerId;
        CommandRules.Require(id.Length > 0, Bad, "TimerId is not set on CancelTimerCommand.");
        CommandRules.Require(id.Length <= context.T.Limits.MaxIdLength, Bad, $"TimerId on CancelTimerCommand exceeds length limit. TimerId={id} Length={id.Length} Limit={context.T.Limits.MaxIdLength}");
        var canceled = Timers.Cancel(context.T, context.CompletedEventId, id, context.Request.Identity);
        CommandRules.Require(canceled is not null, Bad, $"invalid history builder state for action: add-timer-canceled-event, TimerID: {id}");

        // The firing that it took back may have been all that the worker has not seen.
        context.HasUnseenEvents &= context.State.Buffered.Count > 0;
        return canceled;
    }
}
