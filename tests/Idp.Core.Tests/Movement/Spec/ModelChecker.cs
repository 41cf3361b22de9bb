using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Idp.Core.Tests.Movement.Spec;

/// <summary>Runs TLC on docs/spec, where Java and the jar are present.</summary>
internal static partial class ModelChecker
{
    public const string Missing = "Needs Java on PATH and TLC's jar in the tools folder beside the repository (../shared/tools/tla/tla2tools.jar).";

    private const string SpecFile = "Move.tla";

    private static readonly DirectoryInfo Root = FindRoot();

    /// <summary>Null when this machine has none.</summary>
    public static string? Jar { get; } = FindJar();

    public static string? Java { get; } = (Environment.GetEnvironmentVariable("PATH") ?? string.Empty)
        .Split(Path.PathSeparator).Select(folder => Path.Combine(folder, "java")).FirstOrDefault(File.Exists);

    /// <summary>Names of the configurations beside the specification.</summary>
    public static IEnumerable<string> Configurations =>
        Spec.GetFiles("*.cfg").Select(file => Path.GetFileNameWithoutExtension(file.Name)).Order(StringComparer.Ordinal);

    private static DirectoryInfo Spec => new(Path.Combine(Root.FullName, "docs", "spec"));

    /// <param name="broken">The guard to switch off; null for the protocol as it is.</param>
    /// <param name="findsDeadEnds">Whether a state counts as an error where nothing more can happen and not all is settled.</param>
    public static async Task<TlcVerdict> CheckAsync(string configuration, string? broken, bool findsDeadEnds, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("idp-tlc-");
        try
        {
            File.Copy(Path.Combine(Spec.FullName, SpecFile), Path.Combine(folder.FullName, SpecFile));
            var text = await File.ReadAllTextAsync(Path.Combine(Spec.FullName, configuration + ".cfg"), cancellationToken);
            if (broken is not null)
            {
                var changed = text.Replace("Broken = {}", $"Broken = {{\"{broken}\"}}", StringComparison.Ordinal);
                Assert.NotEqual(text, changed);
                Assert.Contains($"Guarded(\"{broken}\")", await File.ReadAllTextAsync(Path.Combine(folder.FullName, SpecFile), cancellationToken), StringComparison.Ordinal);
                text = changed;
            }

            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "Run.cfg"), text, cancellationToken);

            // A violation is found in seconds, in which optimizing compilation does not pay.
            string[] compiler = broken is null ? [] : ["-XX:TieredStopAtLevel=1"];
            return Read(await RunAsync(folder.FullName, compiler, findsDeadEnds, cancellationToken));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<string> RunAsync(string folder, string[] compiler, bool findsDeadEnds, CancellationToken cancellationToken)
    {
        using var tlc = Process.Start(new ProcessStartInfo(
            Java!,
            [
                .. compiler, "-XX:+UseSerialGC", "-Xmx1g", $"-Djava.io.tmpdir={folder}", "-cp", Jar!, "tlc2.TLC", "-workers", "1",
                .. findsDeadEnds ? Array.Empty<string>() : ["-deadlock"],
                "-metadir", Path.Combine(folder, "states"), "-config", "Run.cfg", SpecFile,
            ])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
        })!;
        try
        {
            var printed = await tlc.StandardOutput.ReadToEndAsync(cancellationToken);
            await tlc.WaitForExitAsync(cancellationToken);
            return printed;
        }
        finally
        {
            if (!tlc.HasExited)
            {
                tlc.Kill();
            }
        }
    }

    private static TlcVerdict Read(string printed)
    {
        var states = States().Matches(printed);
        var error = Error().Match(printed);
        return new TlcVerdict(
            printed.Contains("Model checking completed. No error has been found.", StringComparison.Ordinal),
            error.Success ? error.Value.Trim() : null,
            states.Count == 0 ? 0 : int.Parse(states[^1].Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture),
            printed);
    }

    private static DirectoryInfo FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "IdpWorkflows.sln")))
        {
            folder = folder.Parent;
        }

        return folder ?? throw new InvalidOperationException($"There is no IdpWorkflows.sln above {AppContext.BaseDirectory}.");
    }

    private static string? FindJar()
    {
        // A work tree may lie one folder deeper than the repository itself.
        for (var folder = Root.Parent; folder is not null; folder = folder.Parent)
        {
            var jar = Path.Combine(folder.FullName, "shared", "tools", "tla", "tla2tools.jar");
            if (File.Exists(jar))
            {
                return jar;
            }
        }

        return null;
    }

    [GeneratedRegex(@"^\d+ states generated, (\d+) distinct states found", RegexOptions.Multiline)]
    private static partial Regex States();

    [GeneratedRegex(@"Invariant \w+ is violated|Action property .* is violated|Deadlock reached|^Error: (?!The behavior).*$", RegexOptions.Multiline)]
    private static partial Regex Error();
}
