using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Idp.Cli.Commands;
using Idp.Cli.Local;
using Idp.Embedded;

namespace Idp.Cli.Development;

/// <summary><c>idp test</c>: every test project, one after the other, on real PostgreSQL and on a real workflow engine, in CI on both where the engine matters most.</summary>
internal static class TestCommand
{
    private static readonly Argument<string[]> Projects = new("projects")
    {
        Description = "Parts of project names, for example Storage; default all", Arity = ArgumentArity.ZeroOrMore, DefaultValueFactory = _ => [],
    };

    private static readonly Option<EngineChoice> Engine = new("--engine")
    {
        Description = "The workflow engine under test; auto: embedded, and in CI workflows and moves also on temporal where it is found", DefaultValueFactory = _ => EngineChoice.Auto,
    };

    // Read by the tests' EngineUnderTest.
    private const string EngineVariable = "IDP_ENGINE";

    // What hangs ends, with the names of the tests that did: no project needs half as long on two processors.
    private const string Timeout = "15m";
    private const string LongRunningSeconds = "180";

    // What CI repeats on the second engine, as it depends on one most: all workflows, and moves from the command to the last row.
    private static readonly (string Project, string[] Only)[] Again = [("Idp.EndToEnd.Tests", ["--filter-class", "*.MigrationTests"]), ("Idp.Workflows.Tests", [])];

    // What waits for other processes on a clock of the world: a stall of seconds fails a sound test, and an unsound one fails again. What looks for
    // lost rows under faults (chaos, client, stores) is not among them: there a failure that does not come again is the worst of all.
    private static readonly string[] Repeated = ["Idp.Api.Tests", "Idp.Cli.Tests", "Idp.DevServer.Tests", "Idp.Embedded.Tests", "Idp.EndToEnd.Tests", "Idp.Workflows.Tests"];
    private const int MaxRepeated = 3; // More have one cause, and that is no stall.

    private const int MaxSaid = 4_000; // Characters of one failure that are repeated at the end.

    public static Command Create() => new Command("test", "Run all tests; the last line is 'N passed, N failed, N skipped'.") { Projects, Engine }
        .WithExamples("idp test", "idp test Core Policies", "idp test Workflows --engine temporal")
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
        var stalled = new List<string>();
        var wrong = new List<string>();
        foreach (var (project, engine, only) in Runs(projects, context.Value(Engine)))
        {
            var name = $"{project} on {engine}";
            await context.Error.WriteLineAsync($"== {name}");
            var (counts, failures) = await RunProjectAsync(project, engine, only, context.Error, cancellationToken);
            if (failures.Count is > 0 and <= MaxRepeated && Repeated.Contains(project, StringComparer.Ordinal)
                && await AllPassAsync(project, engine, failures.Keys, context.Error, cancellationToken))
            {
                stalled.AddRange(failures.Keys.Select(test => $"{test} on {engine}"));
                (counts["succeeded"], counts["failed"]) = (counts["succeeded"] + counts["failed"], 0);
            }
            else
            {
                wrong.AddRange(failures.Select(failure => $"failed {failure.Key} on {engine}{Environment.NewLine}{failure.Value}"));
            }

            if (counts.Count < sum.Count)
            {
                broken.Add(name); // It ended before its summary.
            }

            foreach (var (outcome, count) in counts)
            {
                sum[outcome] += count;
            }
        }

        // Once more at the end: of a log this long, people and CI keep the last lines.
        foreach (var failure in wrong)
        {
            await context.Error.WriteAsync(failure);
        }

        foreach (var project in broken)
        {
            await context.Error.WriteLineAsync($"{project} ended without a summary; its output is above.");
        }

        foreach (var test in stalled)
        {
            await context.Error.WriteLineAsync($"{test} failed once and passed when it was repeated.");
        }

        var failed = sum["failed"] + broken.Count;
        context.Data.Write(
            new { Passed = sum["succeeded"], Failed = failed, Skipped = sum["skipped"] },
            (console, total) => console.Profile.Out.Writer.WriteLine(
                string.Create(CultureInfo.InvariantCulture, $"{total.Passed} passed, {total.Failed} failed, {total.Skipped} skipped")));
        return failed == 0 ? ExitCode.Ok : ExitCode.Failed;
    }

    private static IEnumerable<(string Project, string Engine, string[] Only)> Runs(string[] projects, EngineChoice engine)
    {
        var first = engine is EngineChoice.Temporal ? "temporal" : "embedded";
        var inCi = Environment.GetEnvironmentVariable("CI") == "true";
        var again = engine is EngineChoice.Auto && inCi && TemporalServer.FindCli(explicitPath: null) is not null
            ? Again.Where(run => projects.Contains(run.Project, StringComparer.Ordinal))
            : [];
        return [.. projects.Select(project => (project, first, Array.Empty<string>())), .. again.Select(run => (run.Project, "temporal", run.Only))];
    }

    private static async Task<bool> AllPassAsync(string project, string engine, IEnumerable<string> tests, TextWriter talk, CancellationToken cancellationToken)
    {
        foreach (var test in tests)
        {
            await talk.WriteLineAsync($"== {test} on {engine}, once more");
            var (counts, _) = await RunProjectAsync(project, engine, ["--filter-method", test], talk, cancellationToken);
            if (counts.GetValueOrDefault("succeeded") == 0 || counts.GetValueOrDefault("failed", 1) > 0)
            {
                return false;
            }
        }

        return true;
    }

    /// <param name="only">Arguments that choose tests; none for all.</param>
    /// <returns>The summary, and the tests that failed with what they said.</returns>
    private static async Task<(Dictionary<string, int> Counts, IReadOnlyDictionary<string, StringBuilder> Failures)> RunProjectAsync(
        string project, string engine, string[] only, TextWriter talk, CancellationToken cancellationToken)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        var failures = new SortedDictionary<string, StringBuilder>(StringComparer.Ordinal);
        StringBuilder? said = null;
        var assembly = Path.Combine(Checkout.Root, "tests", project, "bin", "Release", "net10.0", $"{project}.dll");
        using var process = Process.Start(new ProcessStartInfo("dotnet", [assembly, "--progress", "off", "--no-ansi", "--timeout", Timeout, "--long-running", LongRunningSeconds, .. only])
        {
            RedirectStandardOutput = true,
            // Tests end before code that was compiled by its profile has paid for the profiling.
            Environment = { [EngineVariable] = engine, ["DOTNET_TieredPGO"] = "0" },
        })!;
        await using var ending = cancellationToken.Register(() => process.Kill(entireProcessTree: true));
        while (await process.StandardOutput.ReadLineAsync(CancellationToken.None) is { } line)
        {
            await talk.WriteLineAsync(line);

            // A failure: "failed Namespace.Class.Method(argument: 1) (2s 345ms)", without arguments for a filter; what it says is indented.
            if (line.StartsWith("failed ", StringComparison.Ordinal))
            {
                var test = line.Split(' ', '(')[1];
                failures[test] = said = failures.GetValueOrDefault(test) ?? new();
            }
            else if (!line.StartsWith("  ", StringComparison.Ordinal))
            {
                said = null;
            }
            else if (said?.Length < MaxSaid)
            {
                said.AppendLine(line);
            }

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
        return (counts, failures);
    }
}
