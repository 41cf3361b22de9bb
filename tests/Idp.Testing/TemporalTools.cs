using System.Diagnostics;
using Idp.Embedded;

namespace Idp.Testing;

/// <summary>Finds the genuine Temporal servers: on PATH, else among the tools beside the repository.</summary>
public static class TemporalTools
{
    /// <summary>Why a test is skipped that finds none.</summary>
    public const string Missing =
        "Needs the genuine Temporal servers 'temporal' and 'temporal-test-server': put them on PATH (https://docs.temporal.io/cli) " +
        "or place the tools folder beside the repository (../shared/tools/install).";

    /// <param name="name"><c>temporal</c> or <c>temporal-test-server</c>.</param>
    /// <returns>The path of the program; <see langword="null"/> when this machine has none.</returns>
    public static async Task<string?> FindAsync(string name, CancellationToken cancellationToken)
    {
        if (name is "temporal" && TemporalServer.FindCli(explicitPath: null) is { } found)
        {
            return found;
        }

        var folders = (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator);
        return folders.Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists)
            ?? await InstalledAsync(name, cancellationToken);
    }

    private static async Task<string?> InstalledAsync(string name, CancellationToken cancellationToken)
    {
        // A work tree may lie one folder deeper than the repository itself.
        for (var folder = Repository.Root.Parent; folder is not null; folder = folder.Parent)
        {
            var install = Path.Combine(folder.FullName, "shared", "tools", "install");
            if (File.Exists(install))
            {
                using var process = Process.Start(new ProcessStartInfo(install) { RedirectStandardOutput = true })!;
                var printed = await process.StandardOutput.ReadToEndAsync(cancellationToken);
                await process.WaitForExitAsync(cancellationToken);
                var program = Path.Combine(printed.Trim(), name);
                return File.Exists(program) ? program : null;
            }
        }

        return null;
    }
}
