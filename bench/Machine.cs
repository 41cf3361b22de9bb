using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Idp.Bench;

/// <summary>What a figure depends on besides the code.</summary>
internal static class Machine
{
    /// <returns>Processor, cores, memory, .NET and system, in one line.</returns>
    public static string Describe()
    {
        var gibibytes = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (double)(1L << 30);
        return $"{Processor()}, {Environment.ProcessorCount} cores, {gibibytes:0} GiB, {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.OSDescription}";
    }

    /// <returns>The commit that is checked out, with a plus when files differ from it; <c>unknown</c> outside a repository.</returns>
    public static string Commit()
    {
        var commit = Git("rev-parse --short=12 HEAD");
        return commit.Length == 0 ? "unknown" : commit + (Git("status --porcelain --untracked-files=no").Length > 0 ? "+" : string.Empty);
    }

    private static string Processor()
    {
        const string CpuInfo = "/proc/cpuinfo";
        var line = File.Exists(CpuInfo)
            ? File.ReadLines(CpuInfo).FirstOrDefault(text => text.StartsWith("model name", StringComparison.Ordinal))
            : null;
        return line?.Split(':', 2)[1].Trim() ?? RuntimeInformation.ProcessArchitecture.ToString();
    }

    private static string Git(string arguments)
    {
        try
        {
            using var git = Process.Start(new ProcessStartInfo("git", arguments) { RedirectStandardOutput = true, RedirectStandardError = true });
            return git?.StandardOutput.ReadToEnd().Trim() ?? string.Empty;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return string.Empty; // No git here: the figures still stand.
        }
    }
}
