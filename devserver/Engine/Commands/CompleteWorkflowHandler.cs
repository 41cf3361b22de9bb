using Idp.DevServer.Engine.Machines;
using Temporalio.Api.Command.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;

namespace Idp.DevServer.Engine.Commands;

internal sealed class CompleteWorkflowHandler : ICommandHandler
{
    private const WorkflowTaskFailedCause Bad = WorkflowTaskFailedCause.BadCompleteWorkflowExecutionAttributes;

    public CommandType Type => CommandType.CompleteWorkflowExecution;

    public HistoryEvent? Handle(CommandContext context, Command command)
    {
        context.RefuseToCloseOverUnseenEvents();
        var attributes = command.CompleteWorkflowExecutionCommandAttributes;
        CommandRules.Require(attributes is not null, Bad, "CompleteWorkflowExecutionCommandAttributes is not set on CompleteWorkflowExecutionCommand.");
        // The cause is the genuine server's own.
        CommandRules.LimitSize(attributes!.Result, context.T.Limits.MaxBlobBytes, WorkflowTaskFailedCause.BadScheduleActivityAttributes, "CompleteWorkflowExecutionCommandAttributes.Result exceeds size limit.");
        if (context.IsClosed)
        {
            return null;
        }

        var t = context.T;
        if (CronBackoff.Next(t.State, t.Now) is not { } backoff)
        {
            return WorkflowClose.Complete(t, context.CompletedEventId, attributes.Result, string.Empty);
        }

        var newRunId = Guid.NewGuid().ToString();
        var completed = WorkflowClose.Complete(t, context.CompletedEventId, attributes.Result, newRunId);
        WorkflowContinuation.RetryOrCron(t, context.Step, newRunId, backoff, ContinueAsNewInitiator.CronSchedule, attributes.Result, null);
        return completed;
    }
}
