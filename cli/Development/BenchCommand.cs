using System.CommandLine;
using System.Diagnostics;
using Idp.Cli.Commands;

namespace Idp.Cli.Development;

/// <summary><c>idp bench</c>: runs one benchmark of <c>bench/</c>, in a process of its own.</summary>
internal static class BenchCommand
{
    private static readonly Argument<string[]> Arguments = new("name")
    {
        Description = "The benchmark and its options; without one, they are listed", Arity = ArgumentArity.ZeroOrMore, DefaultValueFactory = _ => [],
    };

    public static Command Create() => new Command("bench", "Run a benchmark; --json prints its figures for machines.") { Arguments }
        .WithExamples("idp bench", "idp bench engine", "idp bench placement-windows --json")
        .Runs(RunAsync);

    private static async Task<ExitCode> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var assembly = Path.Combine(Checkout.Root, "bench", "bin", "Release", "net10.0", "idp-bench.dll");
        string[] arguments = [assembly, .. context.Value(Arguments), .. context.Data.IsJson ? ["--json"] : Array.Empty<string>()];
        using var process = Process.Start(new ProcessStartInfo("dotnet", arguments) { WorkingDirectory = Checkout.Root })!;
        await using var ending = cancellationToken.Register(() => process.Kill(entireProcessTree: true));
        await process.WaitForExitAsync(CancellationToken.None);
        cancellationToken.ThrowIfCancellationRequested();
        return process.ExitCode == 0 ? ExitCode.Ok : (ExitCode)process.ExitCode;
    }
}
