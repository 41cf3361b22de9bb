using Google.Protobuf.WellKnownTypes;
using Idp.DevServer.Engine.Machines;
using Temporalio.Api.Command.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;

namespace Idp.DevServer.Engine.Commands;

internal sealed class ScheduleActivityHandler : ICommandHandler
{
    private const WorkflowTaskFailedCause Bad = WorkflowTaskFailedCause.BadScheduleActivityAttributes;

    public CommandType Type => CommandType.ScheduleActivityTask;

    public HistoryEvent? Handle(CommandContext context, Command command)
    {
        var asked = command.ScheduleActivityTaskCommandAttributes;
        CommandRules.Require(asked is not null, Bad, "ScheduleActivityTaskCommandAttributes is not set on ScheduleActivityTaskCommand.");
        var attributes = Complete(asked!.Clone(), context);
        CommandRules.LimitSize(asked.Input, context.T.Limits.MaxBlobBytes, Bad, "ScheduleActivityTaskCommandAttributes.Input exceeds size limit.");
        CommandRules.Require(
            context.State.Activities.Count < context.T.Limits.MaxPendingActivities,
            WorkflowTaskFailedCause.PendingActivitiesLimitExceeded,
            $"the number of pending activities, {context.State.Activities.Count}, has reached the per-workflow limit of {context.T.Limits.MaxPendingActivities}");
        CommandRules.Require(
            !context.State.Activities.Values.Any(a => a.ActivityId == attributes.ActivityId),
            WorkflowTaskFailedCause.ScheduleActivityDuplicateId,
            $"invalid history builder state for action: add-activitytask-scheduled-event, ActivityID: {attributes.ActivityId}");
        var scheduled = Activities.Schedule(context.T, context.CompletedEventId, attributes);
        if (attributes.RequestEagerExecution && context.MayStartEagerly)
        {
            context.EagerActivities.Add(scheduled.EventId);
        }
        else
        {
            Activities.Dispatch(context.T, context.State.Activities[scheduled.EventId]);
        }

        return scheduled;
    }

    private static ScheduleActivityTaskCommandAttributes Complete(ScheduleActivityTaskCommandAttributes asked, CommandContext context)
    {
        var id = asked.ActivityId;
        var type = asked.ActivityType?.Name ?? string.Empty;
        CommandRules.Require(id.Length > 0, Bad, "activityId is not set");
        CommandRules.Require(type.Length > 0, Bad, "activityType is not set");
        CommandRules.Require(id.Length <= context.T.Limits.MaxIdLength, Bad, $"ActivityID exceeds length limit. ActivityId={id} Length={id.Length} Limit={context.T.Limits.MaxIdLength}");
        CommandRules.Require(type.Length <= context.T.Limits.MaxIdLength, Bad, $"ActivityType exceeds length limit. ActivityId={id} ActivityType={type} Length={type.Length} Limit={context.T.Limits.MaxIdLength}");
        asked.RetryPolicy = Retries.WithDefaults(asked.RetryPolicy);
        if (RetryRules.Check(asked.RetryPolicy) is { } wrong)
        {
            throw new CommandFailure(Bad, wrong);
        }

        asked.TaskQueue = CommandRules.Queue(asked.TaskQueue, context.State.TaskQueue);
        Complete(asked, id, type, context.State.RunTimeout);
        return asked;
    }

    /// <summary>Each timeout left open follows from the others, and none is longer than the run may take.</summary>
    private static void Complete(ScheduleActivityTaskCommandAttributes asked, string id, string type, TimeSpan runTimeout)
    {
        var toClose = CommandRules.Of(asked.ScheduleToCloseTimeout);
        var toStart = CommandRules.Of(asked.ScheduleToStartTimeout);
        var running = CommandRules.Of(asked.StartToCloseTimeout);
        var heartbeat = CommandRules.Of(asked.HeartbeatTimeout);
        CommandRules.Require(toClose >= TimeSpan.Zero, Bad, "invalid ScheduleToCloseTimeout: negative duration");
        CommandRules.Require(toStart >= TimeSpan.Zero, Bad, "invalid ScheduleToStartTimeout: negative duration");
        CommandRules.Require(running >= TimeSpan.Zero, Bad, "invalid StartToCloseTimeout: negative duration");
        CommandRules.Require(heartbeat >= TimeSpan.Zero, Bad, "invalid HeartbeatTimeout: negative duration");
        if (toClose > TimeSpan.Zero)
        {
            toStart = toStart > TimeSpan.Zero ? Least(toStart, toClose) : toClose;
            running = running > TimeSpan.Zero ? Least(running, toClose) : toClose;
        }
        else
        {
            CommandRules.Require(
                running > TimeSpan.Zero, Bad, $"a valid StartToCloseTimeout or ScheduleToCloseTimeout must be set on the activity. ActivityId={id} ActivityType={type}");
            toClose = runTimeout;
            toStart = toStart > TimeSpan.Zero ? toStart : runTimeout;
        }

        if (runTimeout > TimeSpan.Zero)
        {
            toClose = Least(toClose, runTimeout);
            toStart = Least(toStart, runTimeout);
            running = Least(running, runTimeout);
            heartbeat = Least(heartbeat, runTimeout);
        }

        heartbeat = Least(heartbeat, running);
        asked.ScheduleToCloseTimeout = Duration.FromTimeSpan(toClose);
        asked.ScheduleToStartTimeout = Duration.FromTimeSpan(toStart);
        asked.StartToCloseTimeout = Duration.FromTimeSpan(running);
        asked.HeartbeatTimeout = Duration.FromTimeSpan(heartbeat);
    }

    private static TimeSpan Least(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
