using Temporalio.Api.Command.V1;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;

namespace Idp.DevServer.Engine.Commands;

internal sealed class UpsertSearchAttributesHandler : ICommandHandler
{
    private const WorkflowTaskFailedCause Bad = WorkflowTaskFailedCause.BadSearchAttributes;

    public CommandType Type => CommandType.UpsertWorkflowSearchAttributes;

    public HistoryEvent? Handle(CommandContext context, Command command)
    {
        var asked = command.UpsertWorkflowSearchAttributesCommandAttributes;
        CommandRules.Require(asked is not null, Bad, "UpsertWorkflowSearchAttributesCommandAttributes is not set on UpsertWorkflowSearchAttributesCommand.");
        CommandRules.Require(asked!.SearchAttributes is not null, Bad, "SearchAttributes is not set on UpsertWorkflowSearchAttributesCommand.");
        CommandRules.Require(asked.SearchAttributes!.IndexedFields.Count > 0, Bad, "IndexedFields is not set on UpsertWorkflowSearchAttributesCommand.");
        var attributes = CommandRules.CheckSearchAttributes(context, asked.SearchAttributes)!;
        var state = context.State;
        var merged = state.SearchAttributes?.Clone() ?? new SearchAttributes();
        foreach (var (name, value) in attributes.IndexedFields)
        {
            if (PayloadRules.IsEmpty(value))
            {
                merged.IndexedFields.Remove(name);
            }
            else
            {
                merged.IndexedFields[name] = value;
            }
        }

        state.SearchAttributes = merged;
        context.T.IsVisibilityChanged = true;
        var upserted = context.T.Add(EventType.UpsertWorkflowSearchAttributes);
        upserted.UpsertWorkflowSearchAttributesEventAttributes = new UpsertWorkflowSearchAttributesEventAttributes
        {
            WorkflowTaskCompletedEventId = context.CompletedEventId,
            SearchAttributes = attributes,
        };
        return upserted;
    }
}
