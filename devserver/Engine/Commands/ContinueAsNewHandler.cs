using Google.Protobuf.WellKnownTypes;
using Idp.DevServer.Engine.Machines;
using Temporalio.Api.Command.V1;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;

namespace Idp.DevServer.Engine.Commands;

internal sealed class ContinueAsNewHandler : ICommandHandler
{
    private const WorkflowTaskFailedCause Bad = WorkflowTaskFailedCause.BadContinueAsNewAttributes;

    public CommandType Type => CommandType.ContinueAsNewWorkflowExecution;

    public HistoryEvent? Handle(CommandContext context, Command command)
    {
        context.RefuseToCloseOverUnseenEvents();
        CommandRules.Require(
            command.ContinueAsNewWorkflowExecutionCommandAttributes is not null,
            Bad,
            "ContinueAsNewWorkflowExecutionCommandAttributes is not set on ContinueAsNewWorkflowExecutionCommand.");
        var asked = Complete(command.ContinueAsNewWorkflowExecutionCommandAttributes!.Clone(), context);
        if (context.IsClosed)
        {
            return null;
        }

        var newRunId = Guid.NewGuid().ToString();
        var continued = WorkflowClose.ContinueAsNew(context.T, new WorkflowExecutionContinuedAsNewEventAttributes
        {
            NewExecutionRunId = newRunId,
            WorkflowType = asked.WorkflowType,
            TaskQueue = asked.TaskQueue,
            Header = asked.Header,
            Input = asked.Input,
            WorkflowRunTimeout = asked.WorkflowRunTimeout,
            WorkflowTaskTimeout = asked.WorkflowTaskTimeout,
            WorkflowTaskCompletedEventId = context.CompletedEventId,
            BackoffStartInterval = asked.BackoffStartInterval,
            Initiator = asked.Initiator,
            Failure = asked.Failure,
            LastCompletionResult = asked.LastCompletionResult,
            Memo = asked.Memo,
            SearchAttributes = asked.SearchAttributes,
            InheritBuildId = asked.InheritBuildId,
        });
        WorkflowContinuation.AsNew(context.T, context.Step, newRunId, asked);
        return continued;
    }

    private static ContinueAsNewWorkflowExecutionCommandAttributes Complete(ContinueAsNewWorkflowExecutionCommandAttributes asked, CommandContext context)
    {
        var state = context.State;
        if (string.IsNullOrEmpty(asked.WorkflowType?.Name))
        {
            asked.WorkflowType = new WorkflowType { Name = state.WorkflowType };
        }

        asked.TaskQueue = CommandRules.Queue(asked.TaskQueue, state.TaskQueue);
        var named = $"WorkflowType={asked.WorkflowType.Name} TaskQueue=name:\"{asked.TaskQueue.Name}\"  kind:TASK_QUEUE_KIND_NORMAL";
        CommandRules.RequireNotNegative(asked.WorkflowRunTimeout, Bad, $"Invalid WorkflowRunTimeout on ContinueAsNewWorkflowExecutionCommand: negative duration. {named}");
        CommandRules.RequireNotNegative(asked.WorkflowTaskTimeout, Bad, $"Invalid WorkflowTaskTimeout on ContinueAsNewWorkflowExecutionCommand: negative duration. {named}");
        CommandRules.RequireNotNegative(asked.BackoffStartInterval, Bad, $"Invalid BackoffStartInterval on ContinueAsNewWorkflowExecutionCommand: negative duration. {named}");
        var run = CommandRules.Of(asked.WorkflowRunTimeout) > TimeSpan.Zero ? asked.WorkflowRunTimeout : Duration.FromTimeSpan(state.RunTimeout);
        var task = CommandRules.Of(asked.WorkflowTaskTimeout) > TimeSpan.Zero ? asked.WorkflowTaskTimeout : Duration.FromTimeSpan(state.TaskTimeout);
        asked.WorkflowRunTimeout = CommandRules.RunTimeout(run, Duration.FromTimeSpan(state.ExecutionTimeout));
        asked.WorkflowTaskTimeout = CommandRules.TaskTimeout(task, asked.WorkflowRunTimeout, context.T.Limits);
        asked.RetryPolicy = CommandRules.WorkflowRetry(asked.RetryPolicy, Bad);
        asked.SearchAttributes = CommandRules.CheckSearchAttributes(context, asked.SearchAttributes);
        CommandRules.LimitSize(asked.Input, context.T.Limits.MaxBlobBytes, Bad, "ContinueAsNewWorkflowExecutionCommandAttributes. Input exceeds size limit.");
        CommandRules.LimitSize(asked.Memo, context.T.Limits.MaxMemoBytes, Bad, "ContinueAsNewWorkflowExecutionCommandAttributes. Memo exceeds size limit.");
        return asked;
    }
}
