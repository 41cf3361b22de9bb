using Temporalio.Api.Command.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;

namespace Idp.DevServer.Engine.Commands;

/// <summary>Carries out one kind of command.</summary>
internal interface ICommandHandler
{
    CommandType Type { get; }

    /// <returns>The event that the command left; null when it left none.</returns>
    /// <exception cref="CommandFailure">The command is wrong: the workflow task fails.</exception>
    HistoryEvent? Handle(CommandContext context, Command command);
}
