using Idp.DevServer.Engine.Machines;
using Temporalio.Api.Command.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;

namespace Idp.DevServer.Engine.Commands;

internal sealed class SignalExternalHandler : ICommandHandler
{
    private const WorkflowTaskFailedCause Bad = WorkflowTaskFailedCause.BadSignalWorkflowExecutionAttributes;

    public CommandType Type => CommandType.SignalExternalWorkflowExecution;

    public HistoryEvent? Handle(CommandContext context, Command command)
    {
        var asked = command.SignalExternalWorkflowExecutionCommandAttributes;
        CommandRules.Require(asked is not null, Bad, "SignalExternalWorkflowExecutionCommandAttributes is not set on SignalExternalWorkflowExecutionCommand.");
        CommandRules.Require(asked!.Execution is not null, Bad, "Execution is not set on SignalExternalWorkflowExecutionCommand.");
        var (id, runId, signal) = (asked.Execution!.WorkflowId, asked.Execution.RunId, asked.SignalName);
        CommandRules.Require(id.Length > 0, Bad, $"WorkflowId is not set on SignalExternalWorkflowExecutionCommand. Namespace={asked.Namespace} RunId={runId} SignalName={signal}");
        CommandRules.Require(
            runId.Length == 0 || Guid.TryParse(runId, out _), Bad, $"Invalid RunId set on SignalExternalWorkflowExecutionCommand. WorkflowId={id} Namespace={asked.Namespace} RunId={runId} SignalName={signal}");
        CommandRules.Require(signal.Length > 0, Bad, $"SignalName is not set on SignalExternalWorkflowExecutionCommand. WorkflowId={id} Namespace={asked.Namespace} RunId={runId}");
        CommandRules.LimitSize(asked.Input, context.T.Limits.MaxBlobBytes, Bad, "SignalExternalWorkflowExecutionCommandAttributes.Input exceeds size limit.");
        CommandRules.Require(
            context.State.Signals.Count < context.T.Limits.MaxPendingSignals,
            WorkflowTaskFailedCause.PendingSignalsLimitExceeded,
            $"the number of pending signals to external workflows, {context.State.Signals.Count}, has reached the per-workflow limit of {context.T.Limits.MaxPendingSignals}");
        var ns = asked.Namespace.Length > 0 ? context.Namespaces.Require(asked.Namespace) : context.Step.Namespace;
        return ExternalSignals.Initiate(context.T, context.CompletedEventId, asked, ns.Name, ns.Id);
    }
}
