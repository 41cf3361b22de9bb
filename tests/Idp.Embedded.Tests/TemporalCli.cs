using System.Diagnostics;

namespace Idp.Embedded.Tests;

/// <summary>Finds the genuine <c>temporal</c> command line: on PATH, else among the tools beside the repository.</summary>
internal static class TemporalCli
{
    public static async Task<string> FindOrSkipAsync(CancellationToken cancellationToken)
    {
        if (TemporalServer.FindCli(explicitPath: null) is { } found)
        {
            return found;
        }

        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "IdpWorkflows.sln")))
        {
            root = root.Parent;
        }

        // A work tree may lie one folder deeper than the repository itself.
        for (var folder = root?.Parent; folder is not null; folder = folder.Parent)
        {
            var install = Path.Combine(folder.FullName, "shared", "tools", "install");
            if (File.Exists(install))
            {
                return Path.Combine(await InstallAsync(install, cancellationToken), "temporal");
            }
        }

        Assert.Skip("Needs the temporal command line: put it on PATH (https://docs.temporal.io/cli) or set TEMPORAL_CLI.");
        return string.Empty;
    }

    private static async Task<string> InstallAsync(string install, CancellationToken cancellationToken)
    {
        using var process = Process.Start(new ProcessStartInfo(install) { RedirectStandardOutput = true })!;
        var folder = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return folder.Trim();
    }
}
