using System.CommandLine;
using Idp.Cli.Commands;
using Idp.Embedded;

namespace Idp.Cli.Development;

/// <summary><c>idp devserver</c>: the embedded engine alone, in a process of its own that ends with this one.</summary>
/// <remarks>Its arguments are not ours: <see cref="RunAsync"/> is called before any of them is read.</remarks>
internal static class DevServerCommand
{
    public static Command Create() => new Command("devserver", "Run the embedded workflow engine, a Temporal-compatible server; all arguments are its own, --help too.")
        .WithExamples("idp devserver", "idp devserver --db-filename workflows.db --namespace orders", "idp devserver 7233 --enable-time-skipping")
        .Runs((_, cancellationToken) => RunAsync([], cancellationToken));

    /// <returns>The engine's own exit code.</returns>
    public static async Task<ExitCode> RunAsync(string[] arguments, CancellationToken cancellationToken)
    {
        await using var server = await ChildProcess.StartAsync(
            new ChildProcessOptions
            {
                Program = EmbeddedEngine.Find(),
                Arguments = [.. arguments],
                Environment = EmbeddedEngine.Environment,
                WorkingFolder = Environment.CurrentDirectory,
                OnLine = Console.Out.WriteLine,
            },
            cancellationToken);
        await using var ending = cancellationToken.Register(() => server.Signal(UnixSignal.Terminate));
        return (ExitCode)await server.Exited;
    }
}
