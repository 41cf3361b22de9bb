using Temporalio.Api.Command.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;

namespace Idp.DevServer.Engine.Commands;

/// <summary>Marks where among the commands a message of an update belongs.</summary>
internal sealed class ProtocolMessageHandler : ICommandHandler
{
    private const WorkflowTaskFailedCause Bad = WorkflowTaskFailedCause.BadUpdateWorkflowExecutionMessage;

    public CommandType Type => CommandType.ProtocolMessage;

    public HistoryEvent? Handle(CommandContext context, Command command)
    {
        var attributes = command.ProtocolMessageCommandAttributes;
        CommandRules.Require(attributes is not null, Bad, "ProtocolMessageCommandAttributes is not set on ProtocolMessageCommand.");
        CommandRules.Require(attributes!.MessageId.Length > 0, Bad, "MessageID is not set on ProtocolMessageCommand.");
        CommandRules.Require(
            context.Messages.Remove(attributes.MessageId, out var message), Bad, $"ProtocolMessageCommand referenced absent message ID {attributes.MessageId}");
        context.Updates.Handle(message!);
        return null;
    }
}
