using Idp.DevServer.Engine.Machines;
using Idp.DevServer.Grpc;
using Idp.DevServer.Namespaces;
using Idp.DevServer.Schedules;
using Temporalio.Api.Command.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;

namespace Idp.DevServer.Engine.Commands;

internal sealed class StartChildHandler : ICommandHandler
{
    private const WorkflowTaskFailedCause Bad = WorkflowTaskFailedCause.BadStartChildExecutionAttributes;

    public CommandType Type => CommandType.StartChildWorkflowExecution;

    public HistoryEvent? Handle(CommandContext context, Command command)
    {
        CommandRules.Require(
            command.StartChildWorkflowExecutionCommandAttributes is not null,
            Bad,
            "StartChildWorkflowExecutionCommandAttributes is not set on StartChildWorkflowExecutionCommand.");
        var asked = command.StartChildWorkflowExecutionCommandAttributes!.Clone();
        var ns = asked.Namespace.Length > 0 ? context.Namespaces.Require(asked.Namespace) : context.Step.Namespace;
        asked.Namespace = ns.Name;
        Check(asked, context, ns);
        asked.Memo = asked.Memo is { Fields.Count: > 0 } ? asked.Memo : null;
        asked.TaskQueue = CommandRules.Queue(asked.TaskQueue, context.State.TaskQueue);
        asked.WorkflowRunTimeout = CommandRules.RunTimeout(asked.WorkflowRunTimeout, asked.WorkflowExecutionTimeout);
        asked.WorkflowTaskTimeout = CommandRules.TaskTimeout(asked.WorkflowTaskTimeout, asked.WorkflowRunTimeout, context.T.Limits);
        asked.RetryPolicy = CommandRules.WorkflowRetry(asked.RetryPolicy, Bad);
        asked.SearchAttributes = CommandRules.CheckSearchAttributes(context, asked.SearchAttributes);
        if (asked.ParentClosePolicy is ParentClosePolicy.Unspecified)
        {
            asked.ParentClosePolicy = ParentClosePolicy.Terminate;
        }

        if (asked.WorkflowIdReusePolicy is WorkflowIdReusePolicy.Unspecified)
        {
            asked.WorkflowIdReusePolicy = WorkflowIdReusePolicy.AllowDuplicate;
        }

        context.InitiatedChildren.Add(asked.WorkflowId);
        return Children.Initiate(context.T, context.CompletedEventId, asked, ns.Id);
    }

    private static void Check(StartChildWorkflowExecutionCommandAttributes asked, CommandContext context, NamespaceEntry ns)
    {
        var (id, type) = (asked.WorkflowId, asked.WorkflowType?.Name ?? string.Empty);
        CommandRules.Require(id.Length > 0, Bad, $"Required field WorkflowId is not set on StartChildWorkflowExecutionCommand. WorkflowType={type} Namespace={ns.Name}");
        CommandRules.Require(type.Length > 0, Bad, $"Required field WorkflowType is not set on StartChildWorkflowExecutionCommand. WorkflowId={id} Namespace={ns.Name}");
        CommandRules.Require(
            id.Length <= context.T.Limits.MaxIdLength, Bad, $"WorkflowId on StartChildWorkflowExecutionCommand exceeds length limit. WorkflowId={id} Length={id.Length} Limit={context.T.Limits.MaxIdLength} WorkflowType={type} Namespace={ns.Name}");
        CommandRules.RequireNotNegative(asked.WorkflowExecutionTimeout, Bad, $"Invalid WorkflowExecutionTimeout on StartChildWorkflowExecutionCommand: negative duration. WorkflowId={id} WorkflowType={type} Namespace={ns.Name}");
        CommandRules.RequireNotNegative(asked.WorkflowRunTimeout, Bad, $"Invalid WorkflowRunTimeout on StartChildWorkflowExecutionCommand: negative duration. WorkflowId={id} WorkflowType={type} Namespace={ns.Name}");
        CommandRules.RequireNotNegative(asked.WorkflowTaskTimeout, Bad, $"Invalid WorkflowTaskTimeout on StartChildWorkflowExecutionCommand: negative duration. WorkflowId={id} WorkflowType={type} Namespace={ns.Name}");
        CommandRules.LimitSize(asked.Input, context.T.Limits.MaxBlobBytes, Bad, "StartChildWorkflowExecutionCommandAttributes. Input exceeds size limit.");
        CommandRules.LimitSize(asked.Memo, context.T.Limits.MaxMemoBytes, Bad, "StartChildWorkflowExecutionCommandAttributes.Memo exceeds size limit.");
        CommandRules.Require(
            context.State.Children.Count < context.T.Limits.MaxPendingChildren,
            WorkflowTaskFailedCause.PendingChildWorkflowsLimitExceeded,
            $"the number of pending child workflow executions, {context.State.Children.Count}, has reached the per-workflow limit of {context.T.Limits.MaxPendingChildren}");
        try
        {
            CronSpec.Validate(asked.CronSchedule, context.T.Now);
        }
        catch (RpcFailure wrong)
        {
            throw new CommandFailure(Bad, $"invalid CronSchedule on StartChildWorkflowExecutionCommand: {wrong.Message}. WorkflowId={id} WorkflowType={type} Namespace={ns.Name}");
        }
    }
}
