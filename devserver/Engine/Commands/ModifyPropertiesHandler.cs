using Temporalio.Api.Command.V1;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;

namespace Idp.DevServer.Engine.Commands;

internal sealed class ModifyPropertiesHandler : ICommandHandler
{
    private const WorkflowTaskFailedCause Bad = WorkflowTaskFailedCause.BadModifyWorkflowPropertiesAttributes;

    public CommandType Type => CommandType.ModifyWorkflowProperties;

    public HistoryEvent? Handle(CommandContext context, Command command)
    {
        var asked = command.ModifyWorkflowPropertiesCommandAttributes;
        CommandRules.Require(asked is not null, Bad, "ModifyWorkflowPropertiesCommandAttributes is not set on ModifyWorkflowPropertiesCommand.");
        CommandRules.Require(asked!.UpsertedMemo is not null, Bad, "UpsertedMemo is not set on ModifyWorkflowPropertiesCommand.");
        CommandRules.Require(asked.UpsertedMemo!.Fields.Count > 0, Bad, "UpsertedMemo.Fields is not set on ModifyWorkflowPropertiesCommand.");
        CommandRules.LimitSize(asked.UpsertedMemo, context.T.Limits.MaxMemoBytes, Bad, "ModifyWorkflowPropertiesCommandAttributes exceeds size limit.");
        var memo = context.State.Memo?.Clone() ?? new Memo();
        foreach (var (name, value) in asked.UpsertedMemo.Fields)
        {
            if (PayloadRules.IsEmpty(value))
            {
                memo.Fields.Remove(name);
            }
            else
            {
                memo.Fields[name] = value;
            }
        }

        context.State.Memo = memo;
        context.T.IsVisibilityChanged = true;
        var modified = context.T.Add(EventType.WorkflowPropertiesModified);
        modified.WorkflowPropertiesModifiedEventAttributes = new WorkflowPropertiesModifiedEventAttributes
        {
            WorkflowTaskCompletedEventId = context.CompletedEventId,
            UpsertedMemo = asked.UpsertedMemo,
        };
        return modified;
    }
}
