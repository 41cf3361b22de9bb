using System.CommandLine;
using System.CommandLine.Help;
using System.Runtime.InteropServices;
using Idp.Cli.Commands;

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

        var parsed = Create().Parse(args);
        var code = await parsed.InvokeAsync(
            new InvocationConfiguration { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false }, stopping.Token);

        // The library answers 1 to a wrong command line.
        return parsed.Errors.Count > 0 && code == (int)ExitCode.Failed ? (int)ExitCode.Usage : code;
    }

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
