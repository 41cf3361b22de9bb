using Idp.DevServer.Engine.Machines;
using Temporalio.Api.Command.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;

namespace Idp.DevServer.Engine.Commands;

internal sealed class CancelWorkflowHandler : ICommandHandler
{
    private const WorkflowTaskFailedCause Bad = WorkflowTaskFailedCause.BadCancelWorkflowExecutionAttributes;

    public CommandType Type => CommandType.CancelWorkflowExecution;

    public HistoryEvent? Handle(CommandContext context, Command command)
    {
        context.RefuseToCloseOverUnseenEvents();
        var attributes = command.CancelWorkflowExecutionCommandAttributes;
        CommandRules.Require(attributes is not null, Bad, "CancelWorkflowExecutionCommandAttributes is not set on CancelWorkflowExecutionCommand.");
        return context.IsClosed ? null : WorkflowClose.Cancel(context.T, context.CompletedEventId, attributes!.Details);
    }
}
