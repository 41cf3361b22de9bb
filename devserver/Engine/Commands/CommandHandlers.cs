using Idp.DevServer.Grpc;
using Temporalio.Api.Command.V1;
using Temporalio.Api.Enums.V1;

namespace Idp.DevServer.Engine.Commands;

/// <summary>Every kind of command with its handler.</summary>
internal static class CommandHandlers
{
    private static readonly Dictionary<CommandType, ICommandHandler> ByType = new ICommandHandler[]
    {
        new ScheduleActivityHandler(), new RequestCancelActivityHandler(), new StartTimerHandler(), new CancelTimerHandler(),
        new RecordMarkerHandler(), new CompleteWorkflowHandler(), new FailWorkflowHandler(), new CancelWorkflowHandler(),
        new ContinueAsNewHandler(), new StartChildHandler(), new SignalExternalHandler(), new RequestCancelExternalHandler(),
        new UpsertSearchAttributesHandler(), new ModifyPropertiesHandler(), new ProtocolMessageHandler(),
    }.ToDictionary(h => h.Type);

    /// <summary>Carries out a task's commands and messages in order.</summary>
    /// <exception cref="CommandFailure">One of them is wrong: the task fails as a whole.</exception>
    public static void Handle(CommandContext context)
    {
        CheckOrder(context.Request.Commands);
        foreach (var command in context.Request.Commands)
        {
            if (!ByType.TryGetValue(command.CommandType, out var handler))
            {
                throw RpcFailure.InvalidArgument($"unknown command type: {command.CommandType}");
            }

            if (handler.Handle(context, command) is { } left)
            {
                left.UserMetadata = command.UserMetadata;
                left.EventGroupMarkers.AddRange(command.EventGroupMarkers);
            }
        }

        foreach (var message in context.Messages.Values)
        {
            context.Updates.Handle(message);
        }
    }

    private static void CheckOrder(IReadOnlyList<Command> commands)
    {
        for (var i = 0; i < commands.Count - 1; i++)
        {
            if (commands[i].CommandType is CommandType.CompleteWorkflowExecution or CommandType.FailWorkflowExecution
                or CommandType.CancelWorkflowExecution or CommandType.ContinueAsNewWorkflowExecution)
            {
                throw RpcFailure.InvalidArgument(
                    $"invalid command sequence: [{string.Join(", ", commands.Select(c => c.CommandType))}], command {commands[i].CommandType} must be the last command.");
            }
        }
    }
}
