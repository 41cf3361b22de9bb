using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Idp.Chaos.Report;

/// <summary>What a figure depends on besides the code.</summary>
internal static class Machine
{
    public static string Describe() =>
        $"{Environment.ProcessorCount} cores, {GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (double)(1L << 30):0} GiB, {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.OSDescription}";

    /// <returns>The commit that is checked out, with a plus when files differ from it; <c>unknown</c> outside a repository.</returns>
    public static string Commit()
    {
        var commit = Git("rev-parse --short=12 HEAD");
        return commit.Length == 0 ? "unknown" : commit + (Git("status --porcelain --untracked-files=no").Length > 0 ? "+" : string.Empty);
    }

    private static string Git(string arguments)
    {
        try
        {
            using var git = Process.Start(new ProcessStartInfo("git", arguments) { WorkingDirectory = AppContext.BaseDirectory, RedirectStandardOutput = true, RedirectStandardError = true });
            return git?.StandardOutput.ReadToEnd().Trim() ?? string.Empty;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return string.Empty; // No git here: the figures still stand.
        }
    }
}
