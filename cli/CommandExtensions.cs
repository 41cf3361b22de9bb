using System.CommandLine;

namespace Idp.Cli;

internal static class CommandExtensions
{
    /// <summary>Sets what the command does; expected failures become one line and an exit code.</summary>
    public static Command Runs(this Command command, Func<CommandContext, CancellationToken, Task<ExitCode>> act)
    {
        command.SetAction(async (parse, cancellationToken) =>
        {
            try
            {
                return (int)await act(new CommandContext(parse), cancellationToken);
            }
            catch (Exception failure)
            {
                // The edge of the process: whatever happened ends as text and as a number.
                return (int)FailureReport.Write(failure, parse.InvocationConfiguration.Error, cancellationToken);
            }
        });
        return command;
    }

    public static Command With(this Command command, params ReadOnlySpan<Symbol> symbols)
    {
        foreach (var symbol in symbols)
        {
            switch (symbol)
            {
                case Command child:
                    command.Add(child);
                    break;
                case Argument argument:
                    command.Add(argument);
                    break;
                default:
                    command.Add((Option)symbol);
                    break;
            }
        }

        return command;
    }

    /// <summary>Shown at the end of the command's help.</summary>
    public static Command WithExamples(this Command command, params string[] examples)
    {
        HelpWithExamples.Add(command, examples);
        return command;
    }
}
