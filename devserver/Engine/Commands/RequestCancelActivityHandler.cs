using Idp.DevServer.Engine.Machines;
using Temporalio.Api.Command.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;

namespace Idp.DevServer.Engine.Commands;

internal sealed class RequestCancelActivityHandler : ICommandHandler
{
    private const WorkflowTaskFailedCause Bad = WorkflowTaskFailedCause.BadRequestCancelActivityAttributes;
    private const string NotStarted = "ACTIVITY_ID_NOT_STARTED";

    public CommandType Type => CommandType.RequestCancelActivityTask;

    public HistoryEvent? Handle(CommandContext context, Command command)
    {
        var attributes = command.RequestCancelActivityTaskCommandAttributes;
        CommandRules.Require(attributes is not null, Bad, "RequestCancelActivityTaskCommandAttributes is not set on RequestCancelActivityTaskCommand.");
        CommandRules.Require(attributes!.ScheduledEventId > 0, Bad, "ScheduledEventId is not set on RequestCancelActivityTaskCommand.");
        var t = context.T;
        var isPending = context.State.Activities.TryGetValue(attributes.ScheduledEventId, out var activity);
        var hasEnded = context.State.Buffered.Exists(e => EndOf(e) == attributes.ScheduledEventId);
        CommandRules.Require(isPending || hasEnded, Bad, $"invalid history builder state for action: add-activitytask-cancel-requested-event, ScheduledEventID: {attributes.ScheduledEventId}");
        var requested = t.Add(EventType.ActivityTaskCancelRequested);
        requested.ActivityTaskCancelRequestedEventAttributes = new ActivityTaskCancelRequestedEventAttributes
        {
            ScheduledEventId = attributes.ScheduledEventId,
            WorkflowTaskCompletedEventId = context.CompletedEventId,
        };
        if (activity is null)
        {
            return requested;
        }

        activity.CancelRequested = true;
        activity.CancelRequestEventId = requested.EventId;
        if (!activity.IsStarted)
        {
            // Nobody works on it: it ends here, and the workflow hears of it in a task of its own.
            Activities.Cancel(t, activity, Failures.Text(NotStarted), context.Request.Identity);
            context.NeedsNewTask = true;
        }

        return requested;
    }

    private static long EndOf(HistoryEvent e) =>
        e.ActivityTaskCompletedEventAttributes?.ScheduledEventId
        ?? e.ActivityTaskFailedEventAttributes?.ScheduledEventId
        ?? e.ActivityTaskTimedOutEventAttributes?.ScheduledEventId
        ?? e.ActivityTaskCanceledEventAttributes?.ScheduledEventId
        ?? 0;
}
