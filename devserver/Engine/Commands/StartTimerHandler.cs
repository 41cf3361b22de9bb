using Idp.DevServer.Engine.Machines;
using Temporalio.Api.Command.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;

namespace Idp.DevServer.Engine.Commands;

internal sealed class StartTimerHandler : ICommandHandler
{
    private const WorkflowTaskFailedCause Bad = WorkflowTaskFailedCause.BadStartTimerAttributes;

    public CommandType Type => CommandType.StartTimer;

    public HistoryEvent? Handle(CommandContext context, Command command)
    {
        var attributes = command.StartTimerCommandAttributes;
        CommandRules.Require(attributes is not null, Bad, "StartTimerCommandAttributes is not set on StartTimerCommand.");
        var id = attributes!.TimerId;
        CommandRules.Require(id.Length > 0, Bad, "TimerId is not set on StartTimerCommand.");
        CommandRules.Require(id.Length <= context.T.Limits.MaxIdLength, Bad, $"TimerId on StartTimerCommand exceeds length limit. TimerId={id} Length={id.Length} Limit={context.T.Limits.MaxIdLength}");
        CommandRules.Require(
            CommandRules.Of(attributes.StartToFireTimeout) >= TimeSpan.Zero, Bad, $"An invalid StartToFireTimeout is set on StartTimerCommand: negative duration. TimerId={id}");
        CommandRules.Require(
            !context.State.Timers.ContainsKey(id), WorkflowTaskFailedCause.StartTimerDuplicateId, $"invalid history builder state for action: add-timer-started-event, TimerID: {id}");
        return Timers.Start(context.T, context.CompletedEventId, attributes);
    }
}
