using Idp.DevServer.Engine.Machines;
using Temporalio.Api.Command.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;

namespace Idp.DevServer.Engine.Commands;

internal sealed class RequestCancelExternalHandler : ICommandHandler
{
    private const WorkflowTaskFailedCause Bad = WorkflowTaskFailedCause.BadRequestCancelExternalWorkflowExecutionAttributes;

    public CommandType Type => CommandType.RequestCancelExternalWorkflowExecution;

    public HistoryEvent? Handle(CommandContext context, Command command)
    {
        var asked = command.RequestCancelExternalWorkflowExecutionCommandAttributes;
        CommandRules.Require(asked is not null, Bad, "RequestCancelExternalWorkflowExecutionCommandAttributes is not set on RequestCancelExternalWorkflowExecutionCommand.");
        var (id, runId) = (asked!.WorkflowId, asked.RunId);
        CommandRules.Require(id.Length > 0, Bad, $"WorkflowId is not set on RequestCancelExternalWorkflowExecutionCommand. Namespace={asked.Namespace} RunId={runId}");
        CommandRules.Require(
            runId.Length == 0 || Guid.TryParse(runId, out _), Bad, $"Invalid RunId set on RequestCancelExternalWorkflowExecutionCommand. WorkflowId={id} RunId={runId} Namespace={asked.Namespace}");
        CommandRules.Require(
            !context.InitiatedChildren.Contains(id), Bad, $"Start and RequestCancel for child workflow is not allowed in same workflow task. WorkflowId={id} RunId={runId} Namespace={asked.Namespace}");
        CommandRules.Require(
            context.State.Cancels.Count < context.T.Limits.MaxPendingCancels,
            WorkflowTaskFailedCause.PendingRequestCancelLimitExceeded,
            $"the number of pending requests to cancel external workflows, {context.State.Cancels.Count}, has reached the per-workflow limit of {context.T.Limits.MaxPendingCancels}");
        var ns = asked.Namespace.Length > 0 ? context.Namespaces.Require(asked.Namespace) : context.Step.Namespace;
        return ExternalCancels.Initiate(context.T, context.CompletedEventId, asked, ns.Name, ns.Id);
    }
}
