using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Idp.Cli.Commands;

namespace Idp.Cli.Development;

/// <summary><c>idp test</c>: every test project, one after the other, on real PostgreSQL and real Temporal.</summary>
internal static class TestCommand
{
    private static readonly Argument<string[]> Projects = new("projects")
    {
        Description = "Parts of project names, for example Storage; default all", Arity = ArgumentArity.ZeroOrMore, DefaultValueFactory = _ => [],
    };

    public static Command Create() => new Command("test", "Run all tests; the last line is 'N passed, N failed, N skipped'.") { Projects }
        .WithExamples("idp test", "idp test Core Policies")
        .Runs(RunAsync);

    private static async Task<ExitCode> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var wanted = context.Value(Projects);
        var projects = Directory.GetDirectories(Path.Combine(Checkout.Root, "tests"), "*.Tests")
            .Select(folder => Path.GetFileName(folder))
            .Where(name => wanted.Length == 0 || wanted.Any(part => name.Contains(part, StringComparison.OrdinalIgnoreCase)))
            .Order(StringComparer.Ordinal)
            .ToArray();
        if (projects.Length == 0)
        {
            throw CliException.NotFound($"No test project has '{string.Join("' or '", wanted)}' in its name; see tests/.");
        }

        var sum = new Dictionary<string, int>(StringComparer.Ordinal) { ["succeeded"] = 0, ["failed"] = 0, ["skipped"] = 0 };
        var broken = new List<string>();
        foreach (var project in projects)
        {
            await context.Error.WriteLineAsync($"== {project}");
            var counts = await RunProjectAsync(project, context.Error, cancellationToken);
            if (counts.Count < sum.Count)
            {
                broken.Add(project); // It ended before its summary.
            }

            foreach (var (outcome, count) in counts)
            {
                sum[outcome] += count;
            }
        }

        foreach (var project in broken)
        {
            await context.Error.WriteLineAsync($"{project} ended without a summary; its output is above.");
        }

        var failed = sum["failed"] + broken.Count;
        context.Data.Write(
            new { Passed = sum["succeeded"], Failed = failed, Skipped = sum["skipped"] },
            (console, total) => console.Profile.Out.Writer.WriteLine(
                string.Create(CultureInfo.InvariantCulture, $"{total.Passed} passed, {total.Failed} failed, {total.Skipped} skipped")));
        return failed == 0 ? ExitCode.Ok : ExitCode.Failed;
    }

    private static async Task<Dictionary<string, int>> RunProjectAsync(string project, TextWriter talk, CancellationToken cancellationToken)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        var assembly = Path.Combine(Checkout.Root, "tests", project, "bin", "Release", "net10.0", $"{project}.dll");
        using var process = Process.Start(new ProcessStartInfo("dotnet", [assembly, "--progress", "off", "--no-ansi"]) { RedirectStandardOutput = true })!;
        await using var ending = cancellationToken.Register(() => process.Kill(entireProcessTree: true));
        while (await process.StandardOutput.ReadLineAsync(CancellationToken.None) is { } line)
        {
            await talk.WriteLineAsync(line);

            // The platform's summary: "  succeeded: 12".
            if (line.Split(':') is [var outcome, var number]
                && outcome.Trim() is "succeeded" or "failed" or "skipped"
                && int.TryParse(number, CultureInfo.InvariantCulture, out var count))
            {
                counts[outcome.Trim()] = count;
            }
        }

        await process.WaitForExitAsync(CancellationToken.None);
        cancellationToken.ThrowIfCancellationRequested();
        return counts;
    }
}
