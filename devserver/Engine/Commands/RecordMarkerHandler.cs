using Temporalio.Api.Command.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;

namespace Idp.DevServer.Engine.Commands;

internal sealed class RecordMarkerHandler : ICommandHandler
{
    private const WorkflowTaskFailedCause Bad = WorkflowTaskFailedCause.BadRecordMarkerAttributes;

    public CommandType Type => CommandType.RecordMarker;

    public HistoryEvent? Handle(CommandContext context, Command command)
    {
        var attributes = command.RecordMarkerCommandAttributes;
        CommandRules.Require(attributes is not null, Bad, "RecordMarkerCommandAttributes is not set on RecordMarkerCommand.");
        var name = attributes!.MarkerName;
        CommandRules.Require(name.Length > 0, Bad, "MarkerName is not set on RecordMarkerCommand.");
        CommandRules.Require(
            name.Length <= context.T.Limits.MaxIdLength, Bad, $"MarkerName on RecordMarkerCommand exceeds length limit. MarkerName={name} Length={name.Length} Limit={context.T.Limits.MaxIdLength}");
        if (attributes.Details.Sum(d => d.Key.Length + d.Value.CalculateSize()) > context.T.Limits.MaxBlobBytes)
        {
            throw new CommandFailure(Bad, "RecordMarkerCommandAttributes.Details exceeds size limit.", terminates: true);
        }

        var recorded = context.T.Add(EventType.MarkerRecorded);
        recorded.MarkerRecordedEventAttributes = new MarkerRecordedEventAttributes
        {
            MarkerName = name,
            Details = { attributes.Details },
            WorkflowTaskCompletedEventId = context.CompletedEventId,
            Header = attributes.Header,
            Failure = attributes.Failure,
        };
        return recorded;
    }
}
