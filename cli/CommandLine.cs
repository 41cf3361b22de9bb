using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using System.Runtime.InteropServices;
using Idp.Cli.Commands;
using Idp.Cli.Development;

namespace Idp.Cli;

/// <summary>The <c>idp</c> command.</summary>
internal static class CommandLine
{
    public static async Task<int> RunAsync(string[] args)
    {
        // The first signal asks to stop; the second one ends the process as usual.
        using var stopping = new CancellationTokenSource();
        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = !stopping.IsCancellationRequested;
            stopping.Cancel();
        }

        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);

        if (args is ["devserver", .. var rest])
        {
            return (int)await DevServerCommand.RunAsync(rest, stopping.Token);
        }

        var parsed = Create().Parse(args.Length == 0 ? ["--help"] : args);
        var invocation = new InvocationConfiguration { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false };
        if (parsed.Action is not ParseErrorAction wrong)
        {
            return await parsed.InvokeAsync(invocation, stopping.Token);
        }

        // The library would answer 1 and write suggestions and the whole help to stdout.
        wrong.ShowHelp = false;
        invocation.Output = invocation.Error;
        await parsed.InvokeAsync(invocation, stopping.Token);
        await invocation.Error.WriteLineAsync($"Try 'idp {string.Join(' ', Path(parsed.CommandResult))}--help'.");
        return (int)ExitCode.Usage;
    }

    private static IEnumerable<string> Path(CommandResult result) =>
        result.Parent is CommandResult parent ? [.. Path(parent), result.Command.Name, string.Empty] : [];

    private static RootCommand Create()
    {
        var root = new RootCommand("Intelligent Data Plane: keeps every row near those who use it.");
        foreach (var command in IdpCommands.All)
        {
            root.Add(command);
        }

        foreach (var option in GlobalOptions.All)
        {
            root.Add(option);
        }

        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExamples((HelpAction)help.Action!);
        root.WithExamples("idp demo", "idp status", "idp why users/eu-1042", "idp get migrations --json");
        return root;
    }
}
