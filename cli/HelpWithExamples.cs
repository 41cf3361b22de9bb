using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Runtime.CompilerServices;

namespace Idp.Cli;

/// <summary>The usual help, then examples, then what applies to the whole of <c>idp</c>.</summary>
internal sealed class HelpWithExamples(HelpAction usual) : SynchronousCommandLineAction
{
    // Commands have no place for examples of their own.
    private static readonly ConditionalWeakTable<Command, string[]> Examples = [];

    public override bool ClearsParseErrors => true;

    public static void Add(Command command, string[] examples) => Examples.Add(command, examples);

    public override int Invoke(ParseResult parseResult)
    {
        var code = usual.Invoke(parseResult);
        var output = parseResult.InvocationConfiguration.Output;
        if (Examples.TryGetValue(parseResult.CommandResult.Command, out var lines))
        {
            output.WriteLine("Examples:");
            foreach (var line in lines)
            {
                output.WriteLine($"  {line}");
            }

            output.WriteLine();
        }

        if (parseResult.CommandResult.Command is RootCommand)
        {
            output.WriteLine("Exit codes:");
            foreach (var exit in Enum.GetValues<ExitCode>())
            {
                output.WriteLine($"  {(int)exit,-4} {Describe(exit)}");
            }

            output.WriteLine();
        }

        return code;
    }

    private static string Describe(ExitCode code) => code switch
    {
        ExitCode.Ok => "done",
        ExitCode.Failed => "failed",
        ExitCode.Usage => "the command line or the configuration is wrong; nothing was tried",
        ExitCode.Refused => "refused by a policy, a rule or a running migration; nothing was changed",
        ExitCode.NotFound => "there is no such object, migration or decision",
        ExitCode.Unavailable => "the control database or Temporal does not answer",
        ExitCode.Cancelled => "stopped by Ctrl-C or SIGTERM",
        _ => throw new ArgumentOutOfRangeException(nameof(code), code, "This exit code has no description."),
    };
}
