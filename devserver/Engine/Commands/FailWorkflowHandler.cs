using Idp.DevServer.Engine.Machines;
using Temporalio.Api.Command.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;

namespace Idp.DevServer.Engine.Commands;

internal sealed class FailWorkflowHandler : ICommandHandler
{
    private const WorkflowTaskFailedCause Bad = WorkflowTaskFailedCause.BadFailWorkflowExecutionAttributes;

    public CommandType Type => CommandType.FailWorkflowExecution;

    public HistoryEvent? Handle(CommandContext context, Command command)
    {
        context.RefuseToCloseOverUnseenEvents();
        var attributes = command.FailWorkflowExecutionCommandAttributes;
        CommandRules.Require(attributes is not null, Bad, "FailWorkflowExecutionCommandAttributes is not set on FailWorkflowExecutionCommand.");
        CommandRules.Require(attributes!.Failure is not null, Bad, "Failure is not set on FailWorkflowExecutionCommand.");
        CommandRules.LimitSize(attributes.Failure, context.T.Limits.MaxBlobBytes, Bad, "FailWorkflowExecutionCommandAttributes.Failure exceeds size limit.");
        if (context.IsClosed)
        {
            return null;
        }

        var t = context.T;
        var (backoff, retry) = WorkflowContinuation.RetryOf(t, attributes.Failure!);
        var initiator = ContinueAsNewInitiator.Retry;
        if (backoff is null && CronBackoff.Next(t.State, t.Now) is { } cron)
        {
            (backoff, initiator) = (cron, ContinueAsNewInitiator.CronSchedule);
        }

        if (backoff is not { } wait)
        {
            return WorkflowClose.Fail(t, context.CompletedEventId, attributes.Failure!, retry, string.Empty);
        }

        var newRunId = Guid.NewGuid().ToString();
        var failed = WorkflowClose.Fail(t, context.CompletedEventId, attributes.Failure!, retry, newRunId);
        WorkflowContinuation.RetryOrCron(t, context.Step, newRunId, wait, initiator, null, attributes.Failure);
        return failed;
    }
}
